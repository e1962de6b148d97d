"""From SIGKILL of a runner to the next attempt's first segment in S3."""

import os
import signal
import time
from collections.abc import Callable

import yaml

from tests.bench.measure import Seconds
from tests.testbed.demo.state import Watcher
from tests.testbed.world import NAMESPACE, ROOT, World, pid_of

Say = Callable[[str], None]


def resume(times: int, say: Say) -> Seconds:
    """The demo's job, killed once it has committed three segments; a fresh world each time would only be slower."""
    found = []
    with World() as world:
        world.upload_footage()
        world.operator(NAMESPACE, "bench")
        for number in range(times):
            found.append(_once(world))
            took, segment = found[-1]
            say(f"kill to first new segment {took:.1f} s, one segment takes {segment:.1f} s (run {number + 1})")
    goal = "under 3 s plus one segment"
    return Seconds("SIGKILL of the runner to the first new segment", [f[0] for f in found], [f[1] for f in found], goal)


def _once(world: World) -> tuple[float, float]:
    world.kubectl("delete", "vj", "--all", "-n", NAMESPACE)
    world.s3.client().delete_object(Bucket="media", Key="out/reel.mp4")
    job = yaml.safe_load((ROOT / "k8s" / "samples" / "reel.yaml").read_text())
    # Another runner would go on all the while.
    job["spec"]["parallelism"] = 1
    world.apply(job)
    watcher = Watcher(world)
    world.wait_for(lambda: len(watcher.look().segments) >= 3, 60, 0.02)
    pod = next(p for p in world.items("pods") if p["status"]["phase"] == "Running")
    os.kill(pid_of(pod), signal.SIGKILL)
    killed = time.monotonic()
    world.wait_for(lambda: len(set(watcher.look().segments.values())) > 1, 60, 0.02)
    took = time.monotonic() - killed
    world.wait_finished("reel")
    return took, _segment_seconds(watcher)


def _segment_seconds(watcher: Watcher) -> float:
    """Between the commits of the second attempt's segments."""
    state = watcher.look()
    latest = max(state.segments.values())
    stamps = sorted(state.committed[k] for k, attempt in state.segments.items() if attempt == latest)
    return (stamps[-1] - stamps[0]).total_seconds() / max(1, len(stamps) - 1)
