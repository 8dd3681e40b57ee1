"""Pieces of a sound as files of their own: exact by samples, or whole packets as they were coded."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from mmhub import Media, Options, Segment, Undecodable
from mmhub_audio.copying import Copy, Intervals
from mmhub_audio.decode import decode
from mmhub_audio.encode import encode
from mmhub_audio.flac import encode_flac
from mmhub_audio.packets import packets, salvaged
from mmhub_audio.sound import NS_PER_SECOND, Sound

Stretch = tuple[int, int]
"""From when to when, in nanoseconds."""
_EXACT = ("flac", "alac", "tta", "ape")
"""Codecs beside PCM whose samples can be coded anew without a loss."""
_SAME = {"mp3": "mp3", "aac": "adts", "ogg": "ogg", "mp4": "ipod", "ac3": "ac3"}
"""The containers that pieces are written in, by those they are read from; others become Matroska."""
_LEAD_NS = {"mp3float": 105_000_000, "mp3": 105_000_000, "opus": 80_000_000, "aac": 25_000_000}
"""How much has to be decoded before what is to be heard: packets of lossy codecs lean on those before them."""
_BARE = {"mp3": {"write_xing": "0", "id3v2_version": "0"}}
"""No header that tells a decoder to leave out the first samples: but for the first piece they are no padding."""


class CutOptions(Options):
    """How exactly media are cut."""

    exact: bool = False
    """Whether pieces begin and end exactly where they should, and are coded anew if need be; otherwise what loses by
    that is copied, from the packet or the key picture at or before the start on."""


class Samples:
    """A sound to be cut at any sample: pieces are WAV or, where it was, FLAC files."""

    def __init__(self, sound: Sound) -> None:
        self._sound = sound
        self.length_ns = self._at(sound.raw.shape[1])

    def pieces(self, stretches: Sequence[Stretch]) -> list[Segment | None]:
        """Return the samples of each stretch; None where the sound has ended."""
        return [self._piece(start, end) for start, end in stretches]

    def _piece(self, start_ns: int, end_ns: int) -> Segment | None:
        """Return the samples from the nearest to the start to the nearest to the end."""
        rate, length = self._sound.rate_hz, self._sound.raw.shape[1]
        first, stop = (min(max(0, round(at * rate / NS_PER_SECOND)), length) for at in (start_ns, end_ns))
        if first >= stop:
            return None
        part = replace(self._sound, raw=self._sound.raw[:, first:stop])
        data = encode_flac(part) if self._sound.codec == "flac" else None
        return Segment(self._at(first), self._at(stop), data or encode(part))

    def _at(self, sample: int) -> int:
        return round(sample * NS_PER_SECOND / self._sound.rate_hz)


class Packets:
    """A sound to be cut between its packets, which are copied; its clock begins with its first sample."""

    def __init__(self, media: Media) -> None:
        self._media = media
        with salvaged(media) as source:
            stream: Any = source.streams.audio[0]
            self._first: int = stream.start_time or 0
            self._base: Fraction = stream.time_base
            held = [each for each in packets(source, [stream]) if each is not None and each.pts is not None]
            skipped = _skipped_ns(stream.codec_context)
            self._lead_ns = _LEAD_NS.get(stream.codec_context.name if stream.codec_context else "", 0)
            self._starts = [self._ns(each.pts) for each in held]
            self._heard = [start + skipped for start in self._starts]
            # An encoder's padding is left out by decoders, but where the header that tells of it is.
            self._earliest_ns = min(self._heard, default=0) if source.format.name in _BARE else 0
            self._ends = [self._ns(each.pts + (each.duration or 0)) for each in held]
        self.length_ns = max(self._ends, default=0)

    def pieces(self, stretches: Sequence[Stretch]) -> list[Segment | None]:
        """Return, for stretches in order of time, the packets that hold any of each; None where there are none.

        A piece begins as much earlier as it takes until what was asked for is decoded rightly.
        """
        ranges = [self._range(start, end) for start, end in stretches]
        return [
            Segment(max(self._earliest_ns, self._heard[first]), self._ends[stop - 1], data)
            if data is not None
            else None
            for (first, stop), data in zip(ranges, self._copied(ranges), strict=True)
        ]

    def _range(self, start_ns: int, end_ns: int) -> tuple[int, int]:
        first = max(0, bisect_right(self._heard, start_ns - self._lead_ns) - 1)
        stop = bisect_left(self._starts, end_ns)
        return (first, max(first, stop)) if start_ns < self.length_ns else (first, first)

    def _copied(self, ranges: Sequence[tuple[int, int]]) -> list[bytes | None]:
        """Return a file for each range of packets."""
        holding = Intervals(ranges).holding
        with salvaged(self._media) as source:
            names = source.format.name.split(",")
            kind = next((kind for name, kind in _SAME.items() if name in names), "matroska")
            tracks = [source.streams.audio[0]]
            begun = [first if first < stop else 0 for first, stop in ranges]
            starts = [Fraction(self._starts[first], NS_PER_SECOND) + self._first * self._base for first in begun]
            files = [Copy(kind, tracks, start=start, options=_BARE.get(kind)) for start in starts]
            timed = (each for each in packets(source, tracks) if each is not None and each.pts is not None)
            for number, packet in enumerate(timed):
                for n in holding(number):
                    files[n].add(packet)
            return [file.data() for file in files]

    def _ns(self, ticks: int) -> int:
        return round((ticks - self._first) * self._base * NS_PER_SECOND)


def _skipped_ns(coded: Any) -> int:
    """Return how much a decoder leaves out wherever a file begins: Opus has it in its header (RFC 7845, 5.1)."""
    if coded is None or coded.name != "opus" or not coded.extradata:
        return 0
    return int.from_bytes(coded.extradata[10:12], "little") * NS_PER_SECOND // 48_000


def is_exact(codec: str) -> bool:
    """Return whether what a codec holds can be cut at any sample, and coded anew without a loss."""
    return codec.startswith("pcm_") or codec in _EXACT


def cuttable(media: Media, options: CutOptions) -> Samples | Packets:
    """Return a sound ready to be cut: at samples if its codec loses nothing or ``options`` ask for it.

    Between packets a damaged sound is cut, too: what is damaged of it are pieces. Raises Undecodable.
    """
    with salvaged(media) as source:
        if not source.streams.audio:
            raise Undecodable("not-audio", f"a {source.format.name} file without an audio stream")
        coded = source.streams.audio[0].codec_context
    codec = coded.name if coded is not None else ""
    return Samples(decode(media)) if options.exact or is_exact(codec) else Packets(media)
