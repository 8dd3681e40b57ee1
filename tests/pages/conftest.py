import sys

import pytest
from mmhub_shown import film, picture, sound
from shelf import CUES, HOSTILE, OFFERS, Shelf

from mmhub import plugins, run
from mmhub.cli import main


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder to put files in, and builds of them."""
    monkeypatch.setattr(plugins, "discover", lambda: OFFERS)
    (tmp_path / "files").mkdir()
    return Shelf(tmp_path / "files", tmp_path / "store")


@pytest.fixture(scope="session")
def full(tmp_path_factory):
    """A shelf with something of everything, and two versions of it; it is only looked at."""
    folder = tmp_path_factory.mktemp("full")
    (folder / "files").mkdir()
    made = Shelf(folder / "files", folder / "store")
    for n in range(40):
        made.put(f"p{n:02d}", f"picture of shade {n}", split="test" if n % 5 == 0 else "train", picture=picture(6 * n))
    for n in range(4):
        made.put(f"twin{n}", f"twin {n}", picture=picture(6 * (20 + n)))
        made.put(f"s{n}", f"a tone {n}", sound=sound(300 + 100 * n))
    made.put("f0", "a film", film=film(), subtitles=CUES)
    made.put("hostile", HOSTILE, picture=picture(251))
    made.put("torn", "a torn one", picture=b"torn")
    made.put("gone", "a missing one", picture=None)
    run.build(made.asked(settings=["picture/shade.too-dark.at_least=30"]), offers=OFFERS)
    made.build()
    return made


@pytest.fixture
def mmhub(monkeypatch, capsys):
    """A function that runs a command with the fake plugins alone, and returns its status, output and errors."""
    monkeypatch.setattr(plugins, "discover", lambda: OFFERS)
    monkeypatch.setenv("COLUMNS", "200")

    def typed(*arguments):
        monkeypatch.setattr(sys, "argv", ["mmhub", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return (int(ended.value.code or 0), *capsys.readouterr())

    return typed
