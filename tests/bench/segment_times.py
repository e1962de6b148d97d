"""How long segments of a real timeline take, of one worker's CPU: `python -m tests.bench.segment_times`.

Scenes of two films, one of 720p, take turns, scaled and with a box, in x264 medium. `shards_simulated.py` draws from
what this prints. CPU and not the clock: what else the machine does is not to count.
"""

import argparse
import time
from pathlib import Path
from typing import Any

from job_runner.cli.say import say
from job_runner.media.cpu.device import CpuDevice
from job_runner.media.render import SegmentRenderer
from tests.bench.against import document
from tests.testbed import cache
from tests.unit.runner.media import only, plan_of

FILMS = {"bunny": ("bigbuckbunny.mp4", "5s"), "bikes": ("bikes.mp4", "9s")}


def timeline(scenes: int) -> dict[str, Any]:
    """So many scenes, the films in turns."""
    spec = document(Path("/film.mp4"), "file:///out.mp4")["spec"]
    names = [*FILMS] * (scenes // len(FILMS))
    clips = [{"input": name, "end": FILMS[name][1]} for name in names]
    return {"timeline": {**spec["timeline"], "clips": clips}, "outputs": spec["outputs"]}


def seconds_of_segments(scenes: int, frames: int) -> list[float]:
    """CPU seconds of each segment of so many frames, in order."""
    paths = {name: cache.footage() / file for name, (file, _) in FILMS.items()}
    plan = plan_of(paths, **timeline(scenes), checkpoint={"segmentFrames": frames})
    found = []
    with SegmentRenderer(plan, CpuDevice(plan, only(plan)), lambda name: str(paths[name])) as renderer:
        for number in range(plan.segments):
            began = time.process_time()
            renderer.render(number, lambda left: True, lambda: None)
            found.append(time.process_time() - began)
    return found


def main() -> None:
    """Prints eleven quantiles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=8)
    parser.add_argument("--frames", type=int, default=60)
    arguments = parser.parse_args()
    found = sorted(seconds_of_segments(arguments.scenes, arguments.frames))
    steps = [found[round(step * (len(found) - 1) / 10)] for step in range(11)]
    say(f"{len(found)} segments of {arguments.frames} frames: {', '.join(f'{second:.2f}' for second in steps)}")


if __name__ == "__main__":
    main()
