"""No remote code; no pickle read from data, models or store; no network while planning."""

import ast
import socket
from pathlib import Path

import pytest

import mmhub
from mmhub import ModelError
from mmhub.models import weights as models

ROOT = Path(mmhub.__file__).parents[1]
SOURCES = sorted(
    [*ROOT.glob("mmhub/**/*.py"), *ROOT.glob("plugins/*/mmhub_*/**/*.py"), *ROOT.glob("dataset_scripts/**/*.py")]
)
UNPICKLING = {"pickle.load", "pickle.loads", "torch.load", "joblib.load", "dill.load", "dill.loads", "marshal.loads"}
MAY_UNPICKLE = {
    "mmhub/encoding/watched.py",
    "mmhub/engines/parts.py",
    "mmhub/measuring/measure.py",
    "mmhub/testing/declarations.py",
    "mmhub/testing/encoding.py",
    "mmhub/workers/child.py",
    "mmhub/workers/forking.py",
    "mmhub/workers/process.py",
}
"""Where a build reads what its own workers send, or the contract tests ask whether something can be sent."""


def calls():
    """Yield every call in the host, the plugins and the scripts: its place, what is called, and its keywords."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                keywords = {each.arg: ast.unparse(each.value) for each in node.keywords}
                yield f"{path.relative_to(ROOT)}:{node.lineno}", ast.unparse(node.func), keywords


CALLS = list(calls())


def test_models_are_loaded_without_code_of_their_own():
    loading = [(place, keywords) for place, called, keywords in CALLS if called.endswith(".from_pretrained")]
    assert loading
    assert [place for place, keywords in loading if keywords.get("trust_remote_code") != "False"] == []


def test_models_are_read_from_the_folder_that_was_found_and_not_from_the_network():
    loading = [(place, keywords) for place, called, keywords in CALLS if called.endswith(".from_pretrained")]
    assert [place for place, keywords in loading if keywords.get("local_files_only") != "True"] == []


def test_models_are_loaded_from_safetensors():
    loading = [keywords for _, called, keywords in CALLS if called == "getattr(transformers, auto).from_pretrained"]
    assert [keywords["use_safetensors"] for keywords in loading] == ["True"]
    assert not {"*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt", "*.h5", "*.py"} & set(models.READ)


def test_nothing_from_outside_is_unpickled():
    places = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in UNPICKLING
    }
    assert places <= MAY_UNPICKLE
    assert [place for place, _, keywords in CALLS if keywords.get("allow_pickle") == "True"] == []


def test_arrays_are_read_without_pickles():
    loading = [(place, keywords) for place, called, keywords in CALLS if called in ("np.load", "numpy.load")]
    assert [place for place, keywords in loading if keywords.get("allow_pickle") != "False"] == []


def test_nothing_is_evaluated_and_yaml_is_read_safely():
    forbidden = {"eval", "exec", "os.system", "yaml.load", "yaml.unsafe_load", "yaml.full_load"}
    assert [place for place, called, _ in CALLS if called in forbidden] == []
    assert [place for place, _, keywords in CALLS if keywords.get("shell") == "True"] == []


def test_weights_are_looked_for_without_a_network(monkeypatch, tmp_path):
    def connect(*_):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match=r"the weights of 'nobody/nothing' \(revision 'main'\) are not cached"):
        models.locate("nobody/nothing", download=False)
