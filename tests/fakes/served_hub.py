"""The libraries of Hugging Face, pointed at the embedded Hub of a test."""

from pathlib import Path
from typing import Any

from huggingface_hub import constants


def point_at(served: Any, caches: Path, monkeypatch: Any) -> None:
    """Make the embedded Hub the one that ``datasets`` and ``huggingface_hub`` speak to, with caches of its own."""
    import datasets

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(caches / "hub"))
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(caches / "datasets"))
    monkeypatch.setattr(datasets.config, "HF_ENDPOINT", served.endpoint)
    monkeypatch.setattr(constants, "ENDPOINT", served.endpoint)
    address = f"{served.endpoint}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address)
    monkeypatch.setenv("HF_TOKEN", served.token)
