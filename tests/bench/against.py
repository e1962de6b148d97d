"""The runner against the ffmpeg command line."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.bench.measure import Ratio, timed
from tests.testbed import cache

FRAMES = 2400
WIDTH, HEIGHT, CRF = 960, 540, 21
SPOTREEL = str(Path(sys.executable).parent / "spotreel")
Say = Callable[[str], None]


def long_clip(folder: Path, frames: int = FRAMES) -> Path:
    """Real 720p footage, repeated without being encoded anew; 2,400 frames are eight default segments."""
    path = folder / "long.mp4"
    source = str(cache.footage() / "bigbuckbunny.mp4")
    command = [str(cache.ffmpeg()), "-v", "error", "-stream_loop", "30", "-i", source, "-c", "copy", "-an"]
    subprocess.run([*command, "-frames:v", str(frames), str(path)], check=True, stdin=subprocess.DEVNULL)
    return path


def document(clip: Path, output: str, frames: int = FRAMES) -> dict[str, Any]:
    """Crop, scale, box, x264."""
    framing = {"keyframes": [{"left": 0.1, "top": 0.1, "width": 0.8, "height": 0.8}]}
    box = {
        "box": {"stroke": "#FFD400", "strokeWidth": 0.01},
        "keyframes": [{"left": 0.25, "top": 0.25, "width": 0.5, "height": 0.5}],
    }
    video = {"encoder": "CPU", "crf": CRF, "preset": "Medium", "profile": "high", "width": WIDTH, "height": HEIGHT}
    spec = {
        "inputs": [{"uri": clip.as_uri()}],
        "timeline": {"clips": [{"end": f"{frames * 40}ms", "framing": framing}], "overlays": [box]},
        "outputs": [{"uri": output, "ifExists": "Replace", "video": video}],
    }
    return {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": "bench"}, "spec": spec}


def ffmpeg_command(clip: Path, output: Path) -> list[str]:
    """The same edit as people script it, with ffmpeg's own choice of threads."""
    filters = (
        f"crop=iw*0.8:ih*0.8:iw*0.1:ih*0.1,scale={WIDTH}:{HEIGHT}:flags=bicubic,"
        "drawbox=x=iw*0.25:y=ih*0.25:w=iw*0.5:h=ih*0.5:color=0xFFD400:t=5"
    )
    coding = ["-c:v", "libx264", "-preset", "medium", "-crf", str(CRF), "-profile:v", "high", "-movflags", "+faststart"]
    return [str(cache.ffmpeg()), "-v", "error", "-y", "-i", str(clip), "-an", "-vf", filters, *coding, str(output)]


def render_command(folder: Path, job: dict[str, Any], *options: str) -> list[str]:
    """`spotreel render`."""
    file = folder / "bench.yaml"
    file.write_text(yaml.safe_dump(job))
    return [SPOTREEL, "render", str(file), *options]


def against_ffmpeg(pairs: int, say: Say) -> Ratio:
    """Time of ffmpeg over time of the runner, same file, same settings, alternating."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = long_clip(folder)
        ours = render_command(folder, document(clip, (folder / "ours.mp4").as_uri()))
        theirs = ffmpeg_command(clip, folder / "theirs.mp4")
        values, cpu = [], []
        for number in range(pairs):
            them, us = timed(theirs, folder), timed(ours, folder)
            values.append(them.wall / us.wall)
            cpu.append((us.cpu, them.cpu))
            say(f"ffmpeg {them.wall:.1f} s, spotreel {us.wall:.1f} s: {values[-1]:.2f} (pair {number + 1})")
        sizes = [(folder / f"{who}.mp4").stat().st_size for who in ("ours", "theirs")]
    notes = (
        f"{FRAMES} frames of 720p footage to {WIDTH}x{HEIGHT}, crop, box, x264 medium crf {CRF}",
        f"CPU per output frame {1000 * cpu[-1][0] / FRAMES:.1f} ms, ffmpeg {1000 * cpu[-1][1] / FRAMES:.1f} ms",
        f"bytes {sizes[0] / sizes[1]:.3f} of ffmpeg's (a key frame every 300 frames; another x264 build)",
    )
    return Ratio("runner against the ffmpeg command line", values, "≥ 1.0", notes)
