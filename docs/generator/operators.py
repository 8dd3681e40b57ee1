"""docs/reference/operators.md: what mmhub and the plugins that come with it offer."""

import importlib
from collections.abc import Iterator

from generator.declarations import model_table
from generator.markdown import anchor, cell, code, page, table
from mmhub import plugins
from mmhub.operators import Aligner, Cleaner, Encoder, Fuser, Operator
from mmhub.plugins import Offers
from mmhub.showing.rule_words import bounds

_PLUGINS = ("text", "image", "audio", "video")
_INTRODUCTION = """
What mmhub and its own four plugins offer. `mmhub plugins NAME` prints the same for whatever is installed.

An option shapes facts and is part of their key: another value measures anew. A rule reads facts: another bound
measures nothing, but for the rows it newly admits. Both are chosen in [a recipe](recipe.md), or for one command with
`--set STEP.KEY=VALUE`.
"""


def operators() -> str:
    """Return the page."""
    offers = plugins.collect({f"mmhub-{each}": importlib.import_module(f"mmhub_{each}") for each in _PLUGINS})
    chosen = [offers.operators[name] for name in sorted(offers.operators)]
    modalities = [offers.modalities[name] for name in sorted(offers.modalities)]
    return page(
        "# Operators",
        _INTRODUCTION,
        "## Modalities",
        table(
            ("modality", "version", "published as", "what it is"),
            [(code(each.name), str(each.version), code(each.feature), cell(each.summary)) for each in modalities],
        ),
        "## All operators",
        table(
            ("operator", "kind", "what it does"),
            [(f"[`{each.name}`](#{anchor(each.name)})", _kind(each), cell(each.summary)) for each in chosen],
        ),
        *(part for each in chosen for part in _operator(each, offers)),
    )


def _operator(operator: Operator, offers: Offers) -> Iterator[str]:
    owner = offers.distributions[f"operators:{operator.name}"]
    yield f"## {operator.name}"
    yield operator.summary
    yield f"{_kind(operator).capitalize()}, version {operator.version}, of `{owner}`. Reads {_reads(operator)}."
    yield model_table(operator.options)
    if isinstance(operator, Cleaner | Aligner):
        facts = [(code(fact.name), code(fact.dtype), cell(fact.summary)) for fact in operator.facts]
        rules = [
            (code(rule.reason), f"{code(rule.fact)} {cell(bounds(rule))}", "on" if rule.on else "off")
            for rule in operator.rules
        ]
        yield table(("fact", "type", "meaning"), facts)
        yield table(("drops for", "unless", "by default"), rules)


def _kind(operator: Operator) -> str:
    if isinstance(operator, Cleaner) and operator.repair:
        return "repair"
    return type(operator).__name__.lower()


def _reads(operator: Operator) -> str:
    if isinstance(operator, Encoder):
        return ", ".join(map(code, operator.modalities))
    if isinstance(operator, Aligner):
        pairs = ", ".join(f"`{left}` with `{right}`" for left, right in operator.modalities) or "any two fields"
        return f"the vectors one encoder made of {pairs}" if operator.reads == "vectors" else pairs
    return code(operator.modality) if not isinstance(operator, Fuser) else "vectors of encoders"
