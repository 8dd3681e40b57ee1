"""Branches, tags and the commits they stand for."""

from starlette.responses import Response

from mmhub.hubserver import refs
from mmhub.hubserver.answers import as_json, done, moment, page
from mmhub.hubserver.bodies import NewBranch, NewTag, Squash, parsed
from mmhub.hubserver.call import Call
from mmhub.hubserver.committing import squash as squash_branch
from mmhub.hubserver.history import Words, line
from mmhub.hubserver.hub import OWNER

_KINDS = {refs.BRANCH: "branches", "refs/convert/": "converts", refs.TAG: "tags", refs.REQUEST: "pullRequests"}


def listing(call: Call, kind: str, namespace: str, name: str) -> Response:
    """List all refs."""
    found: dict[str, list[dict[str, str]]] = {key: [] for key in _KINDS.values()}
    with call.hub.database.reading() as connection:
        repository = call.repository(connection, kind, namespace, name)
        for ref in refs.all_refs(connection, repository):
            prefix = next(each for each in _KINDS if ref.name.startswith(each))
            short = ref.name.removeprefix(prefix)
            found[_KINDS[prefix]].append({"name": short, "ref": ref.name, "targetCommit": ref.oid})
    return as_json(found)


def commits(call: Call, kind: str, namespace: str, name: str, revision: str) -> Response:
    """List a commit and those before it."""
    with call.hub.database.reading() as connection:
        repository = call.repository(connection, kind, namespace, name)
        found = line(connection, repository, refs.resolve(connection, repository, revision))
    rows, headers = page(call, found)
    said = [
        {
            "id": each.oid,
            "title": each.title,
            "message": each.message,
            "authors": [{"user": each.author, "avatar": ""}],
            "date": moment(each.made),
        }
        for each in rows
    ]
    return as_json(said, headers=headers)


def make_branch(call: Call, kind: str, namespace: str, name: str, branch: str) -> Response:
    """Make a branch."""
    start = parsed(NewBranch, call.body).startingPoint or "main"
    with call.hub.database.writing() as connection:
        refs.make_branch(
            connection, call.repository(connection, kind, namespace, name, write=True), branch, start=start
        )
    return done(status=201)


def make_tag(call: Call, kind: str, namespace: str, name: str, revision: str) -> Response:
    """Make a tag."""
    wanted = parsed(NewTag, call.body)
    with call.hub.database.writing() as connection:
        repository = call.repository(connection, kind, namespace, name, write=True)
        refs.make_tag(connection, repository, wanted.tag, revision=revision, message=wanted.message)
    return done(status=201)


def delete(call: Call, kind: str, namespace: str, name: str, ref: str) -> Response:
    """Delete a branch or tag by its full name."""
    with call.hub.database.writing() as connection:
        refs.delete_ref(connection, call.repository(connection, kind, namespace, name, write=True), ref)
    return done()


def squash(call: Call, kind: str, namespace: str, name: str, branch: str) -> Response:
    """Replace the history of a branch by one commit."""
    title = parsed(Squash, call.body).message or f"Super-squash branch '{branch}'"
    with call.hub.database.writing() as connection:
        repository = call.repository(connection, kind, namespace, name, write=True)
        words = Words(title, "", OWNER, call.now)
        oid = squash_branch(connection, repository, refs.BRANCH + branch, words)
    return as_json({"commitOid": oid})
