"""How the operator starts, leads, follows and stops, on an API server that is only a few dictionaries."""

import asyncio
from pathlib import Path

import pytest

from spotreel_operator.app import operator as module
from spotreel_operator.runtime.api import Gone
from spotreel_operator.runtime.publication import Place
from tests.unit.operator.whole import Server, made, running, videojob
from videojob_api.names import ANNOTATION_WATCHES


async def test_the_lease_is_released_before_all_else_and_nothing_written_after(tmp_path: Path) -> None:
    operator = made(tmp_path, *(videojob(f"job-{n}") for n in range(50)))
    with running(operator) as r:
        r.server.slow = 0.02
        await r.until("create jobs")
        await r.stop()
        log = list(r.server.log)
        await asyncio.sleep(0.1)
    assert r.server.log == log, "nobody works on"
    released = log.index("release")
    assert not [entry for entry in log[released:] if entry.startswith(("create", "status", "delete", "renew"))]
    assert "http stops" in log[released:]


async def test_runners_are_led_here_before_work_and_no_longer_after_it(tmp_path: Path) -> None:
    operator = made(tmp_path, videojob("job-1"), service="reports")
    with running(operator) as r:
        await r.until("create jobs")
        assert operator._snapshots._progress_url() == "http://127.0.0.1:9/v1/progress"
        await r.stop()
    log = r.server.log
    assert log.index("create endpointslices") < log.index("create jobs")
    assert log.index("release") < log.index("endpoints 0"), "a successor does not wait for it"


async def test_runners_are_led_by_the_other_service_where_a_slice_is_refused(tmp_path: Path) -> None:
    operator = made(tmp_path, videojob("job-1"), service="reports")

    async def refused(place: Place) -> bool:
        raise Gone(404, "NotFound", "services reports")

    operator._publication._write = refused  # type: ignore[method-assign]
    with running(operator) as r:
        await r.until("create jobs")
        assert operator._snapshots._progress_url() == "http://127.0.0.1:8/v1/progress"
        await r.stop()


async def test_a_follower_is_ready_when_it_could_take_over(tmp_path: Path) -> None:
    """And takes no reports all the same."""
    operator = made(tmp_path, videojob("job-1"))
    server: Server = operator._api  # type: ignore[assignment]
    assert operator._unready() == "no full list yet"
    other = {"holderIdentity": "other-1", "leaseDurationSeconds": 3600}
    server.body = {"metadata": {"namespace": "ns", "name": "l", "resourceVersion": "1"}, "spec": other}
    with running(operator) as r:
        async with asyncio.timeout(5):
            while operator._unready():
                await asyncio.sleep(0.005)
        assert not operator._working and not operator._heartbeat.leads()
        operator._lease._answered -= 1000
        assert "API server" in str(operator._unready())
        await r.stop()
    assert operator._unready() == "stopping" and "create jobs" not in server.log


async def test_who_leads_is_ready_when_it_works(tmp_path: Path) -> None:
    operator = made(tmp_path, videojob("job-1"))
    operator._lease.held.set()
    assert operator._unready() == "leads, and does not work yet"
    operator._working = True
    assert operator._unready() is None


async def test_what_is_under_way_may_end_before_the_release(tmp_path: Path) -> None:
    """The Job that was created is in status, too."""
    operator = made(tmp_path, videojob("job-1"))
    with running(operator) as r:
        r.server.slow = 0.05
        await r.until("create jobs")
        await r.stop()
    log = r.server.log
    assert log.index("create jobs") < log.index("status job-1") < log.index("release")


async def test_a_dump_shows_tasks_and_sizes_from_another_thread(tmp_path: Path) -> None:
    operator = made(tmp_path, videojob("job-1"))
    with running(operator) as r:
        await r.until("status job-1")
        stacks, figures = await asyncio.to_thread(operator.state)
        await r.stop()
    assert any(stack.who == "task WorkQueue.run in main" for stack in stacks)
    assert figures["cache_videojobs"] == 1 and figures["queue_event"] == 0
    assert {"queue_busy", "cache_gone", "reports", "inbox", "warnings"} <= figures.keys()


async def test_beside_a_release_that_began_at_the_same_time_it_ends_before_it_writes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The other's Lease is there only once the own one is held."""
    operator = made(tmp_path, videojob("job-1"))
    annotations = {ANNOTATION_WATCHES: "ns"}
    metadata = {"namespace": "other", "name": "l", "resourceVersion": "1", "annotations": annotations}
    spec = {"holderIdentity": "it", "leaseDurationSeconds": 15, "acquireTime": "2026-01-01T00:00:00.000000Z"}
    with running(operator) as r:
        r.server.others = [{"metadata": metadata, "spec": spec}]
        async with asyncio.timeout(5):
            await r.task
    assert "release" in r.server.log
    assert not [entry for entry in r.server.log if entry.startswith(("create", "status", "delete"))]
    assert "the leader has failed: the operator other/l watches ns, too" in caplog.text
    assert "Traceback" not in caplog.text


async def test_writes_that_hang_do_not_delay_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FINISH_SECONDS", 0.01)
    operator = made(tmp_path, videojob("job-1"))
    with running(operator) as r:
        r.server.slow = 3600
        async with asyncio.timeout(5):
            while not operator._queue._busy:
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.02)
            await r.stop()
    assert "release" in r.server.log and "create jobs" not in r.server.log


async def test_a_lost_lease_ends_the_work_and_the_process(tmp_path: Path) -> None:
    operator = made(tmp_path, videojob("job-1"), lease_seconds=0.3)
    with running(operator) as r:
        await r.until("status job-1")
        assert r.server.body
        other = {**r.server.body["spec"], "holderIdentity": "other"}
        r.server.body = {"metadata": {**r.server.body["metadata"], "resourceVersion": "900"}, "spec": other}
        async with asyncio.timeout(5):
            await r.task
    assert r.server.body["spec"]["holderIdentity"] == "other" and operator._unready()


async def test_what_stands_beside_the_work_ends_with_it_and_its_error_ends_the_work() -> None:
    ended: list[str] = []

    async def lasting() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("lasting")

    async def failing() -> None:
        raise KeyError("a keeper's")

    await module._beside(asyncio.sleep(0), lasting())
    await asyncio.sleep(0)
    with pytest.raises(KeyError, match="a keeper's"):
        await module._beside(lasting(), lasting(), failing())
    await asyncio.sleep(0)
    assert ended == ["lasting"] * 3
