"""What runs attempts, as the executor sees it."""

from typing import Protocol

from spotreel_operator.reconcile.plan import DeleteJob, DeletePod, StartAttempt
from spotreel_operator.state.snapshot import Snapshot
from spotreel_operator.state.videojobs import VideoJob


class Backend(Protocol):
    """Begins attempts and takes them back. Each call may be repeated after an interruption."""

    async def start(self, s: Snapshot, attempt: StartAttempt) -> bool:
        """True if the attempt is there now; False if it was refused, which the next snapshot tells."""

    async def withdraw(self, job: VideoJob, child: DeleteJob) -> None:
        """Ends what runs of an attempt. One that is gone already is no error."""

    async def take_back(self, job: VideoJob, pod: DeletePod) -> None:
        """Ends an attempt that waits. Raises Conflict if it has begun meanwhile."""
