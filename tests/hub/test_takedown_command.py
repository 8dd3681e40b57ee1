"""A takedown from the command line: what leaves the store leaves the Hub as well."""

import sys

import pytest
from bench import OFFERS

from mmhub import plugins
from mmhub.cli import main


@pytest.fixture
def mmhub(place, monkeypatch, capsys):
    """A function that runs a command as `mmhub` does, and returns its exit status and what it printed."""
    monkeypatch.setattr(plugins, "discover", lambda: OFFERS)
    monkeypatch.setenv("MMHUB_HOME", str(place.bench.store))

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["mmhub", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


def tags(place):
    return sorted(place.hub.tags(place.repo))


def test_rows_that_are_revoked_leave_the_next_tag(place, mmhub):
    place.push()
    status, _ = mmhub("revoke", "notes", "--id", "a", "--reason", "asked to", "--push", "--to", place.repo)
    assert (status, tags(place)) == (0, ["v1.0.0", "v1.1.0"])


def test_a_purge_takes_tags_and_history_with_it(place, mmhub):
    place.push()
    place.grow(d="note 50")
    place.push()
    asked = ("revoke", "notes", "--id", "a", "--reason", "court order", "--purge", "--yes")
    status, said = mmhub(*asked, "--push", "--to", place.repo)
    assert status == 0, said
    assert tags(place) == ["v1.2.0"]
    assert len(place.hub.api.list_repo_commits(place.repo, repo_type="dataset")) == 1
    assert "erased from" in said
    status, _ = mmhub(*asked, "--push", "--to", place.repo)
    assert (status, tags(place)) == (0, ["v1.2.0"])
