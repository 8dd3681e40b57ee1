"""Vectors that were made of fields of a row, put together: what is lacking is masked, and nothing is decoded anew."""

import json

import numpy as np
import pytest
import torch
from bench import OFFERS
from safetensors.numpy import save_file

from mmhub import ModelError, RecipeError, Step, load
from mmhub.binding.bind import bind
from mmhub.fusers.joined import averaged, concatenated
from mmhub.fusers.learned import LearnedOptions, learned
from mmhub.operators import FuseOptions

CURVES = (Step("note/curve"),)
PARTS = ("note/curve@note", "note/curve@text")
OPTIONS = FuseOptions(of=PARTS)
BOTH = np.array([[True, True], [True, False], [False, True], [False, False]])


def fuse(name, **options):
    return Step(f"fuse/{name}", options={"of": list(PARTS), **options})


@pytest.fixture
def parts():
    random = np.random.default_rng(0)
    made = [random.normal(size=(4, 3)).astype(np.float32), random.normal(size=(4, 3)).astype(np.float32)]
    return [part * there[:, None] for part, there in zip(made, BOTH.T, strict=True)]


@pytest.fixture
def filled(bench):
    bench.put({"r1": "note 3", "r2": "note 5"}, text="three words long")
    bench.put({"r3": "note 7"}, text=None)
    return bench


def column(bench, *names):
    rows = load("notes", store=bench.store)["train"].select_columns(["row_id", *names])
    return {row["row_id"]: [row[name] for name in names] for row in rows}


def unit(vector):
    return np.asarray(vector) / np.linalg.norm(vector)


def test_a_fused_column_is_the_mean_of_those_vectors_a_row_has(filled):
    filled.build(*CURVES, fuse("mean"))
    rows = column(filled, "note_curve", "text_curve", "fuse_mean", "fuse_mean_present")
    note, text, mean, present = rows["r1"]
    assert mean == pytest.approx(unit(np.add(unit(note), unit(text))), abs=1e-6)
    assert present == [True, True]
    assert rows["r3"][2] == pytest.approx(unit(rows["r3"][0]), abs=1e-6)
    assert rows["r3"][1] is None
    assert rows["r3"][3] == [True, False]


def test_vectors_side_by_side_have_zeros_for_what_is_lacking(filled):
    filled.build(*CURVES, fuse("concatenate", normalise=False))
    rows = column(filled, "note_curve", "fuse_concatenate", "fuse_concatenate_present")
    note, whole, present = rows["r3"]
    assert whole == pytest.approx([*unit(note), 0, 0], abs=1e-6)
    assert present == [True, False]


def test_a_fuser_more_computes_from_vectors_that_are_known(filled):
    filled.build(*CURVES)
    before = len(filled.told("forward"))
    report = filled.build(*CURVES, fuse("mean"))
    assert len(filled.told("forward")) == before
    assert (report.decoded, report.encoded) == (0, 0)


def test_a_fused_column_keeps_what_it_is_made_of(filled):
    filled.build(*CURVES, fuse("mean"))
    step = load_step(filled, "fuse/mean")
    assert step["of"] == list(PARTS)
    assert step["kind"] == "fuse"


def load_step(bench, name):
    manifest = json.loads(next((bench.store / "versions" / "notes").glob("*.json")).read_text())
    return next(step for step in manifest["recipe"]["steps"] if step["name"] == name)


def test_vectors_that_no_step_makes_are_named(filled):
    step = Step("fuse/mean", options={"of": ["note/curve", "note/curve@text"]})
    message = r"fuses vectors of 'note/curve', which no step makes: there are .*; did you mean 'note/curve@"
    with pytest.raises(RecipeError, match=message):
        bind(filled.recipe(*CURVES, step), OFFERS)


def test_a_fuser_takes_no_fields(filled):
    step = Step("fuse/mean", fields=("note",), options={"of": list(PARTS)})
    with pytest.raises(RecipeError, match="name those in its option `of`"):
        bind(filled.recipe(*CURVES, step), OFFERS)


def test_vectors_of_different_lengths_have_no_mean():
    wide, long = np.ones((1, 2), np.float32), np.ones((1, 3), np.float32)
    with pytest.raises(RecipeError, match=r"have \[2, 3\]: take fuse/concatenate"):
        averaged([wide, long], np.ones((1, 2), bool), OPTIONS, None)


def test_what_has_nothing_is_zeros(parts):
    for way in (averaged, concatenated):
        assert not way(parts, BOTH, OPTIONS, None)[3].any()


@pytest.fixture
def head_in(tmp_path):
    """A function that saves a head of random tensors, and returns its options."""

    def saved(kind, **changes):
        random = np.random.default_rng(1)
        one, whole = changes.get("widths", (3, 6))
        names = {"gated": {"value": one, "gate": whole}, "attention": {"value": one, "score": one}}[kind]
        tensors = {
            f"{layer}.{part}.{name}": random.normal(size=(5, width) if name == "weight" else 5).astype(np.float32)
            for layer, width in names.items()
            for part in range(2)
            for name in ("weight", "bias")
        }
        if kind == "attention":
            tensors["query"] = random.normal(size=5).astype(np.float32)
        save_file(
            {name: each for name, each in tensors.items() if name not in changes.get("without", ())},
            tmp_path / "model.safetensors",
        )
        (tmp_path / "config.json").write_text(json.dumps({"kind": kind, "dims": changes.get("dims", [3, 3])}))
        return LearnedOptions(of=PARTS, model=str(tmp_path), normalise=False), tensors

    return saved


def linear(tensors, name, vectors):
    return torch.nn.functional.linear(
        torch.from_numpy(vectors),
        torch.from_numpy(tensors[f"{name}.weight"]),
        torch.from_numpy(tensors[f"{name}.bias"]),
    )


def scaled(parts):
    return [part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12) for part in parts]


def test_a_gated_head_weighs_each_part_by_all(parts, head_in):
    options, tensors = head_in("gated")
    whole = np.concatenate(scaled(parts), axis=1)
    expected = sum(
        torch.tanh(linear(tensors, f"value.{n}", part))
        * torch.sigmoid(linear(tensors, f"gate.{n}", whole))
        * torch.from_numpy(BOTH[:, n : n + 1])
        for n, part in enumerate(scaled(parts))
    )
    assert learned(parts, BOTH, options, None) == pytest.approx(expected.numpy(), abs=1e-5)


def test_an_attending_head_shares_its_attention_among_what_is_there(parts, head_in):
    options, tensors = head_in("attention")
    found = learned(parts, BOTH, options, None)
    values = [linear(tensors, f"value.{n}", part) for n, part in enumerate(scaled(parts))]
    scores = [
        torch.tanh(linear(tensors, f"score.{n}", part)) @ torch.from_numpy(tensors["query"])
        for n, part in enumerate(scaled(parts))
    ]
    shares = torch.softmax(torch.stack(scores, dim=1), dim=1)
    assert found[0] == pytest.approx((shares[0, 0] * values[0][0] + shares[0, 1] * values[1][0]).numpy(), abs=1e-5)
    assert found[1] == pytest.approx(values[0][1].numpy(), abs=1e-5)
    assert found[2] == pytest.approx(values[1][2].numpy(), abs=1e-5)
    assert not found[3].any()


def test_a_row_is_fused_by_itself(parts, head_in):
    options, _ = head_in("attention")
    alone = [learned([part[n : n + 1] for part in parts], BOTH[n : n + 1], options, None)[0] for n in range(4)]
    assert np.stack(alone) == pytest.approx(learned(parts, BOTH, options, None), abs=1e-6)


def test_a_head_for_other_vectors_is_refused(parts, head_in):
    options, _ = head_in("gated", dims=[3, 4])
    with pytest.raises(ModelError, match=r"fuses vectors of lengths \(3, 4\), and these have \(3, 3\)"):
        learned(parts, BOTH, options, None)


def test_a_head_that_lacks_a_tensor_is_refused(parts, head_in):
    options, _ = head_in("gated", without=("gate.1.weight",))
    with pytest.raises(ModelError, match=r"lacks the tensor 'gate\.1\.weight'"):
        learned(parts, BOTH, options, None)


def test_another_head_is_another_dataset(filled, head_in):
    options, tensors = head_in("gated", dims=[2, 2], widths=(2, 4))
    first = filled.build(*CURVES, fuse("learned", model=options.model))
    assert len(column(filled, "fuse_learned")["r1"][0]) == 5
    save_file({name: 2 * each for name, each in tensors.items()}, f"{options.model}/model.safetensors")
    clear_digests()
    assert filled.build(*CURVES, fuse("learned", model=options.model)).identity != first.identity


def clear_digests():
    """Forget the digests of folders, as a new process does."""
    from mmhub.models import weights as models

    models._digest.cache_clear()
