"""What one operator sees of a video, the next one sees too: nothing can be written into it."""

import vandals

import mmhub_audio
import mmhub_video
from mmhub import Column, From, Media, Recipe, Step, load_ledger, plugins, run
from mmhub.request import Request
from mmhub_video.decode import decode

ARRAYS = {
    "kept": lambda clip: clip.kept,
    "shown_ns": lambda clip: clip.shown_ns,
    "trace": lambda clip: clip.trace.luma,
    "heard": lambda clip: clip.heard.at_ns,
    "raw": lambda clip: clip.sound.raw,
    "samples": lambda clip: clip.sound.samples,
    "mono": lambda clip: clip.sound.mono,
    "at another rate": lambda clip: clip.sound.at(8000),
    "at its own rate": lambda clip: clip.sound.at(clip.sound.rate_hz),
}


def test_no_array_of_a_video_or_of_its_sound_can_be_written_to(video_of):
    clip = decode(Media(data=video_of()))
    assert [name for name, array in ARRAYS.items() if array(clip).flags.writeable] == []


def test_an_operator_that_writes_is_named_and_costs_its_row_and_no_fact_of_another(tmp_path, video_of):
    films = tmp_path / "films"
    films.mkdir()
    for name, count in (("long", 40), ("short", 20)):
        (films / f"{name}.mp4").write_bytes(video_of(count))
    offers = plugins.collect({"video": mmhub_video, "audio": mmhub_audio, "vandals": vandals})
    fields = {"video": Column(modality="video")}
    ledgers = {}
    for name, steps in {"alone": [], "blackened": [Step("video/blacken")]}.items():
        recipe = Recipe(name=name, source=From(use="folder"), fields=fields, steps=(*steps, Step("video/black")))
        run.build(Request(recipe, store=tmp_path / name, data_dir=films, workers=1), offers=offers)
        ledgers[name] = {row["row_id"]: row for row in load_ledger(name, store=tmp_path / name)}
    short = next(row for row_id, row in ledgers["blackened"].items() if "short" in row_id)
    assert short["message"] == "video/blacken: ValueError: assignment destination is read-only"
    for row_id, row in ledgers["alone"].items():
        facts = {name: value for name, value in row.items() if name.startswith("video/black.")}
        assert facts
        assert {name: ledgers["blackened"][row_id][name] for name in facts} == facts
    assert {row["fate"] for row_id, row in ledgers["blackened"].items() if "long" in row_id} == {"kept"}
