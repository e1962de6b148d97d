"""Stand-ins for kubelet and runner: pods that are bound start, report with their own token, and end well."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import aiohttp

from spotreel_operator.runtime.api import PODS, ApiError, Kind, KubernetesApi
from tests.scale.jobs import output_uri
from videojob_api import names
from videojob_api.names import Outcome, Stage
from videojob_api.report import Report, SegmentCounts
from videojob_api.status import OutputStatus

Object = dict[str, Any]
ACCOUNTS = Kind("/api/v1", "serviceaccounts")
OURS = f"{names.LABEL_MANAGED_BY}={names.MANAGED_BY}"
REPORT_SECONDS = 5.0


class Runners:
    """Follows pods until cancelled. `lasts` tells how many seconds a job's runner works, by the job's name."""

    def __init__(self, api: KubernetesApi, progress_url: Callable[[], str], lasts: Callable[[str], float]) -> None:
        self._api, self._url, self._lasts = api, progress_url, lasts
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._on: dict[str, list[asyncio.Task[None]]] = {}
        self.running: dict[str, str] = {}
        """Node by the VideoJob's name, of the pods that run now."""
        self.most = 0
        """Pods that ran at once, at most, since it was last set to 0."""
        self.answers: dict[int, int] = {}
        """Reports by the operator's answer; 0 is none at all."""

    @property
    def reports(self) -> int:
        """All that were sent."""
        return sum(self.answers.values())

    async def run(self) -> None:
        """Lists, then watches, for ever."""
        while True:
            with suppress(ApiError, aiohttp.ClientError, TimeoutError, OSError):
                items, version = await self._api.list(PODS, None, OURS)
                for item in items:
                    self._see("ADDED", item)
                async for event in self._api.watch(PODS, None, version, OURS):
                    if event["type"] != "BOOKMARK":
                        self._see(event["type"], event["object"])
            await asyncio.sleep(0.2)

    def crash(self, node: str) -> None:
        """The machine is off: its runners fall silent, and nobody says so."""
        for task in self._on.pop(node, []):
            task.cancel()

    def _see(self, change: str, pod: Object) -> None:
        uid, metadata = pod["metadata"]["uid"], pod["metadata"]
        if change == "DELETED" or metadata.get("deletionTimestamp"):
            if task := self._tasks.pop(uid, None):
                task.cancel()
            self.running.pop(metadata["labels"][names.LABEL_VIDEOJOB], None)
        elif uid not in self._tasks and pod["spec"].get("nodeName") and pod["status"]["phase"] == "Pending":
            self._tasks[uid] = asyncio.create_task(self._live(pod))
            self._on.setdefault(pod["spec"]["nodeName"], []).append(self._tasks[uid])

    async def _live(self, pod: Object) -> None:
        job, metadata = pod["metadata"]["labels"][names.LABEL_VIDEOJOB], pod["metadata"]
        with suppress(ApiError, aiohttp.ClientError, TimeoutError):
            await self._show(pod, "Running", {"running": {"startedAt": _now()}})
            self.running[job] = pod["spec"]["nodeName"]
            self.most = max(self.most, len(self.running))
            await self._work(pod, self._lasts(job))
            self.running.pop(job, None)
            word = _report(metadata["labels"]["batch.kubernetes.io/job-name"], job, 1.0)
            ended = {"exitCode": 0, "startedAt": _now(), "finishedAt": _now(), "message": word.termination_message()}
            await self._show(pod, "Succeeded", {"terminated": ended})

    async def _work(self, pod: Object, seconds: float) -> None:
        """Reports every few seconds, as a runner does."""
        if seconds < REPORT_SECONDS:
            await asyncio.sleep(seconds)
            return
        token = await self._token(pod)
        attempt, job = pod["metadata"]["labels"]["batch.kubernetes.io/job-name"], _job(pod)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=4)) as session:
            for step in range(int(seconds / REPORT_SECONDS)):
                await self._push(session, token, _report(attempt, job, step * REPORT_SECONDS / seconds, last=False))
                await asyncio.sleep(REPORT_SECONDS)

    async def _push(self, session: aiohttp.ClientSession, token: str, report: Report) -> None:
        code = 0
        with suppress(aiohttp.ClientError, TimeoutError):
            headers = {"Authorization": f"Bearer {token}"}
            body = report.model_dump_json(by_alias=True, exclude_none=True)
            async with session.post(self._url(), data=body, headers=headers) as answer:
                code = answer.status
        self.answers[code] = self.answers.get(code, 0) + 1

    async def _token(self, pod: Object) -> str:
        """Bound to the pod, as kubelet asks for it."""
        metadata = pod["metadata"]
        bound = {"kind": "Pod", "apiVersion": "v1", "name": metadata["name"], "uid": metadata["uid"]}
        spec = {"audiences": [names.TOKEN_AUDIENCE], "expirationSeconds": 3600, "boundObjectRef": bound}
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
        answer = await self._api.create_sub(ACCOUNTS, metadata["namespace"], "default", "token", body)
        return str(answer["status"]["token"])

    async def _show(self, pod: Object, phase: str, state: Object) -> None:
        container = {
            "name": names.CONTAINER,
            "image": pod["spec"]["containers"][0]["image"],
            "imageID": "",
            "ready": phase == "Running",
            "started": phase == "Running",
            "restartCount": 0,
            "state": state,
        }
        status = {"phase": phase, "startTime": _now(), "containerStatuses": [container]}
        await self._api.merge(PODS, pod["metadata"]["namespace"], pod["metadata"]["name"], {"status": status}, "status")


def _job(pod: Object) -> str:
    return str(pod["metadata"]["labels"][names.LABEL_VIDEOJOB])


def _report(attempt: str, job: str, share: float, last: bool = True) -> Report:
    """A share of 9,000 frames in 30 segments."""
    output = OutputStatus(
        name="main", uri=output_uri(job), size_bytes=1_000_000, sha256="0" * 64, frames=9000, duration="6m"
    )
    return Report(
        attempt=attempt,
        stage=Stage.RENDERING,
        outcome=Outcome.SUCCEEDED if last else None,
        exit_code=0 if last else None,
        segments=SegmentCounts(done=int(30 * share), total=30, by_this=int(30 * share)),
        frames=int(9000 * share),
        total_frames=9000,
        encoded=int(9000 * share),
        committed=int(9000 * share),
        fps=25.0,
        outputs=[output] if last else [],
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
