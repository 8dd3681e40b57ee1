"""What notebooks show of versions and ledgers, and what else opens a ledger."""

import pickle
import subprocess
import sys
from importlib.util import find_spec

import pytest

import mmhub


@pytest.fixture
def notes(bench):
    bench.put(["note 12", "note 40", "note 3", "torn"])
    bench.build(mmhub.Step("note/number"), parts={"summary": "Notes <b>of</b> mine"})
    return bench


def test_a_version_shows_its_funnel_and_escapes_words(notes):
    shown = mmhub.load("notes", store=notes.store)._repr_html_()
    assert "notes@1.0.0" in shown
    assert "too-small" in shown
    assert "Notes &lt;b&gt;of&lt;/b&gt; mine" in shown
    assert "train 2" in shown


def test_what_is_made_of_a_version_is_not_shown_as_it(notes):
    loaded = mmhub.load("notes", store=notes.store)
    assert not hasattr(loaded.select_columns(["row_id"]), "_repr_html_")


def test_a_ledger_is_shown_and_opens_as_pandas(notes):
    ledger = mmhub.load_ledger("notes", store=notes.store)
    assert "4 rows" in ledger._repr_html_()
    assert ledger.to_pandas().fate.value_counts().to_dict() == {"kept": 2, "dropped": 1, "quarantined": 1}
    assert pickle.loads(pickle.dumps(ledger))._repr_html_() == ledger._repr_html_()


def test_a_ledger_opens_as_polars(notes):
    pytest.importorskip("polars")
    assert mmhub.load_ledger("notes", store=notes.store).to_polars().height == 4


QUERY = """
import duckdb, mmhub, sys
ledger = mmhub.load_ledger("notes", store=sys.argv[1]).data.table
print(duckdb.sql("SELECT fate, count(*) FROM ledger GROUP BY fate ORDER BY fate").fetchall())
"""


@pytest.mark.skipif(find_spec("duckdb") is None, reason="duckdb is not installed")
def test_a_ledger_opens_in_duckdb(notes):
    # In a process of its own: at the end of a long one DuckDB tells at length what was not collected.
    command = [sys.executable, "-c", QUERY, str(notes.store)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told == "[('dropped', 1), ('kept', 2), ('quarantined', 1)]\n"
