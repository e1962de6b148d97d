"""Opening other people's files. The only place that gives FFmpeg a file it did not make itself.

A "video" may be a playlist that names other files and addresses, or a picture of terabytes. So: only formats that
hold media themselves, no protocols beyond the file at hand, and a limit on the picture's size.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import av
from av.container import InputContainer

from job_runner.errors import InputInvalid
from job_runner.workspace.ranges import Opened

FORMATS = (
    "mov", "mp4", "m4a", "3gp", "matroska", "webm", "mpegts", "mpeg", "avi", "flv", "asf", "mxf", "gxf", "ogg", "nut",
    "wav", "w64", "aiff", "mp3", "aac", "flac", "ac3", "eac3", "caf", "ivf", "obu", "h264", "hevc", "mpegvideo", "m4v",
    "mjpeg", "dv", "yuv4mpegpipe", "png_pipe", "jpeg_pipe", "gif", "apng", "webp_pipe",
)  # fmt: skip
"""FFmpeg's names. Not among them: hls, dash, concat, sdp, rtsp, image2, and whatever else opens a second file."""

MAX_PIXELS = 8192 * 8192
"""Of one picture: twice 8K. FFmpeg refuses more before it takes the memory."""


STILLS = (".jpg", ".jpeg", ".png", ".webp", ".apng")

GENERATE_PTS = 0x1
"""FFmpeg's AVFMT_FLAG_GENPTS."""


def open_input(media: Opened | BytesIO, strict: bool = False) -> InputContainer:
    """The container, its decoders limited. Raises av.error.FFmpegError, or ValueError for an empty name.

    A `strict` decoder raises where another one would show what it can make of damaged data, and say nothing.
    """
    if isinstance(media, str) and media.lower().endswith(STILLS):
        # By its name FFmpeg would take it for the first of many pictures in files of their own.
        media = BytesIO(Path(media).read_bytes())
    if not isinstance(media, str):
        media.seek(0)
    limits = {"max_pixels": str(MAX_PIXELS)}
    options = {"format_whitelist": ",".join(FORMATS), "protocol_whitelist": "file" if isinstance(media, str) else ""}
    container = av.open(media, "r", options=options | limits)
    # PyAV lets FFmpeg make up the display times that a file does not tell, and with B-frames they are wrong.
    container.flags &= ~GENERATE_PTS
    for stream in container.streams.video:
        if stream.codec_context is not None:
            stream.codec_context.options = limits | ({"err_detect": "explode"} if strict else {})
    return container


@contextmanager
def opened(media: Opened, name: str) -> Iterator[InputContainer]:
    """The container; what FFmpeg cannot read becomes InputInvalid with the input's name."""
    try:
        container = open_input(media)
    except (av.error.FFmpegError, ValueError) as error:
        raise InputInvalid(f"input {name} is not a media file that FFmpeg can read ({words(error)})") from error
    with container:
        yield container


def words(error: Exception) -> str:
    """What FFmpeg says of an error."""
    return str(getattr(error, "strerror", None) or error)
