"""What must hold at the end, checked on the bytes themselves. Each check gives a line, good or bad."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from PIL import Image, ImageDraw

from tests.testbed.demo.state import State
from tests.testbed.world import ROOT, World

KEY = "out/reel.mp4"
STILLS = 12


@dataclass(frozen=True)
class Check:
    """Whether it held, and what was found."""

    good: bool
    text: str


def render_without_cluster(world: World, sample: Path, folder: Path) -> Path:
    """The same YAML by `spotreel render`, in one go, into a folder."""
    output = folder / "reel-local.mp4"
    output.unlink(missing_ok=True)
    command = [str(Path(sys.executable).parent / "spotreel"), "render", str(sample), "--output", str(output)]
    environment = {**os.environ, **world.s3.environment()}
    subprocess.run(
        [*command, "--workspace", str(world.folder / "local-work")],
        check=True,
        env=environment,
        cwd=ROOT,
        capture_output=True,
    )
    return output


def check(state: State, made: Path, local: Path, kills: int) -> Iterator[Check]:
    """`made` is the object from S3, `local` the same job rendered without a cluster."""
    status = state.status
    yield Check(status.get("phase") == "Succeeded", f"the VideoJob is {status.get('phase')}: {status.get('message')}")
    ours, theirs = _sha256(made), _sha256(local)
    yield Check(
        ours == theirs, f"same bytes as an uninterrupted run without a cluster: sha256 {ours[:16]}… {theirs[:16]}…"
    )
    yield Check(status.get("outputs", [{}])[0].get("sha256") == ours, "status.outputs names this very sha256")
    frames, wanted = _frames(made), status["plan"]["frames"]
    yield Check(frames == wanted, f"every frame is there: {frames} of {wanted} can be decoded")
    yield Check(_samples(made) > 0, f"sound is there: {_samples(made)} samples")
    yield Check(
        status["counts"]["disruptions"] == kills, f"{status['counts']['disruptions']} disruptions for {kills} kills"
    )
    lost, segment = sum(a.get("lostFrames", 0) for a in state.attempts), status["plan"]["segmentFrames"]
    yield Check(
        lost < kills * segment, f"work lost: {lost} frames in {kills} kills, less than a segment ({segment}) each"
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _frames(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def _samples(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(frame.samples for frame in container.decode(audio=0)) if container.streams.audio else 0


def contact_sheet(video: Path, sheet: Path, owners: dict[int, str], segment_frames: int) -> None:
    """Stills in a grid, each with its frame number and the attempt that made it."""
    with av.open(str(video)) as container:
        frames = [Image.fromarray(f.to_ndarray(format="rgb24")).resize((320, 180)) for f in container.decode(video=0)]
    picture = Image.new("RGB", (4 * 320, STILLS // 4 * 180))
    for place in range(STILLS):
        number = place * (len(frames) - 1) // (STILLS - 1)
        still = frames[number]
        owner = "-".join(owners.get(number // segment_frames, "").split("-")[-2:])
        ImageDraw.Draw(still).text(
            (6, 4), f"frame {number}, attempt {owner}", fill="white", stroke_width=2, stroke_fill="black"
        )
        picture.paste(still, (place % 4 * 320, place // 4 * 180))
    picture.save(sheet)
