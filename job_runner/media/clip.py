"""A short clip made from nothing, for the self-test."""

from pathlib import Path

import av
import numpy as np

RATE, WIDTH, HEIGHT = 25, 320, 180


def make_clip(path: Path, frames: int) -> Path:
    """A grey ramp that moves, in H.264."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": "30", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        ramp = np.arange(WIDTH, dtype=np.uint8)
        for number in range(frames):
            picture = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
            picture[:HEIGHT] = np.roll(ramp, 4 * number)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "yuv420p")))
        container.mux(stream.encode(None))
    return path
