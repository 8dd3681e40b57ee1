import json
import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from urllib.parse import urlsplit

import pytest
from huggingface_hub import HfApi, constants

from mmhub.hubserver import serving

_NUMBERS = count(1)


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A Hub that is being served."""
    with serving(tmp_path_factory.mktemp("hub")) as served:
        yield served


@pytest.fixture
def owner(hub, as_owner):
    """The client of the Hub's owner, without Xet."""
    return as_owner(hub)


@pytest.fixture
def as_owner(monkeypatch):
    """A function that returns the client of the owner of a Hub."""
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    return lambda hub: HfApi(endpoint=hub.endpoint, token=hub.token)


@pytest.fixture
def repo(owner):
    """The name of a new dataset repository that everyone may read."""
    return owner.create_repo(f"local/notes{next(_NUMBERS)}", repo_type="dataset").repo_id


@pytest.fixture
def ask(hub):
    """A function that sends one request exactly as it is given, and returns status, headers and body."""

    def send(method, path, body=None, *, token=hub.token):
        connection = HTTPConnection(urlsplit(hub.endpoint).netloc, timeout=30)
        try:
            connection.request(method, path, body, {"Authorization": f"Bearer {token}"} if token else {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    return send


@pytest.fixture
def run_client(tmp_path):
    """A function that runs a program as users of a Hub do, in a fresh process, and returns what it prints as JSON."""

    def run(program, hub, *, xet=True, **environment):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={
                **os.environ,
                **hub.environment,
                "HF_HOME": str(tmp_path / "home"),
                "HF_HUB_DISABLE_XET": str(int(not xet)),
                "HF_HUB_DISABLE_PROGRESS_BARS": "1",
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run


@pytest.fixture
def small_disk():
    """A context in which what is started can write no file of more than so many bytes."""

    @contextmanager
    def limited(size):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limited


@pytest.fixture
def fresh_hub(tmp_path):
    """A Hub of one test's own."""
    with serving(tmp_path / "hub") as served:
        yield served
