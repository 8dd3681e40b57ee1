import sys

import pytest

from mmhub.cli import checks, probe


@pytest.mark.parametrize(
    ("milliseconds", "fastest", "words"),
    [
        (
            {"float32": 300.0, "bfloat16": 120.0, "float16": 3000.0},
            "bfloat16",
            "float32 300 ms, bfloat16 120 ms, float16 3,000 ms a pass on cpu: bfloat16 is 2.5 times as fast as "
            "float32, which is the default; an encoder's option `dtype` chooses, as in `--set STEP.dtype=bfloat16`, "
            "and its vectors are then others",
        ),
        (
            {"float32": 1.04, "float16": 1.0},
            "float32",
            "float32 1 ms, float16 1 ms a pass on cpu: float32, the default, is the best choice here",
        ),
    ],
)
def test_another_data_type_is_recommended_where_it_is_clearly_faster(milliseconds, fastest, words):
    probed = probe.Probe("cpu", milliseconds)
    assert probed.fastest == fastest
    assert str(probed) == words


def test_a_forward_pass_is_timed_in_each_data_type(monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setattr(probe, "_SECONDS", 0.01)
    monkeypatch.setattr(probe, "_WIDTH", 16)
    probed = probe.probe()
    assert set(probed.milliseconds) == set(probe.DTYPES)
    assert all(each > 0 for each in probed.milliseconds.values())


def test_a_data_type_a_device_does_not_know_is_left_out():
    torch = pytest.importorskip("torch")

    class Refusing(torch.nn.Module):
        def forward(self, values):
            raise RuntimeError("not implemented for 'Half'")

    assert probe._milliseconds([Refusing()], torch.ones(8, 2, 4), torch.float16) is None


def test_without_torch_nothing_is_probed(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert checks.dtype(probe.probe()) == ("warning", "dtype", "not probed, as there is no torch to do it with")
