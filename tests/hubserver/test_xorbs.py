import struct

import pyarrow as pa
import pytest

from mmhub.hubserver.refusals import Refusal
from mmhub.hubserver.xorbs import Made, Run, Xorb, made_of

PLAIN = bytes(range(256)) * 5 + b"abc"
GROUPED = b"".join(PLAIN[start::4] for start in range(4))
END = b"\xff" * 32 + bytes(16)


def chunk(data: bytes, scheme: int, size: int | None = None) -> bytes:
    packed = pa.compress(data, codec="lz4", asbytes=True) if scheme else data
    sizes = [number.to_bytes(3, "little") for number in (len(packed), len(data) if size is None else size)]
    return bytes([0]) + sizes[0] + bytes([scheme]) + sizes[1] + packed


def entry(*numbers: int, digest: int) -> bytes:
    return struct.pack("<4Q", 0, 0, 0, digest) + struct.pack("<4I", *numbers)


XORB = Xorb(chunk(PLAIN, 0) + chunk(PLAIN, 1) + chunk(GROUPED, 2) + b"XETBLOB and what follows the chunks")


def test_chunks_come_out_as_they_went_in_however_they_were_packed():
    assert list(XORB.chunks(0, 3)) == [PLAIN] * 3
    assert list(XORB.chunks(2, 3)) == [PLAIN]


@pytest.mark.parametrize(("start", "stop"), [(0, 4), (3, 4), (2, 2), (2, 1)])
def test_chunks_that_are_not_there_are_refused(start, stop):
    with pytest.raises(Refusal, match=f"has no chunks {start} to {stop}"):
        list(XORB.chunks(start, stop))


@pytest.mark.parametrize(
    "broken",
    [chunk(PLAIN, 0, size=7), chunk(PLAIN, 1, size=7), chunk(PLAIN, 9), chunk(PLAIN, 1)[:-40], chunk(PLAIN, 0)[:99]],
)
def test_a_broken_chunk_is_refused(broken):
    with pytest.raises(Refusal) as refused:
        list(Xorb(broken).chunks(0, 1))
    assert refused.value.status == 400


def test_a_shard_says_of_which_runs_its_files_are_made():
    known = entry(3 << 30, 1, 0, 0, digest=1) + entry(0, 500, 2, 4, digest=7) + bytes(48) + entry(0, 0, 0, 0, digest=9)
    unknown = entry(0, 1, 0, 0, digest=2) + entry(0, 10, 0, 1, digest=8)
    made = list(made_of(bytes(48) + known + unknown + END))
    assert made == [
        Made(f"{9:064x}", (Run(f"{7:064x}", 2, 4, 500),)),
        Made(None, (Run(f"{8:064x}", 0, 1, 10),)),
    ]


@pytest.mark.parametrize("size", [0, 48, 60, 100, 150, 200])
def test_a_shard_that_is_cut_short_is_refused(size):
    file = entry(1 << 30, 1, 0, 0, digest=1) + entry(0, 500, 2, 4, digest=7) + entry(0, 0, 0, 0, digest=9)
    with pytest.raises(Refusal, match="a shard that was uploaded"):
        list(made_of((bytes(48) + file + END)[:size]))
