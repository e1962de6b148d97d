"""What is tried: crowds with a restart in it, nodes that vanish under running jobs, quiet and held jobs."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from spotreel_operator.runtime.api import NODES, KubernetesApi, connect
from tests.scale import jobs
from tests.scale.operator import WatchedOperator
from tests.scale.runners import Runners
from tests.scale.seen import Seen, status_writes
from tests.scale.world import ScaleWorld, make_namespace, make_nodes

Say = Callable[[str], None]
PATIENCE = 900.0
MEGABYTE = 2**20
SETTLE_SECONDS, STEADY_SECONDS = 15.0, 30.0
STATUS_SECONDS = 15.0
"""The default time between two writes of a status in which only figures move."""
RESYNC_SECONDS, RESYNCS = 20.0, 3


@dataclass
class Figures:
    """What was measured in one scenario; a row is a label, a value and the goal."""

    title: str
    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, label: str, value: str, goal: str = "") -> None:
        """One more row."""
        self.rows.append((label, value, goal))


@dataclass
class Stage:
    """A world with an operator, runners and a watcher, and a client for the scenario itself."""

    world: ScaleWorld
    api: KubernetesApi
    operator: WatchedOperator
    seen: Seen
    runners: Runners
    lasts: dict[str, float]
    """Seconds that a job's runner works, by the beginning of the job's name; else half a second."""

    async def until(self, ready: Callable[[], bool], what: str) -> float:
        """Seconds waited. Raises TimeoutError with what was waited for."""
        began = time.monotonic()
        while not ready():
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError(f"waited {PATIENCE:g} s in vain for {what}")
            await asyncio.sleep(0.1)
        return time.monotonic() - began

    async def start_operator(self) -> float:
        """Seconds until it works."""
        self.operator.start()
        return await asyncio.to_thread(self.operator.wait_ready)


@asynccontextmanager
async def stage(say: Say, **changes: Any) -> AsyncIterator[Stage]:
    """Brings everything up but the operator, whose configuration has these changes."""
    world = ScaleWorld()
    await asyncio.to_thread(world.__enter__)
    try:
        os.environ["KUBECONFIG"] = str(world.control_plane.kubeconfig)
        apis = [KubernetesApi(await connect(), timeout=60) for _ in range(3)]
        operator, lasts = WatchedOperator(world, **changes), dict[str, float]()
        seen = Seen(apis[1])
        runners = Runners(apis[2], lambda: operator.progress_url, lambda job: _lasting(lasts, job))
        tasks = [asyncio.create_task(seen.run()), asyncio.create_task(runners.run())]
        try:
            yield Stage(world, apis[0], operator, seen, runners, lasts)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.to_thread(operator.stop)
            for api in apis:
                await api.close()
    finally:
        await asyncio.to_thread(world.stop)


def _lasting(lasts: dict[str, float], job: str) -> float:
    return next((seconds for prefix, seconds in lasts.items() if job.startswith(prefix)), 0.5)


def spread(values: list[float]) -> str:
    """Median, 95 % and the largest, in seconds."""
    if len(values) < 2:
        return f"{values[0]:.1f} s" if values else "none"
    return f"{median(values):.1f} s, 95 %: {quantiles(values, n=20)[-1]:.1f} s, most: {max(values):.1f} s"


def add_health(figures: Figures, operator: WatchedOperator) -> None:
    figures.add("memory, at most", f"{operator.most_memory / MEGABYTE:.0f} MB", "≤ 400 MB")
    figures.add("lease lost", str(operator.lost), "0")
    words = f": {operator.probes_failed[0]}" if operator.probes_failed else ""
    figures.add("liveness probes that failed", f"{len(operator.probes_failed)}{words}", "0")
    figures.add("slowest liveness probe", f"{operator.slowest_probe:.2f} s", "< 5 s")


async def crowd(total: int, live: int, say: Say) -> Figures:
    """`total` VideoJobs, of which `live` are new and all others have long been finished; a SIGKILL in the middle."""
    figures = Figures(f"{total} VideoJobs, {live} of them new")
    async with stage(say) as s:
        await make_namespace(s.api, "crowd")
        await make_nodes(s.api, range(50), gpus=4)
        say(f"{total}: making {total - live} finished ones")
        await jobs.create_finished(s.api, "crowd", [f"old-{n}" for n in range(total - live)])
        figures.add("start to readiness", f"{await s.start_operator():.1f} s")
        say(f"{total}: making {live} new ones")
        began = time.monotonic()
        making = asyncio.create_task(jobs.create(s.api, "crowd", [f"new-{n}" for n in range(live)]))
        finished = total - live
        await s.until(lambda: s.seen.count("crowd", "Succeeded") >= finished + live // 2, "half of the new ones")
        s.operator.kill()
        say(f"{total}: killed the operator in the middle")
        figures.add("SIGKILL to readiness of the next", f"{await s.start_operator():.1f} s", "lease of 15 s and a list")
        await making
        await s.until(lambda: s.seen.count("crowd", "Succeeded") >= total, "all of them")
        took = time.monotonic() - began
        figures.add("all new ones done, the restart included", f"{took:.0f} s, {live / took:.1f} a second")
        figures.add("from VideoJob to its first Job, in the burst", spread(s.seen.to_first_attempt("crowd")))
        figures.add("the same for one more, afterwards", spread(await _one_by_one(s, "calm", 5)), "≤ 3 s")
        add_health(figures, s.operator)
    return figures


async def _one_by_one(s: Stage, namespace: str, times: int) -> list[float]:
    await make_namespace(s.api, namespace)
    for n in range(times):
        await jobs.create(s.api, namespace, [f"single-{n}"])
        await s.until(lambda n=n: "Succeeded" in s.seen.phases[namespace, f"single-{n}"], "a single job")  # type: ignore[misc]
    return s.seen.to_first_attempt(namespace)


async def vanishing_nodes(running: int, nodes: int, vanish: int, say: Say) -> Figures:
    """`running` jobs while nodes grow to `nodes`; then nodes under running jobs are deleted, two a second."""
    figures = Figures(f"{running} running on {nodes} nodes")
    async with stage(say) as s:
        s.lasts["long"] = 3600.0
        await make_namespace(s.api, "busy")
        await make_nodes(s.api, range(running))
        figures.add("start to readiness", f"{await s.start_operator():.1f} s")
        await jobs.create(s.api, "busy", [f"long-{n}" for n in range(running)])
        say(f"{nodes} nodes: growing")
        await make_nodes(s.api, range(running, nodes))
        await s.until(lambda: len(s.runners.running) >= running, "all running")
        say(f"{nodes} nodes: all run")
        await _steady(s, figures, running)
        say(f"{nodes} nodes: {vanish} vanish")
        figures.add("node gone to the next Job", spread(await _vanish(s, vanish)), "median ≤ 3 s")
        figures.add("progress reports by answer", str(dict(sorted(s.runners.answers.items()))), "204 only")
        add_health(figures, s.operator)
    return figures


async def _steady(s: Stage, figures: Figures, running: int) -> None:
    """What running jobs cost while only their figures move."""
    await asyncio.sleep(SETTLE_SECONDS)
    writes, reports, before = status_writes(s.world.control_plane), s.runners.reports, s.operator.cpu_seconds()
    await asyncio.sleep(STEADY_SECONDS)
    spent, heard = s.operator.cpu_seconds() - before, s.runners.reports - reports
    written = status_writes(s.world.control_plane) - writes
    figures.add("CPU of the operator for each report", f"{1000 * spent / max(1, heard):.1f} ms", "≤ 3 ms")
    each = STEADY_SECONDS / STATUS_SECONDS * running
    figures.add("status writes for each job in 15 s", f"{written / each:.2f}", "≤ 1")


async def _vanish(s: Stage, times: int) -> list[float]:
    victims = list(s.runners.running.items())[:times]
    gone: dict[str, float] = {}
    for job, node in victims:
        s.runners.crash(node)
        gone[job] = time.monotonic()
        await s.api.delete(NODES, None, node, {})
        await asyncio.sleep(0.5)
    await s.until(lambda: all(len(s.seen.attempts["busy", job]) > 1 for job in gone), "the next Jobs")
    return [s.seen.attempts["busy", job][1] - at for job, at in gone.items()]


async def quiet(count: int, say: Say) -> Figures:
    """`count` VideoJobs that have long been finished, and full lists one after the other; bystanders come meanwhile."""
    figures = Figures(f"{count} finished, and nothing new")
    async with stage(say) as s:
        await make_nodes(s.api, range(10))
        await make_namespace(s.api, "quiet")
        await jobs.create_finished(s.api, "quiet", [f"old-{n}" for n in range(count)])
        s.operator.flags = (f"--resync-seconds={RESYNC_SECONDS:g}",)
        figures.add("start to readiness", f"{await s.start_operator():.1f} s")
        await asyncio.sleep(RESYNC_SECONDS)
        say(f"{count}: lists, {RESYNCS} times")
        before = s.operator.cpu_seconds()
        await asyncio.sleep(RESYNCS * RESYNC_SECONDS)
        each = (s.operator.cpu_seconds() - before) / RESYNCS
        figures.add("CPU of the operator for a list and a look at all", f"{each:.1f} s", "≤ 10 s")
        figures.add("bystander: from VideoJob to its first Job", spread(await _one_by_one(s, "calm", 10)), "≤ 3 s")
        add_health(figures, s.operator)
    return figures


async def held(count: int, say: Say) -> Figures:
    """`count` jobs in a namespace whose quota lets no pod in, and bystanders in another."""
    figures = Figures(f"{count} held by a quota, and a bystander")
    async with stage(say) as s:
        await make_namespace(s.api, "held", pods=0)
        await make_nodes(s.api, range(10))
        figures.add("start to readiness", f"{await s.start_operator():.1f} s")
        await jobs.create(s.api, "held", [f"held-{n}" for n in range(count)])
        await s.until(lambda: len(s.seen.to_first_attempt("held")) >= count, "a Job for each")
        await s.until(lambda: _stalled(s) >= count, "all stalled")
        before, began = s.operator.cpu_seconds(), time.monotonic()
        await asyncio.sleep(30)
        share = (s.operator.cpu_seconds() - before) / (time.monotonic() - began)
        figures.add("CPU of the operator while nothing moves", f"{100 * share:.0f} % of a core")
        figures.add("bystander: from VideoJob to its first Job", spread(await _one_by_one(s, "calm", 5)), "≤ 3 s")
        add_health(figures, s.operator)
    return figures


def _stalled(s: Stage) -> int:
    return sum(1 for key, reason in s.seen.reasons.items() if key[0] == "held" and reason == "JobRejected")
