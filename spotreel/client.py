"""The client for programs without asyncio: the same calls, each of which waits for its answer."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Coroutine, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from spotreel.async_client import OPERATOR_NAMESPACE, Applied, AsyncClient
from spotreel.classes import ClassOffer
from spotreel.job import Job
from spotreel.transfers import UNWATCHED, Watcher

if TYPE_CHECKING:
    from spotreel.leftovers import Leftover

T = TypeVar("T")
Object = dict[str, Any]
GIVE_UP = 2.0
"""Seconds for a call to end that was interrupted."""


class Client:
    """VideoJobs of a namespace: `with Client() as client: print(client.wait("reel").status.outputs)`.

    Works in notebooks too: its event loop runs in a thread of its own. Every call raises a SpotreelError whose message
    says what is wrong, where, and what to do.
    """

    def __init__(
        self, namespace: str | None = None, *, context: str | None = None, kubeconfig: str | None = None
    ) -> None:
        """As kubectl: KUBECONFIG or ~/.kube/config with its current context, else as the pod that this is."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="spotreel-client", daemon=True)
        self._thread.start()
        try:
            connecting = AsyncClient.connect(namespace, context=context, kubeconfig=kubeconfig)
            self._client = self._wait(connecting)
        except BaseException:
            self._end()
            raise

    @property
    def namespace(self) -> str:
        """Whose jobs these are."""
        return self._client.namespace

    def close(self) -> None:
        """Closes its connections and ends its thread."""
        if self._thread.is_alive():
            self._wait(self._client.close())
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, name: str) -> Job:
        """A job as it is now. Raises NoSuchJob."""
        return self._wait(self._client.get(name))

    def list(self, *, all_namespaces: bool = False) -> list[Job]:
        """All jobs, the newest last."""
        return self._wait(self._client.list(all_namespaces=all_namespaces))

    def apply(self, videojob: Object, *, dry_run: bool = False) -> Applied:
        """Makes a job, or brings one of this name to this spec. Raises Refused or NameTaken."""
        return self._wait(self._client.apply(videojob, dry_run=dry_run))

    def submit(self, videojob: Object, *, upload_to: str | None = None, watcher: Watcher = UNWATCHED) -> Applied:
        """As `apply`, after its local inputs (file:///) were brought below `upload_to`, an s3:// URI.

        What an earlier try has brought is not sent again. Raises LocalFileError, NotUploadable and StoreError besides.
        """
        return self._wait(self._client.submit(videojob, upload_to=upload_to, watcher=watcher))

    def fetch(
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
        return self._wait(self._client.fetch(name, to, result=result, overwrite=overwrite, watcher=watcher))

    def logs(
        self, name: str, attempt: str | None = None, *, follow: bool = False, tail: int | None = None
    ) -> Iterator[str]:
        """Lines of a runner's log: of the attempt that is named (0-1), else of the one at work, else of the last.

        `follow` goes on to the attempt's end. Of one whose pod is gone it is the end of its log, which runners keep in
        the job's workspace. Raises LogsGone where there is no log, or none yet, and StoreError.
        """
        return self._iterate(self._client.logs(name, attempt, follow=follow, tail=tail))

    def rerun(self, name: str, new_name: str | None = None, *, to: str | None = None) -> Applied:
        """Makes a copy of a job under another name (reel-2), with outputs of that name, or one that goes to `to`.

        A copy under a name of its own that is there already is that copy. Raises NameTaken for another job.
        """
        return self._wait(self._client.rerun(name, new_name, to=to))

    def classes(self, operator_namespace: str = OPERATOR_NAMESPACE) -> Sequence[ClassOffer]:
        """The platform's classes, from the configuration in the operator's namespace.

        Raises Forbidden for those who may not list ConfigMaps there, and NotInstalled where there is none.
        """
        return self._wait(self._client.classes(operator_namespace))

    def leftovers(
        self, uri: str, *, older: timedelta = timedelta(days=1), all_namespaces: bool = False
    ) -> "Sequence[Leftover]":
        """Workspaces below an s3:// URI of jobs of this namespace, or of all, that are no more.

        Jobs of another cluster that shares the bucket look the same: what has changed within `older` is left out.
        """
        return self._wait(self._client.leftovers(uri, older=older, all_namespaces=all_namespaces))

    def remove(self, leftover: "Leftover") -> None:
        """Deletes what runners have made there. Raises StoreError."""
        self._wait(self._client.remove(leftover))

    def events(self, name: str, timeout: float | None = None) -> Iterator[Job]:
        """The job as it is now, then each time that it has changed, to its end, which is the last.

        Raises NoSuchJob once it is deleted, and TimedOut after `timeout` seconds; the job goes on.
        """
        return self._iterate(self._client.events(name, timeout))

    def wait(self, name: str, timeout: float | None = None) -> Job:
        """The job at its end, either end. Raises as `events` does."""
        return self._wait(self._client.wait(name, timeout))

    def suspend(self, name: str, suspended: bool = True) -> Job:
        """Stops a job's runners, or lets it go on; what is finished is kept."""
        return self._wait(self._client.suspend(name, suspended))

    def cancel(self, name: str) -> Job:
        """Deletes a job, and with it its runners; its output and its finished segments stay in the store."""
        return self._wait(self._client.cancel(name))

    def _wait(self, call: Coroutine[Any, Any, T]) -> T:
        over = threading.Event()
        future = asyncio.run_coroutine_threadsafe(_until(call, over), self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            # What nobody waits for any more is not gone on with.
            future.cancel()
            over.wait(GIVE_UP)
            raise

    def _iterate(self, source: AsyncGenerator[T, None]) -> Iterator[T]:
        try:
            while (found := self._wait(_next(source))) is not None:
                yield found
        finally:
            self._wait(source.aclose())

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _until(call: Coroutine[Any, Any, T], over: threading.Event) -> T:
    """Tells when a call is over, which one that is cancelled is a moment later only."""
    try:
        return await call
    finally:
        over.set()


async def _next(source: AsyncGenerator[T, None]) -> T | None:
    return await anext(source, None)
