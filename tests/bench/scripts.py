"""The same edits as people script them in Python: MoviePy, and OpenCV with a pipe to ffmpeg.

Compared is what an edit costs beside decoding and encoding, which are the same libraries on either side: the CPU time
of the whole run, starting included, less what ffmpeg takes to decode the clip and to encode that very result.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from tests.bench.effects import EDITS, FRAMES, ours, prepare
from tests.bench.measure import Ratio, timed
from tests.testbed import cache

PACKAGES = ["moviepy==2.2.1", "opencv-python-headless==4.12.0.88"]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Script:
    """What people write for the edit of that name; `code` is the part that differs."""

    edit: str
    tool: str
    code: str


OPENCV = """
import cv2, subprocess, sys
source = cv2.VideoCapture("clip.mp4")
pipe = subprocess.Popen([sys.argv[1], "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", "1280x720",
    "-r", "25", "-i", "-", "-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-pix_fmt", "yuv420p",
    "theirs.mp4"], stdin=subprocess.PIPE)
while True:
    there, frame = source.read()
    if not there:
        break
    {code}
    pipe.stdin.write(frame.tobytes())
pipe.stdin.close()
sys.exit(pipe.wait())
"""
MOVIEPY = """
import cv2
from moviepy import CompositeVideoClip, ImageClip, VideoFileClip, vfx

clip = VideoFileClip("clip.mp4")
{code}
settings = dict(codec="libx264", preset="veryfast", ffmpeg_params=["-crf", "21"], audio=False, logger=None)
made.write_videofile("theirs.mp4", **settings)
"""
WHOLE = {"OpenCV": OPENCV, "MoviePy": MOVIEPY}
BOX = """
def draw(frame):
    frame = frame.copy()
    cv2.rectangle(frame, (320, 180), (640, 360), (255, 212, 0), 5)
    return frame
made = clip.image_transform(draw)
"""
BLUR = """
def soften(frame):
    frame = frame.copy()
    frame[180:360, 320:640] = cv2.GaussianBlur(frame[180:360, 320:640], (0, 0), 21.6)
    return frame
made = clip.image_transform(soften)
"""
WORDS = """
words = ImageClip("words.png").with_duration(clip.duration).with_position((64, 576))
made = CompositeVideoClip([clip, words])
"""
ZOOM = """
zoomed = clip.resized(lambda t: 1 + t / 18).with_position(lambda t: (-768 * t / 18, -432 * t / 18))
made = CompositeVideoClip([zoomed], size=(1280, 720))
"""
CROSS = """
later = clip.subclipped(8, 17).with_start(9).with_effects([vfx.CrossFadeIn(1)])
made = CompositeVideoClip([clip.subclipped(0, 10), later])
"""
SCRIPTS = (
    Script("box", "OpenCV", "cv2.rectangle(frame, (320, 180), (640, 360), (0, 212, 255), 5)"),
    Script("box", "MoviePy", BOX),
    Script("blur", "OpenCV", "frame[180:360, 320:640] = cv2.GaussianBlur(frame[180:360, 320:640], (0, 0), 21.6)"),
    Script("blur", "MoviePy", BLUR),
    Script("text", "MoviePy", WORDS),
    Script("pan and zoom", "MoviePy", ZOOM),
    Script("crossfade", "MoviePy", CROSS),
)


ENCODING = ["-an", "-threads", "1", "-c:v", "libx264", "-preset", "veryfast", "-crf", "21"]
"""A quick preset: what is looked for is a difference, and a small one of large numbers would be noise."""


def scripts(pairs: int, say: Say) -> list[Ratio]:
    """CPU time beside decoder and encoder: of each script over that of the runner."""
    python = environment()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = prepare(folder)
        return [_ratio(script, python, clip, folder, pairs, say) for script in SCRIPTS]


def _ratio(script: Script, python: Path, clip: Path, folder: Path, pairs: int, say: Say) -> Ratio:
    edit = next(edit for edit in EDITS if edit.name == script.edit)
    command = ours(replace(edit, video=edit.video | {"preset": "Fast"}), clip, folder)
    (folder / "script.py").write_text(WHOLE[script.tool].format(code=script.code))
    costs = []
    for _ in range(pairs):
        them = _beside([str(python), "script.py", str(cache.ffmpeg())], clip, folder / "theirs.mp4")
        costs.append((_beside(command, clip, folder / "ours.mp4"), them))
    us, them = (median(each) for each in zip(*costs, strict=True))
    note = f"{us:.1f} ms of CPU a frame beside decoder and encoder, {script.tool} {them:.1f} ms"
    ratio = Ratio(f"{script.edit}, {script.tool}", [theirs / own for own, theirs in costs], "≥ 3", (note,))
    say(f"{script.edit}, {script.tool}: {ratio.median:.2f}; {note}")
    return ratio


def _beside(command: list[str], clip: Path, result: Path) -> float:
    """Milliseconds of CPU a frame that a run takes beside decoding `clip` and encoding its `result`."""
    whole = timed(command, clip.parent).cpu
    decode, encode = (
        _decoding(clip),
        _cpu(result, [*ENCODING, str(result.with_suffix(".again.mp4"))]) - _decoding(result),
    )
    return 1000 * (whole - decode - encode) / FRAMES


def _decoding(path: Path) -> float:
    return _cpu(path, ["-f", "null", "-"])


def _cpu(path: Path, output: list[str]) -> float:
    command = [str(cache.ffmpeg()), "-v", "error", "-y", "-threads", "1", "-i", str(path), *output]
    return timed(command, path.parent).cpu


def environment() -> Path:
    """The Python of a virtual environment in the cache."""

    def make(into: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--copies", str(into)], check=True)
        install = [str(into / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES]
        subprocess.run(install, check=True)

    return cache.kept("bench-scripts", make) / "bin" / "python"
