"""How many Jobs a second the operator makes of small VideoJobs that come all at once, beside JobSet's manager.

Both on one API server, one after the other, with the same nodes and the same stand-in runners. A JobSet here is one Job
of one pod. The operator may have only so many runners at once; JobSet has no such bound.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine

from tests.scale import jobs, jobsets
from tests.scale.scenarios import Figures, Say, Stage, add_health, spread, stage
from tests.scale.world import make_namespace, make_nodes
from tests.testbed.jobset import JobSet

GPUS = 4
GOAL = 0.67
Make = Callable[[list[str]], Coroutine[None, None, None]]


async def all_at_once(count: int, at_once: int, say: Say) -> Figures:
    """`count` JobSets, then `count` VideoJobs of which `at_once` may run."""
    figures = Figures(f"{count} at once, {at_once} of them running, beside JobSet")
    async with stage(say, maxRunningPerNamespace=at_once) as s:
        await make_nodes(s.api, range(at_once // GPUS), gpus=GPUS)
        theirs = await _jobsets(s, count, say)
        figures.add("JobSet: Jobs a second", f"{theirs:.1f}")
        figures.add("start to readiness", f"{await s.start_operator():.1f} s")
        ours = await _videojobs(s, count, say)
        figures.add("Spotreel: Jobs a second", f"{ours:.1f}, {ours / theirs:.2f} of JobSet's", f"≥ {GOAL} of JobSet's")
        await s.until(lambda: s.seen.count("reels", "Succeeded") >= count, "the last of them")
        figures.add("runners at once, at most", str(s.runners.most), f"≤ {at_once}")
        figures.add("CPU of the operator for each", f"{1000 * s.operator.cpu_seconds() / count:.0f} ms")
        figures.add("from VideoJob to a status that says it waits, or runs", spread(s.seen.to_first_phase("reels")))
        add_health(figures, s.operator)
    return figures


async def _jobsets(s: Stage, count: int, say: Say) -> float:
    """Jobs a second."""
    manager = JobSet(s.world.folder / "jobset", s.world.control_plane)
    await asyncio.to_thread(manager.start)
    try:
        say(f"{count} JobSets")
        return await _rate(s, "jobsets", count, lambda names: jobsets.create(s.api, "jobsets", names))
    finally:
        await asyncio.to_thread(manager.stop)


async def _videojobs(s: Stage, count: int, say: Say) -> float:
    """Jobs a second."""
    say(f"{count} VideoJobs")
    s.runners.most = 0
    return await _rate(s, "reels", count, lambda names: jobs.create(s.api, "reels", names, keyframes=0))


async def _rate(s: Stage, namespace: str, count: int, make: Make) -> float:
    """From the first object's creation to the last one's Job, in Jobs a second."""
    await make_namespace(s.api, namespace)
    began = time.monotonic()
    making = asyncio.create_task(make([f"reel-{n}" for n in range(count)]))
    await s.until(lambda: s.seen.jobs(namespace) >= count, f"{count} Jobs in {namespace}")
    rate = count / (time.monotonic() - began)
    await making
    return rate
