"""The client for programs that use asyncio; `client` has the same for those that do not."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from spotreel.access import Access, find_access
from spotreel.classes import ClassOffer, classes_in
from spotreel.copies import copied, free_name
from spotreel.errors import ClusterUnreachable, NoSuchJob, NotInstalled, TimedOut
from spotreel.job import Job
from spotreel.kubernetes import Kubernetes, in_words
from spotreel.logs import chosen_attempt, newest
from spotreel.submission import Submission
from spotreel.transfers import UNWATCHED, Watcher, fetch, kept_lines
from spotreel_operator.runtime.api import VIDEOJOBS, Gone, Kind
from videojob_api.names import CONTAINER

if TYPE_CHECKING:
    from spotreel.leftovers import Leftover

Object = dict[str, Any]
OPERATOR_NAMESPACE = "spotreel-system"
CONFIG_MAPS = Kind("/api/v1", "configmaps")
PATIENCE = 60.0
"""Seconds for which a follower asks a cluster again that does not answer."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0


@dataclass(frozen=True)
class Applied:
    """A job as it is now, and whether it was made just now or was there already."""

    job: Job
    created: bool


class AsyncClient:
    """VideoJobs of a namespace: `async with await AsyncClient.connect() as client:`.

    Every call raises a SpotreelError whose message says what is wrong, where, and what to do.
    """

    def __init__(self, access: Access, namespace: str | None = None) -> None:
        self._access, self._api = access, Kubernetes(access)
        self.namespace = namespace or access.namespace

    @classmethod
    async def connect(
        cls, namespace: str | None = None, *, context: str | None = None, kubeconfig: str | None = None
    ) -> Self:
        """As kubectl: KUBECONFIG or ~/.kube/config with its current context, else as the pod that this is."""
        return cls(await find_access(kubeconfig, context), namespace)

    async def close(self) -> None:
        """Closes its connections."""
        await self._api.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def get(self, name: str) -> Job:
        """A job as it is now. Raises NoSuchJob."""
        with in_words(self._access, self.namespace, name):
            return Job(await self._api.get(VIDEOJOBS, self.namespace, name))

    async def list(self, *, all_namespaces: bool = False) -> list[Job]:
        """All jobs, the newest last."""
        with in_words(self._access, self.namespace):
            found, _ = await self._api.list(VIDEOJOBS, None if all_namespaces else self.namespace)
        return sorted((Job(body) for body in found), key=lambda job: (job.created, job.namespace, job.name))

    async def apply(self, videojob: Object, *, dry_run: bool = False) -> Applied:
        """Makes a job, or brings one of this name to this spec.

        Raises Refused for a spec that is wrong, NameTaken where the job that is there does something else.
        """
        name = videojob["metadata"]["name"]
        with in_words(self._access, self.namespace, name):
            there = await self._there(name)
            made = await self._api.apply(self.namespace, name, videojob, dry_run)
        return Applied(Job(made), there is None or there != made["metadata"].get("uid"))

    async def submit(self, videojob: Object, *, upload_to: str | None = None, watcher: Watcher = UNWATCHED) -> Applied:
        """As `apply`, after its local inputs (file:///) were brought below `upload_to`, an s3:// URI.

        What an earlier try has brought is not sent again. The API server checks the spec before anything is sent.
        Raises LocalFileError, NotUploadable and StoreError besides.
        """
        submission = Submission(videojob, upload_to, watcher)
        try:
            found = await asyncio.to_thread(submission.read)
            tried = await self.apply(found, dry_run=True)
            if not tried.created and tried.job.finished:
                return tried
            await asyncio.to_thread(submission.upload)
        finally:
            submission.stop()
        return await self.apply(found)

    async def fetch(
        self,
        name: str,
        to: str | Path | None = None,
        *,
        result: str | None = None,
        overwrite: bool = False,
        watcher: Watcher = UNWATCHED,
    ) -> Path:
        """Brings a job's output, or the rows of the analysis `result`, to a file or folder, and gives its path.

        Compared with the sha256 in status; a file that is this one already stays. Raises NothingToFetch,
        LocalFileError and StoreError.
        """
        job, stop = await self.get(name), threading.Event()
        try:
            return await asyncio.to_thread(fetch, job, Path(to) if to else None, result, overwrite, watcher, stop)
        finally:
            stop.set()

    async def logs(
        self, name: str, attempt: str | None = None, *, follow: bool = False, tail: int | None = None
    ) -> AsyncGenerator[str, None]:
        """Lines of a runner's log: of the attempt that is named (0-1), else of the one at work, else of the last.

        `follow` goes on to the attempt's end. Of one whose pod is gone it is the end of its log, which runners keep in
        the job's workspace. Raises LogsGone where there is no log, or none yet, and StoreError.
        """
        job = await self.get(name)
        chosen = chosen_attempt(job, attempt)
        with in_words(self._access, self.namespace, name):
            pods = await self._api.pods_of(self.namespace, chosen.name)
            if pods:
                query = {"container": CONTAINER, "tailLines": "" if tail is None else str(tail)}
                pod = newest(pods)["metadata"]["name"]
                async for line in self._api.log(self.namespace, pod, query, follow):
                    yield line
                return
        for line in await asyncio.to_thread(kept_lines, job, chosen, tail):
            yield line

    async def rerun(self, name: str, new_name: str | None = None, *, to: str | None = None) -> Applied:
        """Makes a copy of a job under another name (reel-2), with outputs of that name, or one that goes to `to`.

        A copy under a name of its own that is there already is that copy. Raises NameTaken for another job.
        """
        job = await self.get(name)
        chosen = new_name or free_name(name, [other.name for other in await self.list()])
        return await self.apply(copied(job, chosen, to))

    async def classes(self, operator_namespace: str = OPERATOR_NAMESPACE) -> Sequence[ClassOffer]:
        """The platform's classes, from the configuration in the operator's namespace.

        Raises Forbidden for those who may not list ConfigMaps there, and NotInstalled where there is none.
        """
        with in_words(self._access, operator_namespace):
            found, _ = await self._api.list(CONFIG_MAPS, operator_namespace)
        if not (offers := classes_in(found)):
            raise NotInstalled(f"there is no configuration of Spotreel in namespace {operator_namespace}")
        return offers

    async def leftovers(
        self, uri: str, *, older: timedelta = timedelta(days=1), all_namespaces: bool = False
    ) -> "Sequence[Leftover]":
        """Workspaces below an s3:// URI of jobs of this namespace, or of all, that are no more.

        Jobs of another cluster that shares the bucket look the same: what has changed within `older` is left out.
        """
        from spotreel.leftovers import leftovers, listed
        from spotreel.stores import calls_of

        # First the store, then the jobs: one that begins meanwhile is then known.
        bucket, objects = await asyncio.to_thread(lambda: listed(calls_of({}), uri))
        uids = {job.uid for job in await self.list(all_namespaces=all_namespaces)}
        namespace = None if all_namespaces else self.namespace
        return leftovers(bucket, objects, uids, namespace, datetime.now(UTC) - older)

    async def remove(self, leftover: "Leftover") -> None:
        """Deletes what runners have made there. Raises StoreError."""
        from spotreel.leftovers import remove
        from spotreel.stores import calls_of

        await asyncio.to_thread(lambda: remove(calls_of({}), leftover))

    async def _there(self, name: str) -> str | None:
        try:
            return Job(await self._api.get(VIDEOJOBS, self.namespace, name)).uid
        except Gone as error:
            if not error.reason:
                raise
            return None

    async def events(self, name: str, timeout: float | None = None) -> AsyncGenerator[Job, None]:
        """The job as it is now, then each time that it has changed, to its end, which is the last.

        An API server that does not answer is asked again for a minute. Raises NoSuchJob once the job is deleted, or
        another one has its name, and TimedOut after `timeout` seconds; the job goes on.
        """
        end = None if timeout is None else time.monotonic() + timeout
        source = self._events(name)
        try:
            while job := await asyncio.wait_for(anext(source, None), None if end is None else end - time.monotonic()):
                yield job
        except TimeoutError as error:
            raise TimedOut(f"{name} has not ended after {timeout:g} s; it goes on") from error
        finally:
            await source.aclose()

    async def _events(self, name: str) -> AsyncGenerator[Job, None]:
        last: Job | None = None
        heard, pause = time.monotonic(), FIRST_PAUSE
        while True:
            try:
                async for job in self._changes(name, last.uid if last else ""):
                    heard, pause = time.monotonic(), FIRST_PAUSE
                    if job != last:
                        yield job
                    if job.finished:
                        return
                    last = job
            except ClusterUnreachable:
                if last is None or time.monotonic() - heard > PATIENCE:
                    raise
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _changes(self, name: str, uid: str) -> AsyncGenerator[Job, None]:
        """One look and one watch, which the API server ends after some minutes."""
        with in_words(self._access, self.namespace, name):
            job = _same(Job(await self._api.get(VIDEOJOBS, self.namespace, name)), uid)
            yield job
            stream = self._api.watch(VIDEOJOBS, self.namespace, job.version, fields=f"metadata.name={name}")
            try:
                async for event in stream:
                    if event["type"] == "DELETED":
                        raise NoSuchJob(f"VideoJob {name} in namespace {self.namespace} was deleted")
                    if event["type"] != "BOOKMARK":
                        yield _same(Job(event["object"]), job.uid)
            except Gone:
                # The version is lost: look again.
                return
            finally:
                await stream.aclose()

    async def wait(self, name: str, timeout: float | None = None) -> Job:
        """The job at its end, either end. Raises as `events` does."""
        last: Job | None = None
        async for job in self.events(name, timeout):
            last = job
        assert last is not None
        return last

    async def suspend(self, name: str, suspended: bool = True) -> Job:
        """Stops a job's runners, or lets it go on; what is finished is kept."""
        with in_words(self._access, self.namespace, name):
            return Job(await self._api.merge(VIDEOJOBS, self.namespace, name, {"spec": {"suspend": suspended}}))

    async def cancel(self, name: str) -> Job:
        """Deletes a job, and with it its runners; its output and its finished segments stay in the store."""
        with in_words(self._access, self.namespace, name):
            job = Job(await self._api.get(VIDEOJOBS, self.namespace, name))
            options = {"propagationPolicy": "Background", "preconditions": {"uid": job.uid}}
            await self._api.delete(VIDEOJOBS, self.namespace, name, options)
        return job


def _same(job: Job, uid: str) -> Job:
    if uid and job.uid != uid:
        raise NoSuchJob(f"VideoJob {job.name} in namespace {job.namespace} was deleted; another one has its name now")
    return job
