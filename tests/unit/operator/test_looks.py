"""A look that fails says so in the VideoJob's own status, and disturbs nobody."""

from typing import Any

import pytest

from spotreel_operator.app.looks import FAULT_BACKOFF, Looks, longest_backoff
from spotreel_operator.app.metrics import Metrics
from spotreel_operator.runtime.api import VIDEOJOBS, ApiError, Conflict
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.queue import MAX_BACKOFF
from tests.unit.operator.executing import executor_of

Object = dict[str, Any]
KEY = ("ns", "reel")


class Server:
    """Takes status writes."""

    def __init__(self) -> None:
        self.written: list[Object] = []
        self.error: Exception | None = None

    async def apply_status(self, kind: Any, namespace: str, name: str, body: Object) -> Object:
        if self.error:
            raise self.error
        self.written.append(body)
        version = str(int(body["metadata"]["resourceVersion"]) + 1)
        return {**body, "metadata": {**body["metadata"], "uid": "u", "resourceVersion": version}, "spec": {}}


class Failing:
    """Snapshots that fail."""

    def __init__(self, error: Exception) -> None:
        self.error, self.taken = error, 0

    async def take(self, key: Any) -> Any:
        self.taken += 1
        raise self.error


def looks(
    error: Exception, may_write: bool = True, refused: frozenset[str] = frozenset()
) -> tuple[Looks, Server, Failing, Cache]:
    server, cache, snapshots = Server(), Cache(lambda key: None), Failing(error)
    metadata = {"name": "reel", "namespace": "ns", "uid": "u", "resourceVersion": "4"}
    cache.put(VIDEOJOBS, {"metadata": metadata, "spec": {}})
    metrics = Metrics()
    executor = executor_of(server, cache, metrics.recorded)
    made = Looks(cache, snapshots, executor, metrics, lambda: may_write, refused)  # type: ignore[arg-type]
    return made, server, snapshots, cache


async def test_a_fault_is_said_in_status_and_raised() -> None:
    made, server, _, cache = looks(KeyError("spec"))
    for _ in range(2):
        with pytest.raises(KeyError):
            await made.look(KEY)
    (body,) = server.written
    assert body["metadata"] == {"name": "reel", "namespace": "ns", "resourceVersion": "4"}
    assert body["status"]["reason"] == "InternalError" and "KeyError" in body["status"]["message"]
    assert (cache.videojob(KEY) or {})["status"] == body["status"], "and is not said again"


@pytest.mark.parametrize("error", [Conflict(409, "", ""), ApiError(500, "", ""), TimeoutError(), OSError()])
async def test_trouble_with_the_api_is_no_fault(error: Exception) -> None:
    made, server, _, _ = looks(error)
    with pytest.raises(type(error)):
        await made.look(KEY)
    assert not server.written and longest_backoff(error) == MAX_BACKOFF


@pytest.mark.parametrize("trouble", [ApiError(422, "Invalid", ""), KeyError()])
async def test_a_status_that_cannot_be_written_hides_nothing(trouble: Exception) -> None:
    made, server, _, _ = looks(RuntimeError("the fault"))
    server.error = trouble
    with pytest.raises(RuntimeError, match="the fault"):
        await made.look(KEY)


def test_faults_are_tried_again_minutes_apart() -> None:
    assert longest_backoff(KeyError()) == FAULT_BACKOFF > MAX_BACKOFF


async def test_without_a_valid_lease_nothing_is_looked_at() -> None:
    made, _, snapshots, _ = looks(KeyError(), may_write=False)
    assert await made.look(KEY) and not snapshots.taken


async def test_nothing_is_decided_where_pods_cannot_be_listed() -> None:
    made, _, snapshots, _ = looks(KeyError(), refused=frozenset({"ns"}))
    assert await made.look(KEY) and not snapshots.taken
