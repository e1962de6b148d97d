"""What of a workspace outlives its job, as `checkpoint.retain` says."""

import logging
from collections.abc import Set as AbstractSet
from contextlib import suppress

from job_runner.errors import RunnerError
from job_runner.workspace import names
from job_runner.workspace.store import Missing, Store
from videojob_api.order import Order

log = logging.getLogger(__name__)


def after_success(order: Order, store: Store) -> None:
    """Only the result stays, unless the spec keeps everything. The job is done, whatever happens here."""
    if _retain(order) == "Always":
        return
    try:
        remove_workspace(store, keep={names.RESULT})
    except (RunnerError, Missing, OSError) as error:
        log.warning("finished segments could not be removed", extra={"error": str(error)})


def after_failure(order: Order, store: Store, error: RunnerError) -> None:
    """What failed for good leaves nothing where nothing is to be retained."""
    if error.reason and _retain(order) == "Never":
        with suppress(RunnerError, Missing, OSError):
            remove_workspace(store)


def remove_workspace(store: Store, keep: AbstractSet[str] = frozenset()) -> None:
    """Deletes what runners have made there, and nothing else."""
    store.delete({key for key in store.list("") if names.is_ours(key)} - keep)


def _retain(order: Order) -> str | None:
    return order.work.checkpoint.retain if order.work.checkpoint else None
