"""A sound cut into windows of a fixed length."""

from mmhub import Media, Segment, Segmenter
from mmhub_audio.cutting import cuttable
from mmhub_audio.windows import WindowOptions, windows


def cut_by_window(media: Media, options: WindowOptions) -> list[Segment]:
    """Return the windows of a sound, in nanoseconds from its first sample. Raises Undecodable."""
    sound = cuttable(media, options)
    return [each for each in sound.pieces([*windows(0, sound.length_ns, options)]) if each is not None]


CUT_BY_WINDOW = Segmenter(
    name="audio/cut-by-window",
    version=1,
    modality="audio",
    summary="Cuts a sound into windows of a fixed length.",
    options=WindowOptions,
    cut=cut_by_window,
    reads="files",
)
