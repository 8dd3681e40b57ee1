import pytest
from huggingface_hub import HfApi

from mmhub.hub import Hub
from mmhub.hub.licences import concerns, model_licences
from mmhub.models.licences import shipped_licence
from mmhub.version import Version

HUB = Hub(HfApi(endpoint="http://127.0.0.1:9", token="hf_none"))


def version(model, licence="mit"):
    step = {"operator": "image/clip", "weights": "abc123", "options": {"model": model}}
    return Version("notes", "1.0.0", {"recipe": {"steps": [step]}, "about": {"licence": licence}})


@pytest.fixture
def cached(tmp_path, monkeypatch):
    """A function that puts the card of a model into the cache."""

    def put(front):
        (tmp_path / "README.md").write_text(f"---\n{front}\n---\n# A model\n")
        monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *_, **__: str(tmp_path / "README.md"))

    return put


def test_the_licence_of_a_model_is_what_its_card_in_the_cache_states(cached):
    cached("license: cc-by-nc-4.0")
    found = model_licences(version("org/model"), HUB)
    assert found == {"org/model": "cc-by-nc-4.0"}
    assert concerns(version("org/model"), found) == ["'org/model' is under 'cc-by-nc-4.0'"]


def test_a_licence_with_a_name_of_its_own_is_told_by_it(cached):
    cached("license: other\nlicense_name: jais-non-commercial")
    assert model_licences(version("org/model"), HUB) == {"org/model": "jais-non-commercial"}


def test_a_model_without_a_card_states_nothing(monkeypatch):
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)
    assert model_licences(version("org/model"), HUB) == {"org/model": "not stated"}
    assert concerns(version("org/model", ""), {"org/model": "not stated"}) == []


def test_weights_that_a_package_brings_have_the_licence_of_the_package():
    assert shipped_licence("mmhub_image:clip") == "Apache-2.0"
    assert shipped_licence("no_such_package:clip") == "not stated"
    assert shipped_licence("org/model") == "not stated"
