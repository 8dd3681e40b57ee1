"""A video cut into windows of a fixed length."""

from mmhub import Media, Segment, Segmenter
from mmhub_audio.windows import WindowOptions, windows
from mmhub_video.cutting import Film


def cut_by_window(media: Media, options: WindowOptions) -> list[Segment]:
    """Return the windows of a video, in nanoseconds on the clock of the file. Raises Undecodable."""
    film = Film(media)
    pieces = film.pieces([*windows(film.start_ns, film.end_ns, options)], exact=options.exact)
    return [each for each in pieces if each is not None]


CUT_BY_WINDOW = Segmenter(
    name="video/cut-by-window",
    version=2,
    modality="video",
    summary="Cuts a video into windows of a fixed length.",
    options=WindowOptions,
    cut=cut_by_window,
    reads="files",
)
