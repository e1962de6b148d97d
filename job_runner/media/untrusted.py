"""Opening other people's files. The only place that gives FFmpeg a file it did not make itself.

A "video" may be a playlist that names other files and addresses, or a picture of terabytes. So: only formats that
hold media themselves, no protocols beyond the file at hand, and a limit on the picture's size.
"""

import av
from av.container import InputContainer

from job_runner.workspace.ranges import Opened

FORMATS = (
    "mov", "mp4", "m4a", "3gp", "matroska", "webm", "mpegts", "mpeg", "avi", "flv", "asf", "mxf", "gxf", "ogg", "nut",
    "wav", "w64", "aiff", "mp3", "aac", "flac", "ac3", "eac3", "caf", "ivf", "obu", "h264", "hevc", "mpegvideo", "m4v",
    "mjpeg", "dv", "yuv4mpegpipe", "png_pipe", "jpeg_pipe", "gif", "apng", "webp_pipe",
)  # fmt: skip
"""FFmpeg's names. Not among them: hls, dash, concat, sdp, rtsp, image2, and whatever else opens a second file."""

MAX_PIXELS = 8192 * 8192
"""Of one picture: twice 8K. FFmpeg refuses more before it takes the memory."""


def open_input(media: Opened, strict: bool = False) -> InputContainer:
    """The container, its decoders limited. Raises av.error.FFmpegError, or ValueError for an empty name.

    A `strict` decoder raises where another one would show what it can make of damaged data, and say nothing.
    """
    if not isinstance(media, str):
        media.seek(0)
    limits = {"max_pixels": str(MAX_PIXELS)}
    options = {"format_whitelist": ",".join(FORMATS), "protocol_whitelist": "file" if isinstance(media, str) else ""}
    container = av.open(media, "r", options=options | limits)
    for stream in container.streams.video:
        if stream.codec_context is not None:
            stream.codec_context.options = limits | ({"err_detect": "explode"} if strict else {})
    return container
