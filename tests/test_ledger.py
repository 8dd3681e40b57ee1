"""What the ledger holds does not depend on how many of its rows are made at a time."""

import pyarrow as pa
import pytest
from bench import OFFERS, Bench

from mmhub import Column, Step, assemble, ledger, load
from mmhub.facts import look_up
from mmhub.loading import ledger_table
from mmhub.request import Request, get_ready
from mmhub.store import Store
from mmhub.survey import survey
from mmhub.version import newest

STEPS = (
    Step("note/absolute"),
    Step("note/number", impute="mean", rules={"too-small": {"at_least": 4.0}}),
    Step("words/length"),
)


def put(bench: Bench, *, many: bool) -> None:
    """Add rows whose notes repeat one another, or are absent or missing; of texts one or several."""
    for n in range(30):
        texts = ["x" * (k + 1) for k in range(n % 3 + 1)]
        bench.put({f"r{n:02d}": f"note {(-1) ** n * (n % 9)}"}, text=texts if many else "\n".join(texts))
    bench.rows[7]["note"], bench.rows[8]["note"] = "gone.note", None
    bench.rows[11]["text"] = None


def made(bench: Bench, *, many: bool, **parts) -> tuple[str, pa.Table, list]:
    """Return the identity, the ledger and the rows of a version."""
    fields = {"note": Column(modality="note", distinct=True), "text": Column(modality="words", many=many)}
    report = bench.build(*STEPS, parts={"fields": fields, **parts})
    version = newest(Store.at(bench.store), "notes")
    return (
        report.identity,
        ledger_table(version, Store.at(bench.store)),
        load("notes", store=bench.store)["train"].to_list(),
    )


@pytest.mark.parametrize("many", [True, False], ids=["listed", "cut"])
@pytest.mark.parametrize("at_once", [1, 7])
def test_a_version_does_not_depend_on_how_many_rows_are_made_at_a_time(bench, monkeypatch, tmp_path, many, at_once):
    put(bench, many=many)
    parts = {} if many else {"segment": Step("words/lines")}
    identity, whole, rows = made(bench, many=many, **parts)
    assert set(whole["fate"].to_pylist()) == {"kept", "dropped", "quarantined"} | ({"segmented"} if parts else set())
    for module in (ledger, assemble):
        monkeypatch.setattr(module, "AT_ONCE", at_once)
    monkeypatch.setattr(assemble, "_TABLES", 2)
    bench.store = tmp_path / "pieces"
    again = made(bench, many=many, **parts)
    assert (again[0], again[2]) == (identity, rows)
    assert again[1].schema == whole.schema
    assert again[1].to_pylist() == whole.to_pylist()
    assert whole["row_id"].num_chunks == 1 + bool(parts)
    assert again[1]["row_id"].num_chunks >= 30 / at_once


def test_of_steps_that_know_nothing_yet_the_places_of_facts_take_no_memory(bench):
    put(bench, many=False)
    store = Store.at(bench.store).made()
    ready = get_ready(Request(recipe=bench.recipe(*STEPS), store=bench.store, data_dir=bench.folder), offers=OFFERS)
    found = survey(ready, store, lambda *_: None)
    assert all(known.absent.all() and known.positions.strides == (0,) for known in found.facts.values())
    bench.build(*STEPS)
    known = look_up(ready.bindings, survey(ready, store, lambda *_: None).units, store)
    assert not any(each.absent.all() for each in known.values())
