"""kopf as a shell: told to compare nothing, and started again with the namespaces that can be watched."""

import asyncio
from typing import Any

import kopf
import pytest
from kubernetes.aio.client.configuration import Configuration

from spotreel_operator.app import watches as module
from spotreel_operator.app.watches import Watches, followers, registry, see, settings
from spotreel_operator.runtime.api import PODS, KubernetesApi
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.lists import Lists
from spotreel_operator.runtime.scaling import Scaling
from spotreel_operator.runtime.warnings import Warnings

Object = dict[str, Any]


def pod(version: int) -> Object:
    return {"metadata": {"name": "p", "namespace": "ns", "uid": "p", "resourceVersion": str(version)}, "spec": {}}


def test_events_go_into_the_cache() -> None:
    cache = Cache(lambda key: None)
    see(cache, PODS, {"type": "ADDED", "object": pod(1)})
    assert cache.living(PODS)
    see(cache, PODS, {"type": "DELETED", "object": pod(2)})
    assert not cache.living(PODS) and cache.pod("p")


def test_kopf_watches_videojobs_only_and_compares_nothing() -> None:
    made = registry(lambda event: None, Configuration())
    selectors = [h.selector for h in made._watching.get_all_handlers()]
    assert [s.any_name or s.plural for s in selectors if s] == ["videojobs"]
    storage = settings().persistence.diffbase_storage
    assert storage.build(body=kopf.Body({"spec": {"a": 1}})) == {} and storage.fetch(body=kopf.Body({})) is None


@pytest.mark.parametrize(("namespaces", "count"), [((), 7), (("a", "b"), 13)])
def test_one_watch_a_kind_and_namespace(namespaces: tuple[str, ...], count: int) -> None:
    api, cache = KubernetesApi.__new__(KubernetesApi), Cache(lambda key: None)
    assert len(followers(api, Lists(api, cache, namespaces), cache, Warnings(), Scaling(), namespaces)) == count


class Kopf:
    """Stands in for `kopf.operator`: fails as often as it is told, then runs until it is stopped."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, failures: int = 0) -> None:
        self.started: list[tuple[str, ...]] = []
        self.failures = failures
        monkeypatch.setattr(kopf, "operator", self.operator)
        monkeypatch.setattr(module, "pause", lambda failures: 0.001)

    async def operator(self, *, namespaces: tuple[str, ...], stop_flag: asyncio.Event, **more: Any) -> None:
        self.started.append(namespaces)
        if len(self.started) <= self.failures:
            raise RuntimeError("403")
        await stop_flag.wait()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.started) < count:
                await asyncio.sleep(0.005)


def watching(ended: list[int]) -> Watches:
    loop = asyncio.get_running_loop()
    return Watches(Configuration(), Cache(lambda key: None), loop, lambda: ended.append(1))


async def test_other_namespaces_start_it_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    stub, ended = Kopf(monkeypatch), list[int]()
    watches = watching(ended)
    watches.follow(["a", "b"])
    await stub.until(1)
    watches.follow(["a", "b"])
    watches.follow(["b"])
    await stub.until(2)
    assert stub.started == [("a", "b"), ("b",)] and not ended


async def test_it_is_started_again_when_it_gives_up_and_lists_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    stub, ended = Kopf(monkeypatch, failures=2), list[int]()
    watching(ended).follow([])
    await stub.until(3)
    await asyncio.sleep(0.01)
    assert stub.started == [(), (), ()] and len(ended) == 2
