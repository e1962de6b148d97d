"""How the operator starts, lists, lives and stops, on an API server that is only a few dictionaries."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from spotreel_operator.app import operator as module
from spotreel_operator.app.http_settings import HttpSettings
from spotreel_operator.app.operator import Operator
from spotreel_operator.app.settings import ConfigFile, Settings
from spotreel_operator.runtime.api import JOBS, PODS, VIDEOJOBS, Gone, Kind
from spotreel_operator.runtime.publication import Place
from spotreel_operator.runtime.queue import Lane
from spotreel_operator.runtime.snapshots import utcnow
from spotreel_operator.state.times import format_time
from tests.unit.operator.make import CONFIG, SPEC, report
from tests.unit.operator.raw import raw_job, raw_pod, raw_videojob
from tests.unit.operator.test_runtime import OneLease
from videojob_api.names import ANNOTATION_WATCHES

Object = dict[str, Any]


class Server(OneLease):
    """Objects by kind, a log of all that was written, and watches that say nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[Kind, list[Object]] = {}
        self.log: list[str] = []
        self.slow = 0.0
        self.others: list[Object] = []

    async def pages(
        self, kind: Kind, namespace: str | None = None, selector: str = "", fields: str = ""
    ) -> AsyncIterator[tuple[list[Object], str]]:
        await asyncio.sleep(0)
        if kind.plural == "leases":
            yield [*self.others, self.body] if self.body else [], "1000"
            return
        self.log.append(f"list {kind.plural}")
        yield self.objects.get(kind, []), "1000"

    async def watch(self, *where: Any, **more: Any) -> AsyncGenerator[Object, None]:
        await asyncio.Event().wait()
        yield {}

    async def get(self, kind: Kind, namespace: Any, name: str) -> Object:
        if kind.plural == "endpointslices":
            raise Gone(404, "NotFound", name)
        if kind.plural == "services":
            return {"metadata": {"name": name, "namespace": namespace, "uid": "s"}, "spec": {"ports": [{"port": 80}]}}
        return await super().get(kind, namespace, name) if kind.plural == "leases" else {"metadata": {}}

    async def replace(self, kind: Any, namespace: Any, name: str, body: Object) -> Object:
        if kind.plural == "endpointslices":
            await self._write(f"endpoints {len(body['endpoints'])}")
            return body
        self.log.append("release" if not body["spec"]["holderIdentity"] else "renew")
        return await super().replace(kind, namespace, name, body)

    async def create(self, kind: Any, namespace: Any, body: Object) -> Object:
        if kind.plural == "leases":
            return await super().create(kind, namespace, body)
        if kind.plural == "subjectaccessreviews":
            return {"status": {"allowed": True}}
        await self._write(f"create {kind.plural}")
        return {**body, "metadata": {**body["metadata"], "uid": body["metadata"]["name"], "resourceVersion": "2000"}}

    async def apply_status(self, kind: Any, namespace: str, name: str, body: Object) -> Object:
        await self._write(f"status {name}")
        found = next(b for b in self.objects[VIDEOJOBS] if b["metadata"]["name"] == name)
        version = str(int(found["metadata"]["resourceVersion"]) + 1000)
        return {**found, "metadata": {**found["metadata"], "resourceVersion": version}, "status": body["status"]}

    async def delete(self, kind: Any, namespace: str, name: str, options: Object) -> None:
        await self._write(f"delete {name}")

    async def _write(self, what: str) -> None:
        await asyncio.sleep(self.slow)
        self.log.append(what)


class NoHttp:
    """Takes its time to stop, as with connections that are open."""

    loop = None

    def __init__(self, log: list[str]) -> None:
        self._log = log

    async def start(self) -> None:
        self._log.append("http starts")

    async def stop(self) -> None:
        self._log.append("http stops")
        await asyncio.sleep(0)


@dataclass
class Running:
    operator: Operator
    server: Server
    task: "asyncio.Task[None]"

    async def until(self, entry: str) -> None:
        async with asyncio.timeout(5):
            while entry not in self.server.log:
                await asyncio.sleep(0.005)

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def videojob(name: str, status: Object | None = None, **spec: Any) -> Object:
    metadata = {
        "name": name, "namespace": "ns", "uid": f"{name}-1234-5678", "resourceVersion": "5",
        "creationTimestamp": "2026-01-01T12:00:00Z",
    }  # fmt: skip
    return {"metadata": metadata, "spec": {**SPEC, **spec}} | ({"status": status} if status else {})


def ended(seconds: float) -> Object:
    return {"phase": "Succeeded", "endTime": format_time(utcnow() - timedelta(seconds=seconds))}


def made(folder: Path, *jobs: Object, lease_seconds: float = 15, service: str = "") -> Operator:
    file = folder / "config.yaml"
    head = {"apiVersion": "config.spotreel.dev/v1alpha1", "kind": "OperatorConfiguration"}
    file.write_text(json.dumps(head | CONFIG))
    settings = Settings(
        file,
        (),
        HttpSettings("127.0.0.1", 0),
        "http://127.0.0.1:9/v1/progress",
        "ns",
        "l",
        lease_seconds,
        "me",
        5,
        180,
        4,
        fallback_url="http://127.0.0.1:8/v1/progress" if service else "",
        reports_service=service,
    )
    server = Server()
    server.objects[VIDEOJOBS] = list(jobs)
    operator = Operator(settings, server, ConfigFile(file), lambda: server)  # type: ignore[arg-type, return-value]
    operator._http = NoHttp(server.log)  # type: ignore[assignment]
    return operator


@contextmanager
def running(operator: Operator) -> Iterator[Running]:
    task = asyncio.create_task(operator.run())
    try:
        yield Running(operator, operator._api, task)  # type: ignore[arg-type]
    finally:
        task.cancel()


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
        operator._snapshots.rejections[uid] = "quota"
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
