"""Why rows of a version were not kept, as plain data: every reason, with some of the rows it took."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mmhub.loading import ledger_table
from mmhub.showing.fate import decided_by
from mmhub.store import Store
from mmhub.version import find

_SAME = ("fate", "reason", "step", "field", "fact", "at_least", "at_most")
"""What the rows of one reason have in common."""


def reasons(wanted: str, root: Path | None, *, examples: int) -> dict[str, Any]:
    """Return what the version ``wanted`` did not keep, by reason, most rows first; ``examples`` rows are named of each.

    Raises VersionError where there is no such version.
    """
    store = Store.at(root)
    version = find(store, wanted)
    ledger = ledger_table(version, store)
    lost = ledger.filter(pc.is_in(ledger["fate"], value_set=pa.array(["dropped", "quarantined"])))
    found = sorted(_by_reason(lost, examples), key=lambda each: (each["fate"], -each["count"]))
    return {"version": str(version), "rows": version.counts["rows"], "reasons": found}


def _by_reason(lost: pa.Table, examples: int) -> Iterator[dict[str, Any]]:
    """Yield what rows have in common that were lost for one reason, how many they are, and the first of them."""
    texts = [lost[name].cast(pa.string()) for name in _SAME]
    alike = pc.binary_join_element_wise(*texts, "\n", null_handling="replace").combine_chunks().dictionary_encode()
    for code, counted in enumerate(pc.value_counts(alike.indices).field("counts").to_pylist()):
        some = lost.filter(pc.equal(alike.indices, code)).slice(0, examples)
        same = lost.slice(pc.index(alike.indices, code).as_py(), 1).select(_SAME).to_pylist()[0]
        rows = _rows(some, _column(lost, same))
        yield {**same, "decided_by": decided_by(same), "count": counted, "rows": rows}


def _column(lost: pa.Table, same: dict[str, Any]) -> str | None:
    """Return the column of the fact that decided; None where none did."""
    names = (f"{same['step']}@{same['field']}.{same['fact']}", f"{same['step']}.{same['fact']}")
    return next((name for name in names if name in lost.column_names), None)


def _rows(some: pa.Table, column: str | None) -> list[dict[str, Any]]:
    values = some[column].to_pylist() if column else [None] * some.num_rows
    told = zip(some["row_id"].to_pylist(), some["message"].to_pylist(), values, strict=True)
    return [{"row_id": row_id, "message": message, "value": value} for row_id, message, value in told]
