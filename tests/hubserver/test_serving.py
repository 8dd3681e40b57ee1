import ast
import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import mmhub.hubserver
from mmhub.cli import main
from mmhub.errors import MmhubError
from mmhub.hubserver import http, serving
from mmhub.hubserver.folder import Root

PACKAGE = Path(mmhub.hubserver.__file__).parent


@pytest.fixture
def run_command(monkeypatch, capsys):
    """A function that runs a command as `mmhub` does, and returns its exit status and what it printed."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["mmhub", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def test_it_is_served_until_ctrl_c_and_says_how_to_use_it(tmp_path):
    command = [sys.executable, "-m", "mmhub", "hub", "serve", "--root", str(tmp_path), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = [process.stdout.readline() for _ in range(3)]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert "stopped" in err
    assert f"serving the Hub in {tmp_path} at http://127.0.0.1:" in said[0]
    assert f'HF_TOKEN="$(cat {tmp_path}/token)"' in said[2]
    assert (tmp_path / "token").read_text().strip() not in "".join(said) + out + err


def test_the_token_that_is_kept_is_its_owners_alone(tmp_path):
    place = Root.at(tmp_path).made()
    assert place.token() == place.token()
    assert place.token().startswith("hf_")
    assert place.secret() != place.token().encode()
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("token", "secret")} == {0o600}


def test_a_token_that_is_given_is_neither_kept_nor_seen(tmp_path):
    with serving(tmp_path, token="hf_given") as hub:
        arguments = Path(f"/proc/{hub.process_id}/cmdline").read_text()
        assert "hf_given" not in arguments + repr(hub)
    assert not any(b"hf_given" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_port_in_use_is_a_sentence(tmp_path, run_command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, _, err = run_command("hub", "serve", "--root", tmp_path, "--port", port)
        assert (status, err) == (
            1,
            f"error: port {port} is in use: name another one with `--port`, or 0 for one that is free\n",
        )
        with pytest.raises(MmhubError, match=f"port {port} is in use"), serving(tmp_path, port=port):
            pass


def test_a_missing_library_is_named_with_what_to_type(tmp_path, monkeypatch):
    monkeypatch.setattr(http, "find_spec", lambda name: None if name == "uvicorn" else name)
    with pytest.raises(MmhubError, match=r"serving a Hub takes uvicorn: pip install 'mmhub\[hub\]'"), serving(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(MmhubError, match="cannot be written"), serving(tmp_path / "file" / "hub"):
        pass


def test_a_database_that_is_none_is_a_sentence(tmp_path):
    Root.at(tmp_path).made().database.write_bytes(b"no database at all" * 100)
    with pytest.raises(MmhubError, match="cannot be opened: file is not a database"), serving(tmp_path):
        pass


def test_the_server_ends_with_the_process_that_started_it(tmp_path):
    program = f"""
import os, sys
from mmhub.hubserver import serving
with serving({str(tmp_path)!r}) as hub:
    print(hub.process_id, flush=True)
    os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    server = os.pidfd_open(int(done.stdout)) if Path(f"/proc/{done.stdout.strip()}").exists() else None
    if server is not None:
        assert select.select([server], [], [], 10)[0]
        os.close(server)


def test_gc_says_what_goes_and_where_there_is_no_hub(tmp_path, run_command):
    status, _, err = run_command("hub", "gc", "--root", tmp_path)
    assert (status, "there is no Hub in" in err) == (1, True)
    with serving(tmp_path):
        (tmp_path / "drafts" / "half").write_bytes(b"12345")
        status, out, _ = run_command("hub", "gc", "--root", tmp_path, "--older-than", "0", "--dry-run", "--json")
        assert json.loads(out)["drafts"] == {"count": 1, "bytes": 5}
        status, out, _ = run_command("hub", "gc", "--root", tmp_path, "--older-than", "0")
    assert "gone: 1 drafts, 5 B: uploads that were never finished" in out
    assert not (tmp_path / "drafts" / "half").exists()


def test_the_package_imports_nothing_of_the_rest_but_the_errors():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mmhub"):
                assert node.module.startswith(("mmhub.hubserver", "mmhub.errors")), f"{path}: {node.module}"


def test_starting_a_hub_imports_no_server_in_the_process_that_starts_it():
    heavy = ["starlette", "uvicorn", "pydantic", "pyarrow"]
    program = (
        f"import sys, mmhub.hubserver, mmhub.cli.commands.hub; print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
