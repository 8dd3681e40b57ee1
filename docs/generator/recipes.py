"""docs/reference/recipe.md: the keys of a recipe, of its settings, and of the script beside it."""

from generator.declarations import described, model_table
from generator.markdown import page, table
from mmhub import operators
from mmhub.recipes import balance, recipe, splits

_INTRODUCTION = """
A recipe says what to build. It is a Python script with `recipe = Recipe(…)`, most often beside the `rows()` it is made
of, or a YAML file with the same keys. `mmhub build NAME` finds those that come with mmhub, `mmhub build FILE` reads
your own.

```yaml
extends: coco
name: coco-sharp
fields:
  url: null                          # leave out a column
steps:
  - use: image/sharpness
    rules:
      blurred: {at_least: 120}       # another threshold
  - use: text/length
    fields: captions
    rules:
      too-long: false                # switched off
      wordy: {fact: words, relative: std, at_most: 2}    # a rule of one's own
without: [image/noise]               # leave out a step
```
"""
_YAML_ALONE = (
    (
        "`extends`",
        "The recipe this one starts from: a name, or a file beside it. Mappings are merged; steps are matched by name, "
        "and new ones come last.",
    ),
    ("`without`", "Steps of that recipe to leave out."),
)
_RULES = """
Under `rules` a reason is a key. `false` switches the operator's rule off, `true` switches one on that is off by
default, and a mapping changes its parameters. With `fact` it is a rule of one's own.
"""
_SCORES = """
A rule on an encoder reads its `vector` (see Distinct below), or one of two scores, which say how unlike the others
each vector is. They are fitted to at most 20,000 of the rows that no absolute rule drops, are found out where a rule
asks for them, and need `mmhub[learn]`:

```yaml
steps:
  - use: image/clip
    rules:
      odd: {fact: isolation, at_most: 0.99}                              # the oddest hundredth, by an isolation forest
      strange: {fact: reconstruction, relative: robust, at_most: 6}      # by the error of an autoencoder
```
"""
_SETTINGS = """
`--set STEP.KEY=VALUE` changes a recipe for one command. The value is read as YAML. The key is one of these:

| key | example |
| --- | --- |
| an option of the operator | `--set image/exposure.black=12` |
| a parameter of its only rule that has it | `--set image/sharpness.at_least=40` |
| a reason, to switch a rule on or off | `--set image/sharpness.blurred=off` |
| a new reason and the `fact` of a rule of one's own | `--set text/length.wordy.fact=words` |
| a reason and a parameter | `--set text/length.too-long.at_most=500` |
| `source` and an option of the source | `--set source.seed=7` |
"""
_SCRIPT = (
    (
        "`rows(options, folder)`",
        "Yields a mapping per row: `row_id`, `split` (`train` where there is none), and the fields. Media are paths, "
        "bytes or `mmhub.Media`; nothing is decoded here.",
    ),
    ("`Options`", "A subclass of `mmhub.Options`. `--data-dir` sets its `data_dir`."),
    ("`VERSION`", "An integer, 1 where it is left out: counted up when the same options come to give other rows."),
    (
        "`generate(options, folder)`",
        "Writes the files of a generated source into a folder, which `rows` gets: once for each set of options and "
        "each version.",
    ),
    (
        "`planted(options, folder)`",
        "Yields the defects a generated source holds on purpose, as `mmhub.Planted`: a build tells how many it caught.",
    ),
)


def recipes() -> str:
    """Return the page."""
    return page(
        "# Recipes",
        _INTRODUCTION,
        "## Recipe",
        model_table(recipe.Recipe, head="key"),
        "## In YAML alone",
        table(("key", "meaning"), _YAML_ALONE),
        "A YAML file without a `name` has that of the file.",
        "## Column",
        "One of `fields`.",
        model_table(recipe.Column, head="key"),
        "## From",
        "What stands under `source`.",
        model_table(recipe.From, head="key"),
        "## Step",
        'One of `steps`, or `segment`. In Python the operator stands first: `Step("image/sharpness")`.',
        model_table(recipe.Step, head="key"),
        "## Splits",
        "What stands under `splits`.",
        described(splits.Splits),
        "## Balance",
        "What stands under `balance`.",
        described(balance.Balance),
        "## Rules",
        _RULES,
        _SCORES,
        described(operators.Rule),
        described(operators.Distinct),
        "## Settings",
        _SETTINGS,
        "## Scripts",
        "What a script may hold beside `recipe`:",
        table(("name", "what it is"), _SCRIPT),
    )
