"""What `helm test` waits with. The API server is a list of answers: no end may be missed, whatever comes before it."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from spotreel_operator.app import wait as waiting
from spotreel_operator.app.wait import COMPLETE, FAILED, GONE, TIMED_OUT, wait
from spotreel_operator.runtime.api import ApiError, Gone, KubernetesApi

Object = dict[str, Any]


def answer(phase: str = "", reason: str = "", message: str = "") -> Object:
    return {"status": {"phase": phase, "reason": reason, "message": message}} if phase else {}


class Server:
    """Answers one thing after the other; the last one again and again."""

    def __init__(self, *answers: Object | Exception) -> None:
        self._answers: Iterator[Object | Exception] = iter(answers)
        self._last = answers[-1]

    async def get(self, kind: Any, namespace: str, name: str) -> Object:
        assert (kind.plural, namespace, name) == ("videojobs", "ns", "reel")
        found = next(self._answers, self._last)
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "EVERY_SECONDS", 0.0)


async def waited(*answers: Object | Exception, seconds: float = 60) -> int:
    return await wait(cast(KubernetesApi, Server(*answers)), "ns", "reel", seconds)


@pytest.mark.parametrize(("phase", "code"), [("Succeeded", COMPLETE), ("Failed", FAILED)])
async def test_either_end_has_its_code(phase: str, code: int) -> None:
    assert await waited(answer(), answer("Pending"), answer("Running"), answer(phase)) == code


async def test_each_change_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    running = answer("Running", "Rendering", "4 of 10 segments")
    await waited(answer("Pending", "Planning"), running, running, answer("Succeeded", "ResultCommitted", "done"))
    assert capsys.readouterr().out.splitlines() == [
        "Pending Planning: ",
        "Running Rendering: 4 of 10 segments",
        "Succeeded ResultCommitted: done",
    ]


async def test_one_that_is_deleted_is_not_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert await waited(answer("Running"), Gone(404, "NotFound", "no")) == GONE
    assert "there is no VideoJob ns/reel\n" in capsys.readouterr().out


@pytest.mark.parametrize("error", [ApiError(500, "InternalError", "etcd"), TimeoutError("late"), OSError("refused")])
async def test_an_api_server_that_is_away_is_asked_again(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    assert await waited(error, answer("Succeeded")) == COMPLETE
    assert "asking again: " in capsys.readouterr().out


async def test_the_time_that_was_given_ends() -> None:
    assert await waited(answer("Running"), seconds=0) == TIMED_OUT
