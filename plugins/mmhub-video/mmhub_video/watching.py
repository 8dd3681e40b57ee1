"""What a model sees of a video: evenly spaced frames, resized and cropped as it wants pictures."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from mmhub import ModelError, locate
from mmhub_image import Picture
from mmhub_image.pixels import cropped
from mmhub_image.preprocessing import preprocessing_of
from mmhub_video.clip import Clip
from mmhub_video.sampler import KEPT


def watched(clip: Clip, model: str, revision: str, *, frames: int) -> np.ndarray:
    """Return frames of a video as ``model`` reads them, uint8[frames, height, width, 3]. Raises ModelError."""
    how = preprocessing_of(model, revision, "video")
    return np.stack([cropped(picture, how) for picture in pictures(clip, frames)])


def pictures(clip: Clip, count: int) -> Iterator[Picture]:
    """Yield ``count`` evenly spaced frames of a video as pictures."""
    for frame in clip.frames(count):
        yield Picture(media=clip.media, image=Image.fromarray(frame), format="RGB")


def frames_of(model: str, revision: str, *, asked: int | None) -> int:
    """Return how many frames a model is given: as many as were asked for, else as many as it was trained on.

    Raises ModelError where neither is said, or the model takes more than are kept of a video.
    """
    config = locate(model, revision=revision).config
    seen = config.get("vision_config") or config
    found = asked or seen.get("frames_per_clip") or seen.get("num_frames")
    if not found:
        raise ModelError(f"{model!r} does not say how many frames it reads: set `frames`")
    if found > KEPT:
        raise ModelError(f"{model!r} reads {found} frames, and at most {KEPT} are kept of a video: set `frames`")
    return int(found)
