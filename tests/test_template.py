"""The plugin the docs teach, as its users get it: a wheel, installed into a folder, found by its entry point."""

import importlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import mmhub_text
from mmhub.testing import PluginContract

TEMPLATE = Path(__file__).resolve().parents[1] / "plugins" / "mmhub-template"
SCRIPT, SHORTEST = '"""Rooms: ', "def exclaim("
PROGRAM = """
import json, sys
import mmhub
import mmhub.plugins
report = mmhub.build("rooms.py", data_dir=".", store="store", workers=1)
rows = mmhub.load("rooms", store="store")["train"]
print(json.dumps({
    "distribution": mmhub.plugins.discover().distributions["operators:depth/missing"],
    "rows": report.rows, "dropped": report.dropped, "quarantined": report.quarantined,
    "kept": rows["row_id"][:], "vectors": rows["depth_histogram"][:], "mode": rows[0]["depth"].mode,
}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which the template's wheel was installed."""
    folder = tmp_path_factory.mktemp("installed")
    build = ["uv", "build", "--wheel", "--out-dir", str(folder), str(TEMPLATE)]
    for offline in (["--offline"], []):
        try:
            done = subprocess.run([*build, *offline], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip("uv, which builds the wheel, is not installed")
        if done.returncode == 0:
            break
    else:
        if "resolve" in done.stderr or "fetch" in done.stderr:
            pytest.skip("hatchling, which builds the wheel, is neither cached nor to be had from the package index")
        pytest.fail(done.stderr)
    wheel = next(folder.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def block(holding):
    """Return the block of code in the template's README that holds some words."""
    blocks = (TEMPLATE / "README.md").read_text(encoding="utf-8").split("```")[1::2]
    return next(block.removeprefix("python\n") for block in blocks if block.startswith("python") and holding in block)


def run(installed, program, folder):
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, cwd=folder, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_an_installed_plugin_is_found_and_its_modality_built_without_a_change_to_the_host(installed, tmp_path):
    near = np.full((8, 8), 700, dtype=np.uint16)
    holed = np.where(np.arange(8) < 6, 0, near).astype(np.uint16)
    far = np.full((8, 8), 9_000, dtype=np.uint16)
    for name, depth in {"near": near, "holed": holed, "far": far}.items():
        Image.fromarray(depth).save(tmp_path / f"{name}.png")
    (tmp_path / "torn.png").write_bytes((tmp_path / "near.png").read_bytes()[:40])
    (tmp_path / "rooms.py").write_text(block(SCRIPT))
    found = run(installed, PROGRAM, tmp_path)
    assert found["distribution"] == "mmhub-template"
    assert (found["dropped"], found["quarantined"]) == ({"mostly-missing": 1}, {"damaged": 1})
    assert (found["kept"], found["vectors"]) == (["far", "near"], [[0, 0, 0, 1], [1, 0, 0, 0]])
    assert found["mode"] == "I;16"


def test_the_wheel_holds_the_plugin_and_its_entry_point_and_nothing_else(installed):
    names = {path.name for path in installed.iterdir()}
    assert names == {"mmhub_template", "mmhub_template-0.1.0.dist-info"}
    points = (installed / "mmhub_template-0.1.0.dist-info" / "entry_points.txt").read_text()
    assert points.split() == ["[mmhub]", "depth", "=", "mmhub_template"]


def test_the_host_knows_nothing_of_depth():
    import mmhub

    sources = Path(mmhub.__file__).parent.rglob("*.py")
    assert [
        path.name for path in sources if "mmhub_template" in path.read_text() or "mmhub-template" in path.read_text()
    ] == []


def test_the_shortest_plugin_of_the_readme_keeps_the_contract(tmp_path, monkeypatch):
    (tmp_path / "mmhub_stars.py").write_text(block(SHORTEST))
    monkeypatch.syspath_prepend(tmp_path)
    plugin = importlib.import_module("mmhub_stars")
    samples = {"text": ["Look!", "Look!!!!", "It is over there."]}
    made = type("Contract", (PluginContract,), {"plugin": plugin, "beside": (mmhub_text,), "samples": samples})()
    for name in dir(made):
        if name.startswith("test_"):
            getattr(made, name)()
