import pytest

from mmhub.hub import patience


@pytest.fixture(autouse=True)
def own_hub(tmp_path, monkeypatch):
    monkeypatch.setenv("MMHUB_HUB", str(tmp_path / "hub"))
    monkeypatch.setattr(patience, "WAITS", (0.02,))


def test_a_build_is_pushed_to_the_hub_of_this_machine_also_when_nothing_changed(mmhub, recipe):
    mmhub("build", recipe, "--workers", 1)
    ended = mmhub("build", recipe, "--workers", 1, "--push", "--hub", "local")
    assert ended.status == 0, ended.err
    assert "nothing changed: notes@1.0.0 stands" in ended.err
    assert "published local/notes v1.0.0  privately  2 files sent" in ended.err
    for line in (
        "mmhub hub serve",
        'load_dataset("local/notes", revision="v1.0.0")',
        'mmhub.load("local/notes@1.0.0")',
    ):
        assert line in ended.err
    assert "already there: local/notes v1.0.0" in mmhub("push", "notes", "--hub", "local").err


def test_json_is_one_object(mmhub, recipe):
    built = mmhub("build", recipe, "--workers", 1, "--push", "--hub", "local", "--to", "local/x", "--json").answer
    assert built["pushed"]["repo"] == "local/x"
    again = mmhub("push", "notes", "--hub", "local", "--to", "local/x", "--json").answer
    assert (again["already"], again["commit"]) == (True, built["pushed"]["commit"])


def test_each_file_has_a_line(mmhub, recipe):
    mmhub("build", recipe, "--workers", 1)
    lines = mmhub("push", "notes", "--hub", "local").err.splitlines()
    assert [line.partition(",")[0] for line in lines[:4]] == [
        "sent data/train-00000.parquet",
        "sent ledger/ledger-00000.parquet",
        "committing to main",
        "tagging v1.0.0",
    ]


def test_without_a_token_nothing_is_built(mmhub, recipe, monkeypatch):
    monkeypatch.setattr("huggingface_hub.get_token", lambda: None)
    ended = mmhub("build", recipe, "--push")
    assert ended.status == 1
    assert "there is no token for http" in ended.err
    assert "or set HF_TOKEN" in ended.err
    assert mmhub("versions", "notes").status == 1


def test_where_to_push_needs_a_push(mmhub, recipe):
    ended = mmhub("build", recipe, "--to", "me/notes")
    assert ended.status == 2
    assert "add `--push`" in ended.err


def test_ctrl_c_says_how_to_go_on(mmhub, recipe, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    mmhub("build", recipe, "--workers", 1)
    monkeypatch.setattr("mmhub.hub.push", interrupted)
    ended = mmhub("push", "notes", "--hub", "local")
    assert ended.status == 130
    assert "no version is half there, and `mmhub push` goes on from there" in ended.err


def test_a_licence_that_forbids_commerce_needs_a_yes(mmhub, recipe):
    recipe.write_text(recipe.read_text() + "licence: cc-by-nc-4.0\n")
    mmhub("build", recipe, "--workers", 1)
    ended = mmhub("push", "notes", "--hub", "local", "--public")
    assert ended.status == 1
    assert "note: the source is under 'cc-by-nc-4.0', which forbids commercial use" in ended.err
    assert mmhub("push", "notes", "--hub", "local", "--public", "--yes").status == 0
