"""Two versions compared: which rows came, went and changed, and why."""

from dataclasses import dataclass, field
from typing import Any

from mmhub.diff.drift import Moved, moved
from mmhub.diff.recipes import recipe_changes, schema_changes
from mmhub.diff.rows import Joined, join
from mmhub.diff.why import Cause, causes
from mmhub.errors import VersionError
from mmhub.store import Store
from mmhub.tables import Tables
from mmhub.version import Version, find

__all__ = ["Cause", "Diff", "Joined", "Moved", "compare", "pair"]


@dataclass(frozen=True)
class Diff:
    """What differs between two versions.

    ``removed`` and ``added`` hold the rows that one of them keeps and the other does not, by cause; ``changed`` how
    many of those both keep differ in each field, with some of their ids.
    """

    before: str
    after: str
    rows: dict[str, int]
    removed: list[Cause] = field(default_factory=list)
    added: list[Cause] = field(default_factory=list)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: list[Moved] = field(default_factory=list)
    schema: list[dict[str, Any]] = field(default_factory=list)
    recipe: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the diff as plain data."""
        plain = dict(vars(self))
        for name in ("removed", "added", "facts"):
            plain[name] = [dict(vars(each)) for each in plain[name]]
        return plain


def pair(store: Store, wanted: str, other: str | None) -> tuple[Version, Version]:
    """Return two versions, or the parent of one and that one; raise VersionError where there is none."""
    if other is not None:
        return find(store, wanted), find(store, other)
    after = find(store, wanted)
    if after.manifest["parent"] is None:
        raise VersionError(f"{str(after)!r} is the first of its versions: name two to compare")
    return find(store, f"{after.name}@{after.manifest['parent']}"), after


def compare(before: Version, after: Version, store: Store, *, examples: int = 5) -> Diff:
    """Return what differs between two versions of a store, with some rows of each kind."""
    old, new = Tables.of(before, store), Tables.of(after, store)
    joined = join(old, new)
    counts = {"before": len(old.kept), "after": len(new.kept)}
    counts |= {name: len(getattr(joined, name)) for name in ("removed", "added", "changed")}
    changed = {
        name: {"rows": len(units), "examples": new.units["row_id"].take(units[:examples]).to_pylist()}
        for name, units in sorted(joined.fields.items())
    }
    recipe = recipe_changes(before.manifest["recipe"], after.manifest["recipe"])
    return Diff(
        before=str(before),
        after=str(after),
        rows=counts,
        removed=causes(joined, before, after, gone=True, examples=examples),
        added=causes(joined, before, after, gone=False, examples=examples),
        changed=changed,
        facts=moved(old, new),
        schema=schema_changes(before.manifest["schema"], after.manifest["schema"]),
        recipe=recipe,
    )
