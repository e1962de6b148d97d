"""From SIGKILL of a runner to the next attempt's first segment in S3."""

import os
import signal
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.bench.measure import Seconds
from tests.testbed.demo.state import Watcher
from tests.testbed.world import NAMESPACE, ROOT, World

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
    world.kubectl("apply", "-f", str(ROOT / "k8s" / "samples" / "reel.yaml"))
    watcher = Watcher(world)
    world.wait_for(lambda: len(watcher.look().segments) >= 3, 60, 0.02)
    pod = next(p for p in world.items("pods") if p["status"]["phase"] == "Running")
    os.kill(int(pod["status"]["containerStatuses"][0]["containerID"].removeprefix("process://")), signal.SIGKILL)
    killed = time.monotonic()
    world.wait_for(lambda: len(set(watcher.look().segments.values())) > 1, 60, 0.02)
    took = time.monotonic() - killed
    world.wait_finished("reel")
    return took, _segment_seconds(world, watcher)


def _segment_seconds(world: World, watcher: Watcher) -> float:
    """Between the commits of the second attempt's segments."""
    watcher.look()
    latest = max(watcher.state.segments.values())
    own = [k for k, attempt in watcher.state.segments.items() if attempt == latest]
    items: list[dict[str, Any]] = world.s3.client().list_objects_v2(Bucket="media", Prefix="work/")["Contents"]
    times: dict[int, datetime] = {
        int(i["Key"][-10:-4]): i["LastModified"] for i in items if "/segments/" in i["Key"] and world.status("reel")
    }
    stamps = sorted(times[k] for k in own)
    return (stamps[-1] - stamps[0]).total_seconds() / max(1, len(stamps) - 1)
