import importlib
import io

import examples
import numpy as np
from PIL import Image

from mmhub.testing import PluginContract

README = (examples.ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_does_what_it_says(tmp_path):
    for each in examples.run(README, tmp_path):
        assert each.holds, f"{each.command}\nprints\n{each.printed}\nwhere the README says\n{each.expected}"


def test_the_readme_begins_with_the_two_commands():
    commands = [line for block in examples.blocks(README) for line in block.body.splitlines()]
    assert commands.index("$ pip install uv && uv run mmhub build demo") < commands.index("$ uv run pytest")


def test_only_what_needs_a_network_is_skipped_in_the_readme():
    assert {block.skip for block in examples.blocks(README)} <= {"", "needs a network", "needs the Hub to be served"}


def test_the_plugin_in_the_readme_keeps_the_contract(tmp_path, monkeypatch):
    (plugin,) = [block.body for block in examples.blocks(README) if block.title == "mmhub_depth.py"]
    (tmp_path / "mmhub_depth.py").write_text(plugin)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    samples = {"depth": [depth_map(1_000), depth_map(2_000)]}
    kept = type("Kept", (PluginContract,), {"plugin": importlib.import_module("mmhub_depth"), "samples": samples})()
    for name in dir(kept):
        if name.startswith("test_"):
            getattr(kept, name)()


def depth_map(millimetres):
    stream = io.BytesIO()
    Image.fromarray(np.arange(millimetres, millimetres + 3_072, dtype=np.uint16).reshape(48, 64)).save(stream, "PNG")
    return stream.getvalue()
