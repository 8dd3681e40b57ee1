"""Videos cut into windows and shots: between key pictures as they were coded, or at any frame and sample."""

import io
import sys
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
import pytest

from mmhub import Media, Undecodable
from mmhub_audio.container import frames
from mmhub_audio.cut_by_span import SpanCutOptions
from mmhub_audio.windows import WindowOptions
from mmhub_video import decode
from mmhub_video.cut_by_shot import ShotCutOptions, cut_by_shot
from mmhub_video.cut_by_span import cut_by_span
from mmhub_video.cut_by_window import cut_by_window

RATE_HZ, SOUND_HZ, COUNT = 20, 48_000, 100
SECOND = 1_000_000_000


def film(
    *, format: str = "matroska", sound: str | None = "pcm_s16le", b_frames: int = 0, codec: str = "libx264"
) -> bytes:
    """Return 5 s in which frame n shows its number, and sample n is n modulo 30,000; key pictures every second."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=format) as container:
        options = {"g": "20", "bf": str(b_frames), "sc_threshold": "0", "preset": "veryfast", "crf": "1"}
        pictures = container.add_stream(codec, rate=RATE_HZ, options=options)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        track = container.add_stream(sound, rate=SOUND_HZ, layout="mono") if sound else None
        packets = [packet for number in range(COUNT) for packet in pictures.encode(numbered(number))]
        packets += pictures.encode(None)
        if track:
            for start in range(0, COUNT * SOUND_HZ // RATE_HZ, 1200):
                packets += track.encode(counting(start, 1200))
            packets += track.encode(None)
        container.mux(sorted(packets, key=lambda packet: packet.dts * packet.time_base))
    return buffer.getvalue()


def numbered(number: int) -> av.VideoFrame:
    """Return a picture whose halves are as bright as its number has tens and ones."""
    pixels = np.full((48, 64), 20 + 20 * (number // 10), np.uint8)
    pixels[:, 32:] = 20 + 20 * (number % 10)
    return av.VideoFrame.from_ndarray(pixels, format="gray")


def counting(start: int, count: int) -> av.AudioFrame:
    samples = ((start + np.arange(count)) % 30_000).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = SOUND_HZ, start, Fraction(1, SOUND_HZ)
    return frame


def numbers(data: bytes) -> list[int]:
    """Return which frames of the film a file shows, in order."""
    with av.open(io.BytesIO(data)) as container:
        shown = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    return [10 * round(each[:, 8:24].mean() / 20 - 1) + round(each[:, 40:56].mean() / 20 - 1) for each in shown]


def coded(data: bytes) -> Iterator[bytes]:
    with av.open(io.BytesIO(data)) as container:
        yield from (bytes(packet) for packet in container.demux(container.streams.video[0]) if packet.size)


@pytest.mark.parametrize("format", ["matroska", "mp4", "mpegts"])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_window_begins_with_the_key_picture_before_it_and_its_packets_are_what_they_were(format, b_frames):
    data = film(format=format, sound=None if format == "mpegts" else "aac", b_frames=b_frames)
    first = decode(Media(data=data)).shown_ns.min()
    pieces = cut_by_window(Media(data=data), WindowOptions(seconds=1.5))
    assert [round((each.start - first) / SECOND, 2) for each in pieces] == [0, 1, 3, 4]
    whole = list(coded(data))
    for piece, (start, stop) in zip(pieces, [(0, 30), (20, 60), (60, 90), (80, 100)], strict=True):
        shown = numbers(piece.value)
        assert shown[: stop - start] == [*range(start, stop)]
        assert shown == [*range(start, start + len(shown))], "no picture is missing between others"
        assert len(shown) <= stop - start + b_frames + 1
        assert round((piece.end - piece.start) / SECOND * RATE_HZ) == len(shown)
        packets = list(coded(piece.value))
        assert format == "mpegts" or any(whole[n : n + len(packets)] == packets for n in range(COUNT))


@pytest.mark.parametrize("b_frames", [0, 2])
@pytest.mark.parametrize("sound", ["pcm_s16le", "aac"])
def test_an_exact_window_begins_and_ends_at_its_frame_and_sample(sound, b_frames):
    data = film(sound=sound, b_frames=b_frames)
    whole = decode(Media(data=data))
    pieces = cut_by_window(Media(data=data), WindowOptions(seconds=1.35, exact=True))
    assert [round(each.start / SECOND, 3) for each in pieces] == [0, 1.35, 2.7, 4.05]
    assert [numbers(each.value) for each in pieces] == [
        [*range(27)],
        [*range(27, 54)],
        [*range(54, 81)],
        [*range(81, 100)],
    ]
    for piece in pieces:
        clip = decode(Media(data=piece.value))
        first = round((piece.start - whole.heard.at_ns[0]) * SOUND_HZ / SECOND)
        # what AAC decodes to exceeds full scale where its input is at it
        heard = whole.sound.samples[0, first : first + clip.sound.raw.shape[1]].clip(-1, 1)
        assert clip.sound.raw.shape[1] == pytest.approx((piece.end - piece.start) * SOUND_HZ / SECOND, abs=2400)
        assert np.abs(clip.sound.samples[0, : len(heard)] - heard).max() < 1e-4


def test_what_is_cut_again_is_the_same_byte_for_byte(samples):
    media = Media(data=(samples / "howto100m/videos/pancakeflip.mkv").read_bytes())
    spans, options = ((0, SECOND), (2 * SECOND, 3 * SECOND)), SpanCutOptions(exact=True)
    assert len({tuple(each.value for each in cut_by_span(media, spans, options)) for _ in range(6)}) == 1


def test_overlapping_windows_are_equally_long_where_the_last_is_left_out():
    options = WindowOptions(seconds=2, hop_seconds=1, shortest_seconds=2, exact=True)
    pieces = cut_by_window(Media(data=film(sound=None)), options)
    assert [len(numbers(each.value)) for each in pieces] == [40, 40, 40, 40]


@pytest.mark.parametrize("exact", [True, False])
def test_shots_begin_where_the_picture_changes(exact, monkeypatch):
    bright = [np.full((48, 64), level, np.uint8) for level in (40,) * 25 + (200,) * 30 + (90,) * 20]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        pictures = container.add_stream("libx264", rate=25, options={"g": "1000", "preset": "veryfast"})
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        for each in bright:
            container.mux(pictures.encode(av.VideoFrame.from_ndarray(each, format="gray")))
        container.mux(pictures.encode(None))
    decoded = []

    def counted(*given):
        for frame in frames(*given):
            decoded.append(frame.pts)
            yield frame

    for module in ("mmhub_video.decode", "mmhub_video.recoding"):
        monkeypatch.setattr(sys.modules[module], "frames", counted)
    shots = cut_by_shot(Media(data=buffer.getvalue()), ShotCutOptions(exact=exact))
    assert len(decoded) == 75, "each frame is decoded once"
    if not exact:
        # The second shot has no key picture, and begins with that of the first.
        assert [each.start for each in shots] == [0, 0, 22 * SECOND // 10]
        return
    assert [(round(each.start / SECOND, 3), round(each.end / SECOND, 3)) for each in shots] == [
        (0, 1),
        (1, 2.2),
        (2.2, 3),
    ]
    assert [decode(Media(data=each.value)).frame_count for each in shots] == [25, 30, 20]


def test_exact_shots_hold_the_samples_heard_with_them():
    data = film()
    shots = cut_by_shot(Media(data=data), ShotCutOptions(exact=True, least_change=10.0))
    assert [(each.start, each.end) for each in shots] == [(n * SECOND // 2, (n + 1) * SECOND // 2) for n in range(10)]
    for n, shot in enumerate(shots):
        assert numbers(shot.value) == [*range(10 * n, 10 * n + 10)]
        heard = decode(Media(data=shot.value)).sound.raw[0]
        assert (heard[: SOUND_HZ // 2] == np.arange(n * SOUND_HZ // 2, (n + 1) * SOUND_HZ // 2) % 30_000).all()
    assert cut_by_shot(Media(data=data), ShotCutOptions(exact=True, least_change=10.0, least_seconds=0.6)) == []


def test_damage_costs_the_pieces_it_is_in():
    data = film(sound=None)
    key = [*coded(data)][40]
    at = data.index(key) + len(key) // 2
    data = data[:at] + bytes(reversed(data[at : at + 20])) + data[at + 20 :]
    fates = []
    for piece in cut_by_window(Media(data=data), WindowOptions(seconds=1)):
        try:
            fates.append(decode(Media(data=piece.value)).frame_count)
        except Undecodable as refused:
            fates.append(refused.reason)
    assert fates == [20, 20, "damaged", 20, 20]
