"""Each effect against the ffmpeg command line doing the same edit with the same encoder settings."""

import json
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from job_runner.effects.fonts import faces
from job_runner.effects.text import Style, draw_text
from tests.bench.against import render_command
from tests.bench.measure import Ratio, timed
from tests.testbed import cache

FRAMES = 450
SETTINGS = ["-c:v", "libx264", "-preset", "medium", "-crf", "21", "-profile:v", "high", "-movflags", "+faststart"]
VIDEO = {"encoder": "CPU", "crf": 21, "preset": "Medium", "profile": "high"}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Edit:
    """A part of a VideoJob, and what people type for it. Inputs of ffmpeg after the clip are in `inputs`."""

    name: str
    timeline: dict[str, Any]
    filters: str
    video: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    note: str = ""


def _box(left: float, top: float, width: float, height: float, **more: Any) -> dict[str, Any]:
    return {"left": left, "top": top, "width": width, "height": height, **more}


def _corners(offset: float, size: float) -> str:
    """The four points of ffmpeg's perspective that go, in 450 frames, from the whole picture to a part of it."""
    near, far = f"{offset}*on/450", f"(1-{1 - offset - size}*on/450)"
    x, y = (f"W*{near}", f"W*{far}"), (f"H*{near}", f"H*{far}")
    return ":".join(f"x{k}='{x[k % 2]}':y{k}='{y[k // 2]}'" for k in range(4))


def _over(**kind: Any) -> dict[str, Any]:
    return {"overlays": [kind]}


REGION = _box(0.25, 0.25, 0.25, 0.25)
CUT = "split[a][b];[b]crop=320:180:320:180,{}[c];[a][c]overlay=320:180"
WORDS = {"content": "Big Buck Bunny", "size": 0.08, "weight": "Bold"}
CROSS = {"type": "Crossfade", "duration": "1s"}
HEVC = {"codec": "hevc", "pixelFormat": "yuv420p10le", "preset": "Fast", "profile": "main10"}
EDITS = (
    Edit("transcode only", {}, "null"),
    Edit("crop and scale, standing still",
         {"clips": [{"framing": {"keyframes": [_box(0.1, 0.1, 0.8, 0.8)]}}]},
         "crop=iw*0.8:ih*0.8:iw*0.1:ih*0.1,scale=1280:720:flags=bicubic", {"width": 1280, "height": 720}),
    Edit("pan and zoom",
         {"clips": [{"framing": {"keyframes": [_box(0, 0, 1, 1), _box(0.3, 0.3, 0.5, 0.5, time="18s")]}}]},
         f"perspective={_corners(0.3, 0.5)}:sense=source:interpolation=cubic:eval=frame",
         {"width": 1280, "height": 720}, note="perspective: parts of a pixel, without a low-pass"),
    Edit("pan and zoom by whole pixels",
         {"clips": [{"framing": {"keyframes": [_box(0, 0, 1, 1), _box(0.3, 0.3, 0.5, 0.5, time="18s")]}}]},
         "zoompan=z='1+on/450':x='iw*0.3*on/450':y='ih*0.3*on/450':d=1:s=1280x720:fps=25",
         {"width": 1280, "height": 720}, note="zoompan jumps from pixel to pixel; ours does not here either"),
    Edit("box", _over(box={"stroke": "#FFD400", "strokeWidth": 0.007}, keyframes=[REGION]),
         "drawbox=x=320:y=180:w=320:h=180:color=0xFFD400:t=5"),
    Edit("ellipse", _over(ellipse={"fill": "#FF000060"}, keyframes=[REGION]), "[0][1]overlay=320:180",
         inputs=("disc.png",)),
    Edit("spotlight", _over(spotlight={"dim": 0.65, "feather": 0.3}, keyframes=[REGION]), "[0][1]overlay=0:0",
         inputs=("dark.png",)),
    Edit("blur", _over(blur={"radius": 0.03, "shape": "Rectangle"}, keyframes=[REGION]),
         CUT.format("gblur=sigma=21.6")),
    Edit("pixelate", _over(pixelate={"blockSize": 0.0278}, keyframes=[REGION]), CUT.format("pixelize=w=20:h=20")),
    Edit("text", _over(text=WORDS, keyframes=[_box(0.05, 0.8, 0.8, 0.15)]),
         "[0][1]overlay=64:576", inputs=("words.png",), note="that ffmpeg has no drawtext: a picture of the words"),
    Edit("image", _over(image={"input": "logo"}, keyframes=[_box(0.8, 0.05, 0.15, 0.15)]), "[0][1]overlay=1030:36",
         inputs=("logo.png",)),
    Edit("crossfade",
         {"clips": [{"end": "10s"}, {"start": "8s", "end": "17s", "transition": CROSS}]},
         "[0]trim=end=10,fps=25[a];[1]trim=8:17,setpts=PTS-STARTPTS,fps=25[b];[a][b]xfade=duration=1:offset=9,format=yuv420p",
         inputs=("clip.mp4",)),
    Edit("hevc, 10 bit", {}, "null", HEVC,
         settings=("-c:v", "libx265", "-preset", "veryfast", "-pix_fmt", "yuv420p10le", "-profile:v", "main10")),
)  # fmt: skip


def effects(pairs: int, say: Say) -> list[Ratio]:
    """Time of ffmpeg over time of the runner, edit by edit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = prepare(folder)
        return [_ratio(edit, clip, folder, pairs, say) for edit in EDITS]


def prepare(folder: Path) -> Path:
    """450 frames of 720p footage, and the pictures that ffmpeg needs."""
    source, clip = str(cache.footage() / "bigbuckbunny.mp4"), folder / "clip.mp4"
    command = [str(cache.ffmpeg()), "-v", "error", "-stream_loop", "10", "-i", source, "-c", "copy", "-an"]
    subprocess.run([*command, "-frames:v", str(FRAMES), str(clip)], check=True, stdin=subprocess.DEVNULL)
    disc = Image.new("RGBA", (320, 180), (0, 0, 0, 0))
    ImageDraw.Draw(disc).ellipse((0, 0, 319, 179), fill=(255, 0, 0, 0x60))
    disc.save(folder / "disc.png")
    disc.resize((192, 108)).save(folder / "logo.png")
    dark = Image.new("RGBA", (1280, 720), (0, 0, 0, 166))
    ImageDraw.Draw(dark).ellipse((320, 180, 639, 359), fill=(0, 0, 0, 0))
    dark.save(folder / "dark.png")
    words = draw_text("Big Buck Bunny", 1024, 108, Style(58, (255, 255, 255, 255)), faces("Bold"))
    Image.fromarray(words).save(folder / "words.png")
    return clip


def ours(edit: Edit, clip: Path, folder: Path) -> list[str]:
    """The VideoJob's command line."""
    inputs = [{"name": "clip", "uri": clip.as_uri()}]
    if "logo" in json.dumps(edit.timeline):
        inputs.append({"name": "logo", "uri": (folder / "logo.png").as_uri()})
    clips = [{"input": "clip", **c} for c in edit.timeline.get("clips", [{}])]
    output = {"uri": (folder / "ours.mp4").as_uri(), "ifExists": "Replace", "video": VIDEO | edit.video}
    spec = {"inputs": inputs, "timeline": {**edit.timeline, "clips": clips}, "outputs": [output]}
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": "bench"}}
    return render_command(folder, {**head, "spec": spec})


def theirs(edit: Edit, clip: Path, folder: Path) -> list[str]:
    """ffmpeg's, with its own choice of threads."""
    more = [part for name in edit.inputs for part in ("-i", name)]
    graph = ["-filter_complex", edit.filters] if "[" in edit.filters else ["-vf", edit.filters]
    coding = [*SETTINGS, *edit.settings]
    return [str(cache.ffmpeg()), "-v", "error", "-y", "-i", str(clip), *more, "-an", *graph, *coding, "theirs.mp4"]


def _ratio(edit: Edit, clip: Path, folder: Path, pairs: int, say: Say) -> Ratio:
    us_command, them_command = ours(edit, clip, folder), theirs(edit, clip, folder)
    values, cpu = [], []
    for _ in range(pairs):
        them, us = timed(them_command, folder), timed(us_command, folder)
        values.append(them.wall / us.wall)
        cpu.append((1000 * us.cpu / FRAMES, 1000 * them.cpu / FRAMES))
    bytes_ = (folder / "ours.mp4").stat().st_size / (folder / "theirs.mp4").stat().st_size
    note = f"CPU per frame {cpu[-1][0]:.1f} ms, ffmpeg {cpu[-1][1]:.1f} ms; bytes {bytes_:.3f}"
    ratio = Ratio(edit.name, values, "≥ 1.0", [note + (f"; {edit.note}" if edit.note else "")])
    say(f"{edit.name}: {ratio.median:.2f}; {note}")
    return ratio
