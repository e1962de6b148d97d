"""The same edit as people script it in Python, in an environment of its own: MoviePy, OpenCV with a pipe to ffmpeg."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.effects import FRAMES, Edit, _box, _over, ours, prepare
from tests.bench.measure import Ratio, timed
from tests.testbed import cache

PACKAGES = ["moviepy==2.2.1", "opencv-python-headless==4.12.0.88"]
EDIT = Edit("box", _over(box={"stroke": "#FFD400", "strokeWidth": 0.007}, keyframes=[_box(0.25, 0.25, 0.25, 0.25)]), "")
Say = Callable[[str], None]

OPENCV = """
import cv2, subprocess, sys
source = cv2.VideoCapture("clip.mp4")
pipe = subprocess.Popen([sys.argv[1], "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", "1280x720",
    "-r", "25", "-i", "-", "-an", "-c:v", "libx264", "-preset", "medium", "-crf", "21", "-pix_fmt", "yuv420p",
    "theirs.mp4"], stdin=subprocess.PIPE)
while True:
    there, frame = source.read()
    if not there:
        break
    cv2.rectangle(frame, (320, 180), (640, 360), (0, 212, 255), 5)
    pipe.stdin.write(frame.tobytes())
pipe.stdin.close()
sys.exit(pipe.wait())
"""
MOVIEPY = """
import numpy as np
from moviepy import VideoFileClip

def draw(frame):
    frame = frame.copy()
    for part in (np.s_[180:185, 320:640], np.s_[355:360, 320:640], np.s_[180:360, 320:325], np.s_[180:360, 635:640]):
        frame[part] = (255, 212, 0)
    return frame

clip = VideoFileClip("clip.mp4").image_transform(draw)
settings = dict(codec="libx264", preset="medium", ffmpeg_params=["-crf", "21"], audio=False, logger=None)
clip.write_videofile("theirs.mp4", **settings)
"""


def scripts(pairs: int, say: Say) -> list[Ratio]:
    """Time of the script over time of the runner."""
    python = _environment()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = ours(EDIT, prepare(folder), folder)
        found = []
        for title, code in (("OpenCV loop piped to ffmpeg", OPENCV), ("MoviePy", MOVIEPY)):
            (folder / "script.py").write_text(code)
            values = []
            for _ in range(pairs):
                them = timed([str(python), "script.py", str(cache.ffmpeg())], folder)
                values.append(them.wall / timed(command, folder).wall)
            found.append(
                Ratio(f"box, against {title}", values, "≥ 3", [f"{FRAMES} frames of 720p, x264 medium crf 21"])
            )
            say(f"{title}: {found[-1].median:.2f}")
        return found


def _environment() -> Path:
    """The Python of a virtual environment in the cache."""

    def make(into: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--copies", str(into)], check=True)
        install = [str(into / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES]
        subprocess.run(install, check=True)

    return cache.kept("bench-scripts", make) / "bin" / "python"
