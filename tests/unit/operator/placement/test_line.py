"""Figures of who waits, and the line as the cache has it."""

from typing import Any

from spotreel_operator.reconcile.placement.admission import Claim
from spotreel_operator.reconcile.placement.line import figures
from spotreel_operator.runtime.api import JOBS, PODS, VIDEOJOBS
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.line import COUNT_EVERY, READ_EVERY, READING, Line, caps_of, is_bounded
from spotreel_operator.state.capacity import Pool
from tests.unit.operator.make import CONFIG, SPEC, at, config
from tests.unit.operator.raw import Object, owned, raw, raw_job, raw_pod
from videojob_api.config import OperatorConfiguration

VERSION_2 = {"resourceVersion": "2"}
GPU = CONFIG["classes"]["gpu"]


def bounded(most: int = 1, **more: Any) -> OperatorConfiguration:
    return config(classes={"gpu": GPU | {"maxRunning": most}}, **more)


def videojob(name: str, second: int, **more: Any) -> Object:
    body = raw(name, 1, f"uid-{name}", **{"spec": SPEC, **more})
    body["metadata"] = {**body["metadata"], "labels": {}, "creationTimestamp": f"2026-01-01T12:00:{second:02}Z"}
    return body


def cache_of(*videojobs: Object) -> Cache:
    cache = Cache(lambda key: None, lambda: 0.0)
    for body in videojobs:
        cache.put(VIDEOJOBS, body)
    return cache


def words(line: Line, name: str, conf: OperatorConfiguration, memory: Any = None, now: float = 60) -> str:
    turn = line.turn(("ns", name), conf, memory or {}, at(now))
    assert turn
    return turn.words if turn.place else f"runs {turn.runners}"


def test_figures_have_no_label_per_job() -> None:
    claims = [
        Claim(("ns", "a"), "gpu", at(0)),
        Claim(("ns", "b"), "gpu", at(30)),
        Claim(("ns", "c"), "cpu", at(0), 1, 1),
    ]
    found = figures(claims, ["spot", "spot", "od"], at(60))
    assert (found.depth, found.oldest, found.pending) == ({"gpu": 2}, {"gpu": 60.0}, {"spot": 2, "od": 1})


def test_without_caps_there_is_no_line() -> None:
    assert not is_bounded(config()) and is_bounded(bounded()) and is_bounded(config(maxRunningPerNamespace=3))
    assert Line(cache_of(videojob("a", 0))).turn(("ns", "a"), config(), {}, at(0)) is None
    assert caps_of(bounded(7, maxRunningPerNamespace=3)).classes == {"gpu": 7}


def test_the_oldest_is_first_and_who_has_a_runner_holds_it() -> None:
    cache = cache_of(videojob("a", 0), videojob("b", 1), videojob("c", 2))
    line = Line(cache, lambda: 0.0)
    assert [words(line, name, bounded()) for name in "abc"] == [
        "runs 1",
        "place 1 of 2 in line: class gpu runs 1 at most",
        "place 2 of 2 in line: class gpu runs 1 at most",
    ]
    cache.put(JOBS, owned(raw("b-0-1", 5, "job-b"), "VideoJob", "b", "uid-b"))
    later = Line(cache, lambda: 0.0)
    assert [words(later, name, bounded())[:10] for name in "abc"] == ["place 1 of", "runs 1", "place 2 of"]


def test_it_is_read_every_few_seconds_and_for_a_job_that_is_new() -> None:
    now, cache = [0.0], cache_of(videojob("a", 0))
    line = Line(cache, lambda: now[0])
    assert words(line, "a", bounded()) == "runs 1"
    cache.put(VIDEOJOBS, videojob("z", 0, spec=SPEC | {"priorityClassName": "high"}))
    line.priorities = {"high": 9}
    assert words(line, "z", bounded()) == "runs 1"
    assert words(line, "a", bounded()).startswith("place 1 of 1")
    cache.put(
        VIDEOJOBS, videojob("z", 0, status={"phase": "Failed"}) | {"metadata": videojob("z", 0)["metadata"] | VERSION_2}
    )
    assert words(line, "a", bounded()).startswith("place 1 of 1")
    now[0] = READ_EVERY
    assert words(line, "a", bounded()) == "runs 1"


def test_a_long_line_is_not_read_for_each_job_that_is_new() -> None:
    """Each question of the clock takes three seconds: so long takes a reading."""
    times = iter(range(0, 300, 3))
    cache = cache_of(videojob("a", 0))
    line = Line(cache, lambda: float(next(times)))
    assert words(line, "a", bounded(2)) == "runs 1"
    cache.put(VIDEOJOBS, videojob("b", 1))
    said = [words(line, "b", bounded(2)) for _ in range(READING + 1)]
    assert said == ["in line"] * (READING - 1) + ["runs 1"] * 2


def test_who_waits_is_told_when_the_turn_comes() -> None:
    now, told, cache = [0.0], list[Any](), cache_of(videojob("a", 0), videojob("b", 1), videojob("c", 2))
    line = Line(cache, lambda: now[0], told.append)
    assert words(line, "c", bounded()).startswith("place 2") and not told
    now[0] = READ_EVERY
    assert words(line, "c", bounded(2)).startswith("place 1")
    assert told == [("ns", "b")]


def test_figures_are_counted_now_and_then() -> None:
    now, cache = [0.0], cache_of(videojob("a", 0))
    line = Line(cache, lambda: now[0])
    assert line.figures(config(), at(0)).depth == {"gpu": 1}
    cache.put(VIDEOJOBS, videojob("b", 0))
    assert line.figures(config(), at(0)).depth == {"gpu": 1}
    now[0] = COUNT_EVERY
    assert line.figures(config(), at(0)).depth == {"gpu": 2}


def test_a_job_over_or_in_a_queue_or_suspended_is_in_nobodys_way() -> None:
    over = videojob("over", 0, status={"phase": "Failed"})
    queued = videojob("queued", 0)
    queued["metadata"]["labels"] = {"kueue.x-k8s.io/queue-name": "q"}
    line = Line(cache_of(over, queued, videojob("held", 0, spec=SPEC | {"suspend": True}), videojob("a", 5)))
    assert words(line, "a", bounded()) == "runs 1"
    assert line.turn(("ns", "queued"), bounded(), {}, at(0)) is None


def test_a_job_all_of_whose_tiers_cool_lets_others_pass() -> None:
    own = {"placement": {"tiers": [{"name": "rare", "capacity": "Spot", "instanceTypes": ["p4"]}]}}
    line = Line(cache_of(videojob("a", 0, spec=SPEC | own), videojob("b", 5)))
    memory = {Pool("Spot", frozenset({"p4"}), None): at(180)}
    assert [words(line, name, bounded(), memory)[:7] for name in "ba"] == ["runs 1", "place 1"]


def test_a_pod_that_waits_in_vain_holds_up_nobody() -> None:
    cache = cache_of(videojob("a", 0), videojob("b", 5))
    cache.put(JOBS, owned(raw("a-0-1", 5, "job-a"), "VideoJob", "a", "uid-a"))
    assert words(Line(cache), "b", bounded(), now=170).startswith("place 1")
    assert words(Line(cache), "b", bounded(), now=190) == "runs 1"
    cache.put(PODS, owned(raw("p", 6, "pod-a", spec={"nodeName": "n1"}), "Job", "a-0-1", "job-a"))
    assert words(Line(cache), "b", bounded(), now=190).startswith("place 1")
    found = Line(cache).figures(config(), at(65))
    assert found.depth == {"gpu": 1} and found.oldest == {"gpu": 60.0} and found.pending == {}


def test_pods_without_a_node_are_counted_by_tier() -> None:
    cache = cache_of(videojob("a", 0))
    cache.put(JOBS, raw_job())
    cache.put(PODS, raw_pod(spec={}))
    assert Line(cache).figures(config(), at(0)).pending == {"spot": 1}


def test_who_cannot_begin_takes_nobodys_place() -> None:
    stalled = {"phase": "Pending", "reason": "URINotAllowed"}
    many = SPEC | {"parallelism": 64}
    line = Line(cache_of(videojob("a", 0, spec=many, status=stalled), videojob("b", 1)), lambda: 0.0)
    assert words(line, "b", bounded()) == "runs 1"


def test_a_job_holds_places_for_what_is_left_of_it() -> None:
    """Four runners, of which two are done; or one segment that is missing."""
    wide, going = SPEC | {"parallelism": 4}, {"phase": "Running"}
    done = going | {"shards": {"total": 4, "done": 2}}
    nearly = going | {"progress": {"segments": 9, "totalSegments": 10}}
    for status, left in ((going, 4), (done, 2), (nearly, 1)):
        line = Line(cache_of(videojob("a", 0, spec=wide, status=status), videojob("b", 1)), lambda: 0.0)
        assert words(line, "a", bounded(4)) == f"runs {left}"
        assert words(line, "b", bounded(4)).startswith("runs" if left < 4 else "place")
