from dataclasses import replace

from mmhub.hub import erase


def test_what_a_takedown_cannot_rewrite_is_named(place, monkeypatch):
    api, repo = place.hub.api, {"repo_id": place.repo, "repo_type": "dataset"}
    place.push()
    api.create_tag(tag="draft", revision="v1.0.0", **repo)
    api.create_branch(branch="trial", revision="v1.0.0", **repo)
    api.upload_file(path_or_fileobj=b"please", path_in_repo="wanted.txt", create_pr=True, **repo)
    place.grow(d="note 50")
    monkeypatch.setattr(api, "list_repo_refs", with_a_copy(api.list_repo_refs))

    gone = erase("notes", place.hub, withdrawn=["1.0.0"], to=place.repo, store=place.bench.store)
    assert (gone.deleted, gone.renewed) == (["v1.0.0"], ["v1.1.0", "draft"])
    assert [len(api.list_repo_commits(revision=each, **repo)) for each in ("draft", "trial")] == [1, 1]
    assert gone.notes == [
        "trial, draft hold files that no version has: delete them if these rows are in there",
        "refs/convert/parquet: copies that the Hub itself makes, with these rows until it has made them anew",
        "refs/pr/1: pull requests keep their commits, maybe with these rows: close them on "
        f"{place.hub.endpoint}/datasets/{place.repo}/discussions, then choose 'Delete ref' there",
    ]


def with_a_copy(listed):
    """Return a listing of refs with the copy in it that only the real Hub makes."""

    def list_repo_refs(*arguments, **options):
        found = listed(*arguments, **options)
        return replace(found, converts=[replace(found.branches[0], name="parquet", ref="refs/convert/parquet")])

    return list_repo_refs
