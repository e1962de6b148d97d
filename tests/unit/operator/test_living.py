"""What is there now."""

from spotreel_operator.runtime.api import JOBS, PODS, VIDEOJOBS
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.living import Living
from tests.unit.operator.raw import raw


def test_names_and_uids_of_what_is_there() -> None:
    cache = Cache(lambda key: None)
    cache.put(VIDEOJOBS, raw("reel", 1, "v"))
    cache.put(JOBS, raw("reel-0-1", 1, "j"))
    cache.put(PODS, raw("reel-0-1-x", 1, "p"))
    cache.put(JOBS, raw("gone", 1, "g"))
    cache.remove(JOBS, raw("gone", 2, "g"))
    living = Living.of(cache)
    assert living.videojobs == {("ns", "reel")} and living.attempts == {("ns", "reel-0-1")}
    assert living.uids == {"v", "j", "p"}
