"""Sounds cut into windows and at silences: at any sample where nothing is lost by it, and between packets elsewhere."""

import io

import av
import numpy as np
import pytest

from mmhub import Media, Undecodable
from mmhub_audio.cut_by_silence import SilenceCutOptions, cut_by_silence
from mmhub_audio.cut_by_window import cut_by_window
from mmhub_audio.decode import decode
from mmhub_audio.windows import WindowOptions, windows

SECOND = 1_000_000_000
RATE_HZ = 48_000
EXACT = [("wav", "pcm_s16le"), ("wav", "pcm_f32le"), ("flac", "flac")]
LOSSY = [("mp3", "libmp3lame"), ("adts", "aac"), ("ipod", "aac"), ("ogg", "libopus")]


def swept(seconds: float) -> np.ndarray:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (0.5 * np.sin(2 * np.pi * (200 * at + 150 * at**2))).astype(np.float32)


def file_of(samples: np.ndarray, format: str, codec: str) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=format) as container:
        stream = container.add_stream(codec, rate=RATE_HZ, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = RATE_HZ
        for part in av.AudioResampler(stream.format, "mono", RATE_HZ).resample(frame):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def packets(data: bytes) -> list[bytes]:
    with av.open(io.BytesIO(data)) as container:
        return [bytes(packet) for packet in container.demux() if packet.size]


@pytest.mark.parametrize(
    ("kind", "exact"), [*((kind, False) for kind in EXACT), *((kind, True) for kind in EXACT + LOSSY)]
)
def test_windows_hold_the_samples_they_say_and_all_of_them(kind, exact):
    data = file_of(swept(3.3), *kind)
    whole = decode(Media(data=data)).samples
    pieces = cut_by_window(Media(data=data), WindowOptions(seconds=0.9, exact=exact))
    assert [each.start for each in pieces] == [0, 9 * SECOND // 10, 18 * SECOND // 10, 27 * SECOND // 10]
    sounds = [decode(Media(data=each.value)).samples for each in pieces]
    assert np.array_equal(np.concatenate(sounds, axis=1), whole)


@pytest.mark.parametrize("kind", LOSSY, ids=str)
def test_pieces_of_lossy_sounds_are_the_packets_around_what_was_asked(kind):
    data = file_of(swept(3.3), *kind)
    whole, coded = decode(Media(data=data)).mono, packets(data)
    for piece, asked in zip(cut_by_window(Media(data=data), WindowOptions(seconds=1)), range(4), strict=True):
        some = packets(piece.value)
        assert any(coded[n : n + len(some)] == some for n in range(len(coded)))
        assert asked * SECOND - 0.15 * SECOND < piece.start <= asked * SECOND
        heard = decode(Media(data=piece.value)).mono
        lead = round((asked * SECOND - piece.start) * RATE_HZ / SECOND)
        first = round(piece.start * RATE_HZ / SECOND) + lead
        length = min(RATE_HZ, len(heard) - lead, len(whole) - first)
        # Opus takes a while until it has settled
        tolerated = 0.2 if kind[1] == "libopus" else 1e-3
        assert np.abs(heard[lead : lead + length] - whole[first : first + length])[:-2000].max() < tolerated
        assert (piece.end - piece.start) / SECOND == pytest.approx(len(heard) / RATE_HZ, abs=0.01)


def test_a_sound_is_cut_where_it_is_silent_and_the_silence_is_left_out():
    silence = np.zeros(RATE_HZ, np.float32)
    burst, short_gap = swept(0.5), np.zeros(RATE_HZ // 5, np.float32)
    samples = np.concatenate([silence, burst, short_gap, burst, silence, burst])
    pieces = cut_by_silence(decode(Media(data=file_of(samples, "wav", "pcm_s16le"))), SilenceCutOptions())
    spans = [(round(each.start / SECOND, 2), round(each.end / SECOND, 2)) for each in pieces]
    assert spans == [(0.9, 2.3), (3.1, 3.7)]
    first = decode(Media(data=pieces[0].value)).samples[0]
    assert np.abs(first - samples[round(0.9 * RATE_HZ) :][: len(first)]).max() < 1e-4


def test_a_sound_that_is_silent_throughout_is_not_cut():
    silent = file_of(np.zeros(RATE_HZ, np.float32), "wav", "pcm_s16le")
    assert cut_by_silence(decode(Media(data=silent)), SilenceCutOptions()) == []


def test_windows_may_overlap_and_a_short_last_one_be_left_out():
    every = WindowOptions(seconds=2, hop_seconds=1.5)
    assert [*windows(0, 6, every.model_copy(update={"seconds": 2e-9, "hop_seconds": 1e-9}))] == [
        (0, 2),
        (1, 3),
        (2, 4),
        (3, 5),
        (4, 6),
    ]
    assert [*windows(0, 4 * SECOND, every)] == [
        (0, 2 * SECOND),
        (3 * SECOND // 2, 7 * SECOND // 2),
        (3 * SECOND, 4 * SECOND),
    ]
    equal = WindowOptions(seconds=2, shortest_seconds=2)
    assert [*windows(0, 5 * SECOND, equal)] == [(0, 2 * SECOND), (2 * SECOND, 4 * SECOND)]


def test_of_a_sound_that_is_cut_off_what_is_there_is_cut():
    data = file_of(swept(4), "adts", "aac")
    pieces = cut_by_window(Media(data=data[: len(data) // 2]), WindowOptions(seconds=1))
    assert len(pieces) in (2, 3)
    assert decode(Media(data=pieces[0].value)).duration_seconds == pytest.approx(1, abs=0.1)


def test_what_is_no_sound_is_refused():
    with pytest.raises(Undecodable):
        cut_by_window(Media(data=b"no sound at all" * 99), WindowOptions())
