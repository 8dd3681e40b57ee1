"""A plugin for tests of what is shown: real pictures, sounds and films, which are measured without a model."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from mmhub_fakes import FolderOptions
from PIL import Image

from mmhub import Cleaner, Columns, Distinct, Fact, Media, Modality, Options, Row, Rule, Source, Undecodable, hookimpl

RATE_HZ = 8_000
MEDIA = ("picture", "sound", "film")


def picture(shade: int) -> bytes:
    """Return a grey PNG of 40 x 30 with a lighter spot, the lighter the higher the number up to 255."""
    pixels = np.full((30, 40, 3), shade, np.uint8)
    pixels[10:20, 10:20] = 255
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, "PNG")
    return sink.getvalue()


def sound(pitch_hz: float, seconds: float = 0.5) -> bytes:
    """Return a WAV file of one tone."""
    sink = io.BytesIO()
    times = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    with av.open(sink, "w", format="wav") as container:
        _write_sound(container, container.add_stream("pcm_s16le", rate=RATE_HZ, layout="mono"), pitch_hz, times)
    return sink.getvalue()


def film(frames: int = 10) -> bytes:
    """Return an MP4 file in which a white square moves right, a tenth of a second for each frame."""
    sink = io.BytesIO()
    with av.open(sink, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        track = container.add_stream("aac", rate=RATE_HZ, layout="mono")
        for number in range(frames):
            pixels = np.zeros((48, 64, 3), np.uint8)
            pixels[20:30, 4 * number : 4 * number + 10] = 255
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        _write_sound(container, track, 440, np.arange(frames * RATE_HZ // 10) / RATE_HZ)
    return sink.getvalue()


def _write_sound(container: Any, stream: Any, pitch_hz: float, times: np.ndarray) -> None:
    samples = (8_000 * np.sin(2 * np.pi * pitch_hz * times)).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
    frame.sample_rate, frame.pts = RATE_HZ, 0
    for made in av.AudioResampler(format=stream.format.name, layout="mono", rate=RATE_HZ).resample(frame):
        container.mux(stream.encode(made))
    container.mux(stream.encode(None))


def decode(media: Media) -> bytes:
    data = media.read()
    if data.startswith(b"torn"):
        raise Undecodable("torn", "there is a hole in it")
    return data


def shades(pictures: Sequence[bytes], options: Options) -> Columns:
    found = [np.asarray(Image.open(io.BytesIO(each)).convert("L")) for each in pictures]
    return {"shade": [float(each[0, 0]) for each in found], "bits": [int(each[0, 0]) // 4 for each in found]}


def rows(options: FolderOptions, folder: Path | None) -> Iterator[Row]:
    for line in (options.data_dir / "rows.jsonl").read_text().splitlines():
        row = json.loads(line)
        yield {**row, **{name: options.data_dir / row[name] for name in MEDIA if row.get(name)}}


@hookimpl
def mmhub_modalities() -> Iterable[Modality]:
    for name, feature in zip(MEDIA, ("Image", "Audio", "Video"), strict=True):
        yield Modality(name=name, version=1, summary="A file.", feature=feature, decode=decode)


@hookimpl
def mmhub_sources() -> Iterable[Source]:
    yield Source(name="shown", version=1, summary="Files in a folder.", options=FolderOptions, rows=rows)


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    yield Cleaner(
        name="picture/shade",
        version=1,
        modality="picture",
        summary="How light a picture is.",
        facts=(
            Fact(name="shade", dtype="float64", summary="The shade of the first pixel, 0 to 255."),
            Fact(name="bits", dtype="uint64", summary="The same, by four."),
        ),
        measure=shades,
        rules=(Rule("shade", reason="too-dark", at_least=50.0), Distinct("bits", reason="alike")),
    )
