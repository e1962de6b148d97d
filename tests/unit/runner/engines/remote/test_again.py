"""What is tried again, how often, and that a stop is heard in between."""

from collections.abc import Callable

import pytest

from job_runner.engines.remote import again
from job_runner.engines.remote.again import MOST_FAILURES, Again, Patience
from job_runner.engines.remote.failures import ModelFailed
from job_runner.errors import Disrupted, EngineUnreachable, InputInvalid, RunnerError


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(again, "monotonic", lambda: self.now)
        monkeypatch.setattr(again, "sleep", self._sleep)

    def _sleep(self, seconds: float) -> None:
        assert seconds <= again.POLL_SECONDS
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def failing(times: int, error: RunnerError) -> tuple[Callable[[], str], list[int]]:
    """Fails so often, and who counts how often it was tried."""
    tries: list[int] = []

    def attempt() -> str:
        tries.append(1)
        if len(tries) <= times:
            raise error
        return "found"

    return attempt, tries


def test_what_passes_in_time(clock: Clock) -> None:
    attempt, tries = failing(5, EngineUnreachable("away"))
    assert Again(Patience(60, 0), lambda: None)(attempt) == "found"
    assert len(tries) == 6 and clock.now == pytest.approx(1000 + 0.2 + 0.4 + 0.8 + 1.6 + 3.2)


@pytest.mark.parametrize(("reached", "seconds"), [(False, 5), (True, 90)])
def test_what_does_not(clock: Clock, reached: bool, seconds: float) -> None:
    attempt, _ = failing(1000, EngineUnreachable("away"))
    trying = Again(Patience(5, 90), lambda: None)
    trying.reached = reached
    with pytest.raises(EngineUnreachable):
        trying(attempt)
    assert seconds - again.PAUSES[1] <= clock.now - 1000 <= seconds


def test_patience_begins_anew_with_each_call() -> None:
    trying = Again(Patience(5, 5), lambda: None)
    for _ in range(5):
        assert trying(failing(4, EngineUnreachable("away"))[0]) == "found"


def test_a_model_that_fails_is_tried_a_few_times() -> None:
    attempt, tries = failing(MOST_FAILURES - 1, ModelFailed("whim"))
    assert Again(Patience(60, 60), lambda: None)(attempt) == "found"
    attempt, tries = failing(MOST_FAILURES, ModelFailed("whim"))
    with pytest.raises(ModelFailed):
        Again(Patience(60, 60), lambda: None)(attempt)
    assert len(tries) == MOST_FAILURES


def test_what_is_wrong_is_not_tried_again() -> None:
    attempt, tries = failing(1, InputInvalid("wrong"))
    with pytest.raises(InputInvalid):
        Again(Patience(60, 60), lambda: None)(attempt)
    assert len(tries) == 1


def test_a_stop_is_heard_meanwhile(clock: Clock) -> None:
    def stop() -> None:
        if clock.now > 1001:
            raise Disrupted("stopped")

    with pytest.raises(Disrupted):
        Again(Patience(60, 60), stop)(failing(1000, EngineUnreachable("away"))[0])
    assert clock.now < 1001.5
