import xml.etree.ElementTree as ET

import datasets
import pytest
import yaml
from huggingface_hub import DatasetCard

from mmhub import Step
from mmhub.exporting import export
from mmhub.exporting.card import size_category
from mmhub.exporting.licences import on_the_hub
from mmhub.exporting.markdown import code, escaped, link
from mmhub.models.licences import is_non_commercial


@pytest.fixture
def exported(bench, tmp_path):
    """A version with two splits, four reasons and an embedding, as it is published."""
    bench.put(["note 12", "note 40", "note 3", "torn", "note 12"], split="train", text="words")
    bench.put({"t": "note 90"}, split="test", text="more words")
    about = {"summary": "Notes <script>alert(1)</script> | by *many*", "licence": "cc-by-nc-4.0"}
    bench.build(Step("note/curve", fields="note"), Step("note/number"), Step("note/marks"), parts=about)
    export("notes", tmp_path / "out", format="parquet", store=bench.store)
    return tmp_path / "out"


@pytest.fixture
def card(exported):
    return DatasetCard.load(exported / "README.md", ignore_metadata_errors=False)


def test_the_sizes_are_those_that_datasets_finds(exported, card, tmp_path):
    infos = {info["config_name"]: info for info in card.data.dataset_info}
    for config, info in infos.items():
        found = datasets.load_dataset(str(exported), config, cache_dir=str(tmp_path / "cache"))
        for split in info["splits"]:
            real = found[split["name"]].info.splits[split["name"]]
            assert split["num_examples"] == len(found[split["name"]])
            assert split["num_bytes"] == pytest.approx(real.num_bytes, rel=0.1)
        folder = "data" if config == "default" else "ledger"
        files = sum(path.stat().st_size for path in (exported / folder).iterdir())
        assert info["download_size"] == files == found["train"].info.download_size
        first = next(iter(found.values()))
        told = datasets.Features._from_yaml_list(info["features"])
        assert told == first.features


def test_the_metadata_are_what_the_hub_knows(card):
    data = card.data.to_dict()
    assert data["license"] == "cc-by-nc-4.0"
    assert data["size_categories"] == ["n<1K"]
    assert data["pretty_name"] == "notes"
    assert {config["config_name"] for config in data["configs"]} == {"default", "ledger"}
    assert [each.get("default") for each in data["configs"]] == [True, None]
    assert yaml.safe_load(card.content.split("---")[1]) == data


def test_the_words_of_users_are_no_markup(card):
    assert "<script>" not in card.text
    assert r"Notes &lt;script&gt;alert\(1\)&lt;/script&gt; \| by \*many\*" in card.text


def test_every_reason_is_counted(card):
    for line in ("| `torn` | quarantined | 1 |", "| **kept** |  | ", "| **read** |  | 6 | 100.0 % |"):
        assert line in card.text


def test_what_forbids_commerce_is_flagged(card):
    assert "cc-by-nc-4.0 ⚠ non-commercial" in card.text


def test_every_drawing_is_there_and_says_what_it_shows(exported, card):
    drawings = sorted((exported / "evidence").glob("*.svg"))
    assert "funnel.svg" in [path.name for path in drawings]
    assert len(drawings) >= 2
    for path in drawings:
        assert f"(evidence/{path.name})" in card.text
        root = ET.fromstring(path.read_text(encoding="utf-8"))
        assert root.find("{http://www.w3.org/2000/svg}title").text
        assert "prefers-color-scheme:dark" in path.read_text(encoding="utf-8")


def test_a_histogram_shows_kept_and_lost_and_the_threshold(exported):
    text = (exported / "evidence/note-number.number.svg").read_text(encoding="utf-8")
    for part in ('class="kept"', 'class="dropped"', 'class="bound"', "too-small unless ≥ 10"):
        assert part in text


def test_the_commands_to_load_and_to_build_are_told(card):
    for command in ("load_dataset(", '"ledger"', "streaming=True", "columns=[", "`mmhub build` takes its file"):
        assert command in card.text


def test_a_recipe_that_comes_with_mmhub_is_built_by_its_name(bench, tmp_path):
    bench.put(["note 12"])
    bench.build(parts={"name": "demo"})
    export("demo", tmp_path / "out", format="parquet", store=bench.store)
    assert "```sh\nmmhub build demo\n```" in (tmp_path / "out/README.md").read_text(encoding="utf-8")


def test_what_datasets_needs_to_decode_media_is_told(card):
    assert "`pip install 'datasets[vision]'`" in card.text


def test_two_exports_are_the_same_to_the_byte(exported, bench, tmp_path):
    export("notes", tmp_path / "again", format="parquet", store=bench.store)
    first, second = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (exported, tmp_path / "again")
    )
    assert first == second


@pytest.mark.parametrize(
    ("licence", "forbids"),
    [
        ("cc-by-nc-4.0", True),
        ("CC BY-NC-SA 3.0", True),
        ("other non commercial", True),
        ("fair-noncommercial-research-license", True),
        ("cc-by-4.0", False),
        ("apache-2.0", False),
        ("ncsa", False),
    ],
)
def test_licences_that_forbid_commerce_are_known(licence, forbids):
    assert is_non_commercial(licence) is forbids


def test_a_licence_that_the_hub_does_not_know_is_called_other():
    assert on_the_hub("Apache-2.0") == {"license": "apache-2.0"}
    assert on_the_hub("My Own Terms") == {"license": "other", "license_name": "my-own-terms"}
    assert on_the_hub("") == {}


@pytest.mark.parametrize(
    ("count", "name"), [(0, "n<1K"), (1_000, "1K<n<10K"), (10**6, "1M<n<10M"), (10**12, "10B<n<100B")]
)
def test_a_number_of_rows_has_the_name_of_the_hub(count, name):
    assert size_category(count) == name


def test_markdown_keeps_what_was_written():
    assert code("a`b|c") == "`` a`b\\|c ``"
    assert escaped("[x](y)\n# z") == r"\[x\]\(y\) \# z"
    assert link("javascript:alert(1)") == r"javascript:alert\(1\)"
    assert link("https://example.org/a b>") == "<https://example.org/a%20b%3E>"
