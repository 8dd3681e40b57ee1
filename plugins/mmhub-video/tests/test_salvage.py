"""What is cut out of a damaged video, and that a whole one is left alone."""

import io

import av
import numpy as np
import pytest

from mmhub import Media, Undecodable
from mmhub_video import decode
from mmhub_video.salvage import SalvageOptions, salvage
from mmhub_video.trust import Coded, Span, spans

OPTIONS = SalvageOptions()


def moving(count: int = 60, *, codec: str = "libx264", format: str = "matroska") -> bytes:
    """Return a video of smooth moving shapes, with a picture that stands alone every 20 frames."""
    rows, columns = np.mgrid[0:96, 0:128]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=format) as container:
        options = {"g": "20", "bf": "0", "preset": "veryfast", "sc_threshold": "0", "deadline": "realtime"}
        stream = container.add_stream(codec, rate=20, options={} if codec == "mpeg4" else options)
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        for number in range(count):
            waves = 128 + 90 * np.sin((columns + 3 * number) / 17) * np.cos((rows - 2 * number) / 23)
            frame = av.VideoFrame.from_ndarray(np.repeat(waves[..., None], 3, axis=2).astype(np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def places(data: bytes) -> list[tuple[int, int]]:
    with av.open(io.BytesIO(data)) as container:
        return [(each.pos, each.size) for each in container.demux(container.streams.video[0]) if each.size]


def overwritten(data: bytes, number: int) -> bytes:
    """Return a file of which the second half of one picture is noise."""
    start, size = places(data)[number]
    at = data.index(packet_of(data, number)) if start is None else start
    middle, length = at + size // 2, size // 2
    return data[:middle] + np.random.default_rng(0).bytes(length) + data[middle + length :]


def packet_of(data: bytes, number: int) -> bytes:
    with av.open(io.BytesIO(data)) as container:
        packets = [bytes(each) for each in container.demux(container.streams.video[0]) if each.size]
    return packets[number]


def lumas(data: bytes) -> list[np.ndarray]:
    with av.open(io.BytesIO(data)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


@pytest.mark.parametrize(("codec", "format"), [("libx264", "matroska"), ("libx264", "mp4"), ("libvpx", "webm")])
def test_a_whole_video_is_left_alone(codec, format):
    data = moving(codec=codec, format=format)
    assert salvage(Media(data=data), OPTIONS) == []


def test_the_spans_around_damage_are_cut_out_bit_for_bit():
    data = moving()
    whole, damaged = lumas(data), overwritten(data, 30)
    with pytest.raises(Undecodable):
        decode(Media(data=damaged))
    first, second = salvage(Media(data=damaged), OPTIONS)
    assert (first.start, second.start) == (0, pytest.approx(2_000_000_000, abs=2_000_000))
    assert np.array_equal(lumas(first.value), whole[:30])
    assert np.array_equal(lumas(second.value), whole[40:])


def test_what_was_cut_off_is_kept_up_to_there():
    data = moving(format="matroska")
    (span,) = salvage(Media(data=data[: int(0.7 * len(data))]), OPTIONS)
    kept = lumas(span.value)
    assert 20 <= len(kept) < 60
    assert all(map(np.array_equal, kept, lumas(data)))


def test_spans_come_with_their_sound(video_of):
    data = video_of(200, format="matroska", sound="aac")
    (span, *_) = salvage(Media(data=data[: int(0.6 * len(data))]), OPTIONS)
    assert decode(Media(data=span.value)).has_sound


def test_damage_to_a_key_picture_that_its_decoder_does_not_notice_is_found():
    data = moving(codec="libvpx", format="webm")
    damaged = overwritten(data, 0)
    (first, *_) = salvage(Media(data=damaged), OPTIONS)
    assert first.start == pytest.approx(1_000_000_000, abs=2_000_000)


@pytest.mark.parametrize("data", [b"", b"no video at all" * 99, moving(format="mp4")[:4000]])
def test_what_nothing_can_be_read_of_is_refused(data):
    with pytest.raises(Undecodable) as refused:
        salvage(Media(data=data), OPTIONS)
    assert refused.value.reason in ("damaged", "not-video")


def coded(*pictures: str) -> list[Coded]:
    """Return packets from ``8``: shown at 8, ``K8``: standing alone, ``8!``: wrong."""
    return [Coded(int(each.strip("K!")), each.startswith("K"), each.endswith("!")) for each in pictures]


def test_what_follows_a_wrong_picture_is_not_trusted_until_one_stands_alone():
    found = spans(coded("K0", "1", "2!", "3", "K4", "5"))
    assert found == [Span(0, 2, 0, 2), Span(4, 6, 4, None)]


def test_groups_without_anything_wrong_are_one_span():
    assert spans(coded("K0", "1", "K2", "3")) == [Span(0, 4, 0, None)]


def test_a_span_ends_where_nothing_shown_before_is_missing():
    assert spans(coded("K0", "4", "2", "1", "3!")) == [Span(0, 1, 0, 1)]
    assert spans(coded("K0", "2", "1", "4", "3!"))[0] == Span(0, 3, 0, 3)


def test_pictures_before_a_key_picture_are_left_out_if_what_they_are_predicted_from_is_wrong():
    assert spans(coded("K0!", "1", "K4", "3", "5")) == [Span(2, 5, 4, None)]
