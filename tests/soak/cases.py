"""Jobs of many kinds: clips, containers, edits; each with a name, inputs and a spec."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.testbed import cache
from tests.unit.runner import odd
from tests.unit.runner.media import make_video
from tests.unit.runner.models import bright_model

BOX = {"left": 0.2, "top": 0.1, "width": 0.4, "height": 0.5}


@dataclass(frozen=True)
class Case:
    """`make` puts the inputs into a folder and gives their names and paths."""

    name: str
    make: Callable[[Path], dict[str, Path]]
    timeline: dict[str, Any]
    video: dict[str, Any]
    container: str = "mp4"
    analyses: tuple[dict[str, Any], ...] = ()
    """Each with a result beside the output."""

    def results(self, output: Path) -> list[Path]:
        """Where the results of the analyses are put."""
        return [output.with_name(f"{analysis['name']}.ndjson.gz") for analysis in self.analyses]

    def document(self, inputs: dict[str, Path], output: Path) -> dict[str, Any]:
        """The VideoJob."""
        named = [analysis["name"] for analysis in self.analyses]
        video = {"encoder": "CPU", "crf": 28, "preset": "Medium", **self.video}
        spec = {
            "inputs": [{"name": name, "uri": path.as_uri()} for name, path in inputs.items()],
            "timeline": self.timeline,
            "outputs": [{"uri": output.as_uri(), "container": self.container, "video": video}],
            "checkpoint": {"segmentFrames": 30},
        }
        if named:
            files = zip(named, self.results(output), strict=True)
            spec |= {
                "analyses": list(self.analyses),
                "results": [{"analysis": name, "uri": path.as_uri()} for name, path in files],
            }
        return {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": "soak"}, "spec": spec}


def real(name: str) -> Callable[[Path], dict[str, Path]]:
    return lambda folder: {"main": cache.footage() / name}


def made(suffix: str, make: odd.Make) -> Callable[[Path], dict[str, Path]]:
    return lambda folder: {"main": make(folder / f"in.{suffix}")}


def both(folder: Path) -> dict[str, Path]:
    return {"a": cache.footage() / "bikes.mp4", "b": cache.footage() / "bigbuckbunny.mp4"}


def _open_gop(path: Path) -> Path:
    return make_video(path, frames=240, options={"x264-params": "open-gop=1:keyint=24:bframes=3"}, sound=True)


def _variable(path: Path) -> Path:
    return make_video(path, frames=240, times=odd.random_times(7, 240), sound=True)


def _broken(path: Path) -> Path:
    return odd.flipped(25, lambda p: make_video(p, frames=240))(path)


def _with_model(folder: Path) -> dict[str, Path]:
    """A detector finds the bars, three quarters of a minute of them."""
    (folder / "model.onnx").write_bytes(bright_model((192, 128)))
    clip = make_video(folder / "in.mp4", frames=1125, size=(192, 128), sound=True)
    return {"main": clip, "model": folder / "model.onnx"}


CROSS = {"type": "Crossfade", "duration": "1s"}
CROSSED = [{"input": "a", "end": "4s"}, {"input": "b", "end": "3s", "transition": CROSS}]
SMALL = {"width": 320, "height": 240}
HEVC = {"codec": "hevc", "width": 320, "preset": "Fast"}
MOVING = {"keyframes": [BOX, BOX | {"time": "5s", "left": 0.5, "easing": "EaseInOut"}]}

LOOKS = (
    {"name": "moving", "input": "main", "motion": {}},
    {"name": "loud", "input": "main", "loudness": {"above": "2dB"}},
    {"name": "seen", "input": "main", "every": 2, "detect": {"model": {"input": "model"}, "track": {}}},
)

CASES = (
    Case("bikes.mp4, box", real("bikes.mp4"), {"overlays": [{"box": {"stroke": "red"}, "keyframes": [BOX]}]}, {}),
    Case("bigbuckbunny.mp4, sound cut", real("bigbuckbunny.mp4"), {"clips": [{"start": "200ms"}]}, {"width": 480}),
    Case("carphone, moving crop", real("carphone_pristine.mp4"), {"clips": [{"framing": MOVING}]}, SMALL),
    Case("MPEG-TS with open GOPs to Matroska", made("ts", _open_gop), {}, {}, "mkv"),
    Case("Matroska, its own frame times", made("mkv", _variable), {}, {"frameRate": "passthrough"}),
    Case("two clips crossed, hevc in QuickTime", both, {"clips": CROSSED}, HEVC, "mov"),
    Case("damaged MP4, blurred", made("mp4", _broken), {"overlays": [{"blur": {}, "keyframes": [BOX]}]}, {}),
    Case("motion, loudness and tracks of a clip", _with_model, {"clips": [{"input": "main", "end": "5s"}]}, {},
         analyses=LOOKS),
)  # fmt: skip
