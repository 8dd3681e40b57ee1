"""Which endpoint answers which address."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.responses import Response

from mmhub.hubserver import refs as names
from mmhub.hubserver.answers import as_json
from mmhub.hubserver.call import Call
from mmhub.hubserver.endpoints import cards, commits, deletions, downloads, lfs, owner, refs, repositories, trees, xet
from mmhub.hubserver.names import KINDS
from mmhub.hubserver.refusals import Refusal, no_repository

Streamed = Callable[[], Awaitable[Response]]
Answer = Callable[[], Response]


def streamed(call: Call) -> Streamed | None:
    """Return the endpoint that takes a body as it comes, if it is such a one that the client calls."""
    match (call.method, *call.segments):
        case "PUT", "_lfs", sha256, size:
            return partial(lfs.upload, call, sha256, size)
        case "PUT", "_lfs", _, _, upload, number:
            return partial(lfs.upload_part, call, upload, number)
        case "POST", "_cas", _, "v1", "xorbs", "default", xorb:
            return partial(xet.upload_xorb, call, xorb)
    return None


def answer(call: Call) -> Response:
    """Return what the Hub answers to a request whose body has come."""
    match (call.method, *call.segments):
        case method, "api", *rest:
            return _api(call, method, rest)
        case "POST", "_lfs", sha256, size, upload:
            return lfs.complete(call, sha256, size, upload)
        case "POST", "_cas", _, "v1", "shards":
            return xet.upload_shard(call)
        case "POST", "v1", "telemetry":
            return Response(status_code=204)
        case method, *rest:
            kind, rest = (rest[0], rest[1:]) if rest[0] in KINDS else ("models", rest)
            return _files(call, kind, method, rest)
    raise _unknown(call)


def _files(call: Call, kind: str, method: str, rest: list[str]) -> Response:
    match method, *rest:
        case "GET", namespace, name, "resolve" | "raw", revision, *path:
            return downloads.resolve(call, kind, namespace, name, revision, "/".join(path))
        case "GET", _, "resolve" | "raw", _, _, *_:
            raise no_repository()
        case "POST", namespace, git_name, "info", "lfs", "objects", "batch":
            return lfs.batch(call, kind, namespace, git_name.removesuffix(".git"))
    raise _unknown(call)


def _api(call: Call, method: str, rest: list[str]) -> Response:
    match method, *rest:
        case "GET", "whoami-v2":
            return owner.whoami(call)
        case "GET", "agent-harnesses":
            return as_json({"standardEnvVars": [], "harnesses": {}})
        case "POST", "validate-yaml":
            return cards.validate(call)
        case "POST", "repos", "create":
            return repositories.create(call)
        case "DELETE", "repos", "delete":
            return repositories.delete(call)
        case "GET", kind if kind in KINDS:
            return repositories.listing(call, kind)
        case _, kind, _ if kind in KINDS:
            raise no_repository()
        case _, kind, namespace, name, *what if kind in KINDS:
            return _reading(call, method, what, kind, namespace, name)
    raise _unknown(call)


def _reading(call: Call, method: str, what: list[str], *repository: str) -> Response:
    """Answer what does not change a repository."""
    kind, namespace, name = repository
    match method, *what:
        case ("GET",):
            return repositories.describe(call, kind, namespace, name)
        case "GET", "revision", revision:
            return repositories.describe(call, kind, namespace, name, revision)
        case "GET", "tree", revision, *path:
            return trees.listing(call, kind, namespace, name, revision, "/".join(path))
        case "POST", "paths-info", revision:
            return trees.paths_info(call, kind, namespace, name, revision)
        case "GET", "refs":
            return refs.listing(call, kind, namespace, name)
        case "GET", "commits", revision:
            return refs.commits(call, kind, namespace, name, revision)
        case "GET", "lfs-files":
            return deletions.listing(call, kind, namespace, name)
    return _writing(call, method, what, kind, namespace, name)


def _writing(call: Call, method: str, what: list[str], kind: str, namespace: str, name: str) -> Response:
    match method, *what:
        case "PUT", "settings":
            return repositories.change(call, kind, namespace, name)
        case "POST", "preupload", revision:
            return commits.preupload(call, kind, namespace, name, revision)
        case "POST", "commit", revision:
            return commits.commit(call, kind, namespace, name, revision)
        case "GET", "xet-write-token", _:
            return xet.write_token(call, kind, namespace, name)
        case "POST", "branch", *branch:
            return refs.make_branch(call, kind, namespace, name, "/".join(branch))
        case "DELETE", "branch", *branch:
            return refs.delete(call, kind, namespace, name, names.BRANCH + "/".join(branch))
        case "POST", "tag", revision:
            return refs.make_tag(call, kind, namespace, name, revision)
        case "DELETE", "tag", *tag:
            return refs.delete(call, kind, namespace, name, names.TAG + "/".join(tag))
        case "POST", "super-squash", branch:
            return refs.squash(call, kind, namespace, name, branch)
        case "POST", "lfs-files", "batch":
            return deletions.delete(call, kind, namespace, name)
    raise _unknown(call)


def _unknown(call: Call) -> Refusal:
    return Refusal(404, f"This Hub has nothing at {call.request.url.path[:200]}")
