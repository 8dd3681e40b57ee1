"""What a plugin imports, and what the contract says where it is too much."""

from types import ModuleType

import pytest

from mmhub.testing import PluginContract


def test_a_plugin_that_imports_torch_says_so(tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("")
    (tmp_path / "mmhub_hasty.py").write_text("import torch\n")
    monkeypatch.syspath_prepend(tmp_path)
    made = type("Contract", (PluginContract,), {"plugin": ModuleType("mmhub_hasty")})
    with pytest.raises(AssertionError, match="importing 'mmhub_hasty' imports torch: import it where it is used"):
        made().test_importing_it_imports_neither_torch_nor_datasets()
