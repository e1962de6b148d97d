"""What the operator lists, queues and forgets while it works, on an API server that is only a few dictionaries."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from spotreel_operator.app import operator as module
from spotreel_operator.runtime.api import JOBS, PODS, VIDEOJOBS
from spotreel_operator.runtime.queue import Lane
from spotreel_operator.runtime.snapshots import utcnow
from tests.unit.operator.make import report
from tests.unit.operator.raw import raw_job, raw_pod, raw_videojob
from tests.unit.operator.whole import ended, made, running, videojob


async def test_a_start_looks_at_unfinished_jobs_first_and_keeps_times_to_live(tmp_path: Path) -> None:
    finished = [videojob(f"old-{n}", ended(100), ttlSecondsAfterFinished=3600) for n in range(20)]
    operator = made(tmp_path, *finished, videojob("late", ended(100), ttlSecondsAfterFinished=10), videojob("new"))
    with running(operator) as r:
        await r.until("delete late")
        async with asyncio.timeout(5):
            while len(operator._queue._timers) < 20:
                await asyncio.sleep(0.005)
        assert r.server.log.index("create jobs") < r.server.log.index("delete late")
        left = {key[1]: t[0].when() - asyncio.get_running_loop().time() for key, t in operator._queue._timers.items()}
        assert all(3400 < left[f"old-{n}"] <= 3501 for n in range(20))
        await r.stop()


async def test_a_resync_passes_over_finished_jobs(tmp_path: Path) -> None:
    finished = [videojob(f"old-{n}", ended(100)) for n in range(20)]
    operator = made(tmp_path, *finished, videojob("held", suspend=True))
    with running(operator) as r:
        await r.until("status held")
        async with asyncio.timeout(5):
            while len(operator._queue) or operator._queue._busy:
                await asyncio.sleep(0.005)
        added: list[tuple[str, Lane]] = []
        operator._queue.add = lambda key, lane=Lane.EVENT: added.append((key[1], lane))  # type: ignore[method-assign]
        listed = r.server.log.count("list videojobs")
        operator.list_soon()
        async with asyncio.timeout(5):
            while r.server.log.count("list videojobs") == listed or not added:
                await asyncio.sleep(0.005)
        assert added == [("held", Lane.RESYNC)]
        await r.stop()


async def test_a_follower_keeps_no_queue(tmp_path: Path) -> None:
    operator = made(tmp_path)
    operator.cache.put(VIDEOJOBS, videojob("job-1"))
    operator._heard(("ns", "job-1"))
    assert not len(operator._queue) and operator._unready() and not operator._unhealthy()


async def test_ends_are_urgent_reports_are_not(tmp_path: Path) -> None:
    operator = made(tmp_path)
    operator._working = True
    operator._heard(("ns", "reported"))
    operator.cache.put(VIDEOJOBS, videojob("made"))
    for body in ((VIDEOJOBS, raw_videojob()), (JOBS, raw_job()), (PODS, raw_pod())):
        operator.cache.put(*body)
    operator.cache.remove(PODS, raw_pod())
    assert [operator._queue._take() for _ in range(3)] == [
        (("ns", "reel"), Lane.ENDED),
        (("ns", "made"), Lane.EVENT),
        (("ns", "reported"), Lane.TIMER),
    ]


async def test_liveness_asks_whether_looks_end(tmp_path: Path) -> None:
    operator = made(tmp_path)
    operator._working, queue = True, operator._queue
    for n in range(10_000):
        queue.add(("ns", str(n)), Lane.RESYNC)
    first = next(iter(queue._waiting[Lane.RESYNC]))
    queue._waiting[Lane.RESYNC][first] -= 1000
    assert queue.oldest() > 900 and not operator._unhealthy(), "a crowd, and the last look has just ended"
    queue._ended -= 1000
    assert "no look" in str(operator._unhealthy())
    queue._take()
    queue._ended += 1000
    queue._busy[first] -= 1000
    assert "does not end" in str(operator._unhealthy())
    operator._listed -= 1000
    assert "list" in str(operator._unhealthy())


async def test_what_is_gone_is_forgotten_everywhere(tmp_path: Path) -> None:
    """A thousand jobs have come and gone: as much is remembered as of one."""
    operator = made(tmp_path)
    for n in range(1000):
        body = videojob(f"job-{n}")
        uid = body["metadata"]["uid"]
        operator.cache.put(VIDEOJOBS, body)
        operator._executor._written[uid] = 0.0
        operator._snapshots.rejections.hear(uid, "quota")
        operator._queue.add_after(("ns", f"job-{n}"), 1000)
        operator._queue._failures["ns", f"job-{n}"] = 1
        operator._warnings.latest("ns", uid)
        operator._reports.hear("ns", report(f"job-{n}-0-1"), utcnow() - timedelta(hours=1))
        if n:
            operator.cache.remove(VIDEOJOBS, body)
    operator._tidy()
    kept = (
        operator._executor._written,
        operator._snapshots.rejections,
        operator._queue._timers,
        operator._queue._failures,
        operator._warnings._ours,
    )
    assert [len(known) for known in kept] == [1] * 5 and not operator._reports._heard
    operator._queue.keep(())


async def test_reports_of_attempts_that_are_there_or_fresh_are_kept(tmp_path: Path) -> None:
    operator = made(tmp_path)
    job = videojob("there-0-1")
    operator.cache.put(JOBS, job)
    operator._reports.hear("ns", report("there-0-1"), utcnow() - timedelta(hours=1))
    operator._reports.hear("ns", report("fresh-0-1"), utcnow())
    operator._tidy()
    assert operator._reports.of("ns", "there-0-1") and operator._reports.of("ns", "fresh-0-1")


async def test_lists_say_which_namespaces_can_be_watched(tmp_path: Path) -> None:
    operator = made(tmp_path)
    object.__setattr__(operator._settings, "namespaces", ("a", "b"))
    told: list[list[str]] = []
    operator.watch = lambda namespaces: told.append(list(namespaces))
    operator._lists.refused["a"] = None  # type: ignore[assignment]
    await operator._list_until_done()
    assert told == [["b"]]


async def test_a_list_that_fails_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIST_RETRY_SECONDS", 0)
    operator, tries = made(tmp_path), 0

    async def refresh() -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise (OSError("gone"), KeyError("odd"))[tries - 1]

    operator._lists.refresh = refresh  # type: ignore[method-assign]
    await operator._list_until_done()
    assert tries == 3
