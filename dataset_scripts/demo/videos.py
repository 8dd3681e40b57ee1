"""Short films of a scene whose shape moves while a sound is heard."""

import io
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np

from .grounds import paint_ground, tint
from .pictures import cut_shape, draw_radius, finish, stamp
from .scenes import COLOURS, Scene
from .voices import SAMPLE_RATE_HZ

WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
FRAMES_PER_SECOND = 12
_X264 = {"preset": "ultrafast", "crf": "27", "threads": "1"}


def film(rng: np.random.Generator, scene: Scene, way: str, size: tuple[int, int], count: int) -> Iterator[np.ndarray]:
    """Yield ``count`` frames uint8[height, width, 3] in which a scene's shape moves from one side to the other."""
    width, height = size
    ground = paint_ground(rng, scene, width, height)
    radius = draw_radius(rng, scene, width, height)
    shape = cut_shape(scene.shape, radius, angle=float(rng.uniform(-0.35, 0.35)))
    colour = tint(rng, COLOURS[scene.colour])
    reach = max(1, min(width, height) // 2 - radius)
    drift = rng.integers(-reach, reach + 1, 2)
    for place in np.linspace(-reach, reach, count):
        x, y = (round(place * step) if step else int(drift[axis]) for axis, step in enumerate(WAYS[way]))
        yield np.asarray(finish(rng, stamp(ground, shape, colour, (width // 2 + x, height // 2 + y))))


def mp4(frames: Iterator[np.ndarray], size: tuple[int, int], samples: np.ndarray | None) -> bytes:
    """Return frames, and mono samples at 16 kHz if there are any, as an MP4 file of H.264 and AAC."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        pictures = container.add_stream("libx264", rate=FRAMES_PER_SECOND, options=_X264)
        pictures.width, pictures.height = size
        pictures.pix_fmt = "yuv420p"
        sound = container.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="mono") if samples is not None else None
        for frame in frames:
            container.mux(pictures.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(pictures.encode(None))
        if sound is not None and samples is not None:
            heard = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), format="fltp", layout="mono")
            heard.sample_rate, heard.pts, heard.time_base = SAMPLE_RATE_HZ, 0, Fraction(1, SAMPLE_RATE_HZ)
            container.mux([*sound.encode(heard), *sound.encode(None)])
    return file.getvalue()


def subtitles(lines: list[str], seconds: float) -> str:
    """Return lines as SRT cues of equal length, one after the other."""
    ends = np.linspace(0, seconds, len(lines) + 1)
    cues = [
        f"{number + 1}\n{_stamp(ends[number])} --> {_stamp(ends[number + 1])}\n{line}\n"
        for number, line in enumerate(lines)
    ]
    return "\n".join(cues)


def _stamp(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    return f"00:00:{thousandths // 1000:02d},{thousandths % 1000:03d}"
