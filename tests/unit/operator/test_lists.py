"""Full lists: page by page, what is gone, and namespaces that refuse."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from spotreel_operator.runtime.api import (
    JOBS,
    LARGEST_PAGE,
    NODES,
    PAGE_BYTES,
    PODS,
    SMALLEST_PAGE,
    VIDEOJOBS,
    ApiError,
    Gone,
    Kind,
    KubernetesApi,
    next_limit,
)
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.lists import Lists, Scope, list_scope

Object = dict[str, Any]


def made(name: str, version: int = 5, namespace: str | None = "a") -> Object:
    metadata = {"name": name, "uid": f"{namespace}-{name}", "resourceVersion": str(version)}
    return {"metadata": metadata | ({"namespace": namespace} if namespace else {}), "spec": {}}


class Server:
    """Pages of two objects, with the errors that are asked for."""

    def __init__(self) -> None:
        self.objects: dict[tuple[Kind, str | None], list[Object]] = {}
        self.errors: dict[tuple[Kind, str | None], list[ApiError | None]] = {}
        self.version = 10
        self.asked: list[tuple[Kind, str | None]] = []

    async def pages(
        self, kind: Kind, namespace: str | None = None, selector: str = "", fields: str = ""
    ) -> AsyncIterator[tuple[list[Object], str]]:
        where = (kind, namespace)
        self.asked.append(where)
        found = self.objects.get(where, [])
        for start in range(0, max(len(found), 1), 2):
            await asyncio.sleep(0)
            if (errors := self.errors.get(where)) and (error := errors.pop(0)):
                raise error
            yield found[start : start + 2], str(self.version)


def refusal(status: int = 403) -> ApiError:
    return ApiError(status, "Forbidden", "no")


def names(cache: Cache, kind: Kind) -> set[str]:
    return {body["metadata"]["name"] for body in cache.living(kind)}


@pytest.mark.parametrize(("size", "limit"), [(PAGE_BYTES, 50), (2 * PAGE_BYTES, 25), (1, 100), (10**9, SMALLEST_PAGE)])
def test_pages_are_as_large_as_can_be_decoded_in_a_moment(size: int, limit: int) -> None:
    assert next_limit(50, size) == limit


def test_pages_grow_slowly_and_not_without_end() -> None:
    assert next_limit(10, 1) == 20, "small objects first, large ones next: no leap"
    assert next_limit(LARGEST_PAGE, 1) == LARGEST_PAGE


async def test_large_pages_make_the_next_one_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, str]] = []

    class Answer:
        async def read(self) -> bytes:
            metadata = {"resourceVersion": "3", "continue": "more" if len(asked) < 3 else ""}
            return json.dumps(
                {"items": [{"n": len(asked)}], "metadata": metadata, "pad": "x" * PAGE_BYTES * 2}
            ).encode()

    async def request(method: str, path: str, query: dict[str, str], **more: Any) -> Answer:
        asked.append(dict(query))
        return Answer()

    api = KubernetesApi.__new__(KubernetesApi)
    api._timeout = 1
    monkeypatch.setattr(api, "_request", request)
    assert await api.list(PODS, "a") == ([{"n": 1}, {"n": 2}, {"n": 3}], "3")
    assert [q["limit"] for q in asked] == ["50", "24", "11"] and asked[2]["continue"] == "more"


async def test_pages_go_into_the_cache_as_they_come_and_others_get_their_turn() -> None:
    server, cache = Server(), Cache(lambda key: None)
    server.objects[PODS, None] = [made(f"p{n}") for n in range(20)]
    seen = set[int]()
    task = asyncio.create_task(list_scope(server, cache, Scope(PODS)))
    while not task.done():
        await asyncio.sleep(0)
        seen.add(len(cache.living(PODS)))
    assert await task == "10" and {2, 4, 6, 18, 20} <= seen


async def test_what_a_list_lacks_is_gone_but_not_what_came_later_or_elsewhere() -> None:
    server, cache = Server(), Cache(lambda key: None)
    cache.put(PODS, made("old"))
    cache.put(PODS, made("new", 11))
    cache.put(PODS, made("elsewhere", 5, "b"))
    server.objects[PODS, "a"] = [made("listed")]
    await list_scope(server, cache, Scope(PODS, "a"))
    assert names(cache, PODS) == {"new", "elsewhere", "listed"}


async def test_a_list_that_expires_on_its_way_begins_anew() -> None:
    server, cache = Server(), Cache(lambda key: None)
    server.objects[PODS, None] = [made(f"p{n}") for n in range(6)]
    server.errors[PODS, None] = [None, Gone(410, "Expired", "too old")]
    assert await list_scope(server, cache, Scope(PODS)) == "10"
    assert len(cache.living(PODS)) == 6 and len(server.asked) == 2


async def test_a_list_that_always_expires_is_an_error() -> None:
    server, cache = Server(), Cache(lambda key: None)
    cache.put(PODS, made("known"))
    server.errors[PODS, None] = [Gone(410, "Expired", "too old")] * 9
    with pytest.raises(Gone):
        await list_scope(server, cache, Scope(PODS))
    assert names(cache, PODS) == {"known"}, "half a list proves nothing"


async def test_evidence_is_listed_before_videojobs() -> None:
    server = Server()
    await Lists(server, Cache(lambda key: None), ["a"]).refresh()
    assert server.asked == [(NODES, None), (PODS, "a"), (JOBS, "a"), (VIDEOJOBS, "a")]


@pytest.mark.parametrize("status", [403, 404])
async def test_a_namespace_that_refuses_leaves_the_others_alone(status: int) -> None:
    server, cache = Server(), Cache(lambda key: None)
    for namespace in ("a", "b"):
        server.objects[VIDEOJOBS, namespace] = [made("reel", 5, namespace)]
    lists = Lists(server, cache, ["a", "b"])
    await lists.refresh()
    server.errors[JOBS, "a"] = [refusal(status)]
    server.objects[VIDEOJOBS, "b"] = [made("other", 5, "b")]
    await lists.refresh()
    assert set(lists.refused) == {"a"}
    assert {(b["metadata"]["namespace"], b["metadata"]["name"]) for b in cache.living(VIDEOJOBS)} == {
        ("a", "reel"),
        ("b", "other"),
    }, "what was known of a is not forgotten either"
    await lists.refresh()
    assert not lists.refused


async def test_all_namespaces_refusing_is_an_error_until_one_does_not() -> None:
    server = Server()
    lists = Lists(server, Cache(lambda key: None), ["a", "b"])
    server.errors |= {(PODS, "a"): [refusal()], (PODS, "b"): [refusal(), refusal()]}
    with pytest.raises(ApiError):
        await lists.refresh()
    await lists.refresh()
    assert set(lists.refused) == {"b"}


async def test_another_error_is_no_refusal() -> None:
    server = Server()
    lists = Lists(server, Cache(lambda key: None), ["a", "b"])
    server.errors[PODS, "a"] = [refusal(500)]
    with pytest.raises(ApiError):
        await lists.refresh()
    assert not lists.refused


async def test_a_watch_begins_at_the_last_list_and_after_that_lists_anew() -> None:
    server = Server()
    lists = Lists(server, Cache(lambda key: None), [])
    beginning = asyncio.create_task(lists.begin(Scope(PODS)))
    await asyncio.sleep(0.01)
    assert not beginning.done(), "not before the first full list"
    await lists.refresh()
    assert await beginning == "10"
    asked = len(server.asked)
    assert await lists.begin(Scope(PODS)) == "10" and server.asked[asked:] == [(PODS, None)]
