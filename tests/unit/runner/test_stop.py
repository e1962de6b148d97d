"""Being told to stop: how long is left."""

import threading
import time

import pytest

from job_runner.errors import Disrupted
from job_runner.stop import Stop


@pytest.mark.parametrize(("grace", "usable"), [(30.0, 20.0), (15.0, 10.0), (300.0, 290.0), (0.0, 0.0)])
def test_a_third_of_the_grace_period_but_no_more_than_ten_seconds_is_for_uploads(
    grace: float, usable: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    stop = Stop(grace)
    stop.request()
    assert (stop.seconds_left(), stop.seconds_to_kill()) == (usable, grace)


def test_nobody_has_asked() -> None:
    stop = Stop(30)
    assert not stop.requested
    assert stop.seconds_left() == stop.seconds_to_kill() == float("inf")
    assert not stop.wait(0)


def test_a_second_signal_does_not_begin_it_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    stop = Stop(30)
    stop.request()
    now[0] = 12.0
    stop.request()
    assert (stop.seconds_left(), stop.seconds_to_kill()) == (8.0, 18.0)


def test_who_waits_is_woken() -> None:
    stop = Stop(30)
    woken: list[bool] = []
    waiter = threading.Thread(target=lambda: woken.append(stop.wait(30)))
    waiter.start()
    stop.request()
    waiter.join(5)
    assert woken == [True]


def test_a_check_raises_once_it_is_requested() -> None:
    stop = Stop(30)
    stop.check()
    stop.request()
    with pytest.raises(Disrupted, match="told to stop; finished segments are kept"):
        stop.check()
