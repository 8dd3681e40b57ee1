"""Files that were cut off are refused, wherever the cut is."""

import io

import av
import numpy as np
import pytest

from mmhub import Media, Undecodable
from mmhub_audio import decode
from mmhub_audio.mpeg import frames_end_early

KINDS = {
    "wav": ("wav", "pcm_s16le"),
    "flac": ("flac", "flac"),
    "mp3": ("mp3", "mp3"),
    "opus": ("ogg", "libopus"),
    "m4a": ("ipod", "aac"),
    "aac": ("adts", "aac"),
}


@pytest.fixture(params=KINDS)
def whole(request, file_of):
    noise = (0.1 * np.random.default_rng(0).normal(size=48_000)).astype(np.float32)
    container, codec = KINDS[request.param]
    return file_of(noise, format=container, codec=codec)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.13, 0.5, 0.77, 0.95, 0.985])
def test_a_file_cut_anywhere_is_refused(whole, share):
    with pytest.raises(Undecodable):
        decode(Media(data=whole[: int(share * len(whole))]))


def test_a_whole_file_is_not(whole):
    assert decode(Media(data=whole)).duration_seconds == pytest.approx(3.0, abs=0.15)


def without_count(file_of, tone) -> bytes:
    """Return an MP3 file without the first frame, which counts the others."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}) as container:
        stream = container.add_stream("mp3", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray((tone(2.0)[None] * 32_767).astype(np.int16), format="s16", layout="mono")
        frame.sample_rate = 16_000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return buffer.getvalue()


def test_an_mp3_that_counts_nothing_ends_early_within_a_frame(file_of, tone):
    data = without_count(file_of, tone)
    assert not frames_end_early(io.BytesIO(data), len(data))
    assert frames_end_early(io.BytesIO(data[:-10]), len(data) - 10)


def test_a_tag_behind_the_last_frame_is_no_cut(file_of, tone):
    data = without_count(file_of, tone) + b"TAG" + bytes(125)
    assert not frames_end_early(io.BytesIO(data), len(data))
    assert decode(Media(data=data)).duration_seconds == pytest.approx(2.0, abs=0.2)
