"""For tests of the HTTP side: tokens, a fake API server that counts, runners' pods, clients by address."""

import base64
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import aiohttp

from spotreel_operator.app.access import Access, may_read_metrics
from spotreel_operator.app.connections import Connections
from spotreel_operator.app.gate import FairGate
from spotreel_operator.app.http import Http
from spotreel_operator.app.metrics import Metrics
from spotreel_operator.app.probes import Heartbeat
from spotreel_operator.app.server import Listener
from spotreel_operator.app.tokens import Sender, Tokens, review
from spotreel_operator.runtime.api import ACCESS_REVIEWS, JOBS, PODS, VIDEOJOBS, Kind
from spotreel_operator.runtime.cache import Cache
from tests.unit.operator.raw import raw_job, raw_pod, raw_videojob
from videojob_api import names
from videojob_api.report import Report

Object = dict[str, Any]
ISSUER = "https://kubernetes.default.svc"


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def token(pod: str = "pod-1", signature: str = "signed", **claims: Any) -> str:
    """A JSON web token as kubelet projects them, of no value to anybody who checks the signature."""
    bound = {"namespace": "ns", "pod": {"name": pod, "uid": pod}, "serviceaccount": {"name": "default", "uid": "s"}}
    own = {"iss": ISSUER, "aud": [names.TOKEN_AUDIENCE], "exp": time.time() + 3600, "kubernetes.io": bound}
    return f"{part({'alg': 'RS256', 'kid': 'k'})}.{part({**own, **claims})}.{signature}"


class FakeApi:
    """Answers TokenReview for the tokens in `pods`, and SubjectAccessReview for `readers`; counts what it is asked."""

    def __init__(self) -> None:
        self.pods: dict[str, str] = {}
        self.users: dict[str, str] = {}
        self.readers: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.trouble: Exception | None = None

    async def create(self, kind: Kind, namespace: str | None, body: Object) -> Object:
        self.asked[kind.plural] += 1
        if self.trouble:
            raise self.trouble
        if kind == ACCESS_REVIEWS:
            return {"status": {"allowed": body["spec"]["user"] in self.readers}}
        return {"status": self._who(body["spec"]["token"])}

    def _who(self, told: str) -> Object:
        if user := self.users.get(told):
            return {"authenticated": True, "user": {"username": user}}
        if uid := self.pods.get(told):
            extra = {"authentication.kubernetes.io/pod-uid": [uid]}
            runner = {"username": "system:serviceaccount:ns:default", "extra": extra}
            return {"authenticated": True, "audiences": [names.TOKEN_AUDIENCE], "user": runner}
        return {"authenticated": False}


def add_runner(cache: Cache, uid: str, attempt: str = "reel-0-1") -> None:
    """An attempt's pod with its Job and VideoJob, as the cache knows them."""
    cache.put(VIDEOJOBS, raw_videojob())
    cache.put(JOBS, raw_job(attempt, uid=f"job-{attempt}"))
    cache.put(PODS, raw_pod(uid, uid=uid, owner=f"job-{attempt}"))


class Side:
    """What a test of the HTTP side looks at."""

    def __init__(self, access: bool = False, rate: float = 40, limit: int = 2048, per_client: int = 128) -> None:
        self.api, self.cache, self.metrics = FakeApi(), Cache(lambda _: None), Metrics()
        self.taken: list[tuple[Sender, Report]] = []
        self.full = False
        self.problem: str | None = None
        self.heartbeat = Heartbeat(lambda: None, lambda: self.problem, lambda: self.problem is None)
        self.gate = FairGate(rate, 2 * rate)
        api: Any = self.api
        self.tokens = Tokens(partial(review, api), self.cache, self.gate)
        readers = Access(partial(may_read_metrics, api), self.gate) if access else None
        self.http = Http(self.tokens, self._take, self.metrics, self.heartbeat, lambda: datetime.now(UTC), readers)
        self.connections = Connections(limit, per_client)
        self.listener = Listener(self.http.answer, self.connections)

    def _take(self, sender: Sender, report: Report, heard: datetime) -> bool:
        if not self.full:
            self.taken.append((sender, report))
        return not self.full

    def runner(self, uid: str, attempt: str = "reel-0-1") -> str:
        """A pod and its good token."""
        add_runner(self.cache, uid, attempt)
        made = token(uid)
        self.api.pods[made] = uid
        return made

    @property
    def url(self) -> str:
        """Of the listening port."""
        return f"http://127.0.0.1:{self.listener.port}"

    async def post(self, told: str | None, body: bytes | None = None, client: str = "127.0.0.1") -> int:
        """The status of a report from this address."""
        headers = {"Authorization": f"Bearer {told}"} if told is not None else {}
        data = body if body is not None else report_of("reel-0-1")
        async with session(client) as made, made.post(f"{self.url}/v1/progress", data=data, headers=headers) as answer:
            return answer.status

    async def get(self, path: str, told: str = "", client: str = "127.0.0.1") -> tuple[int, str]:
        """Status and text."""
        headers = {"Authorization": f"Bearer {told}"} if told else {}
        async with session(client) as made, made.get(f"{self.url}{path}", headers=headers) as answer:
            return answer.status, await answer.text()


def session(client: str) -> aiohttp.ClientSession:
    """A client at this address; all of 127.0.0.0/8 is loopback."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(client, 0)))


def report_of(attempt: str, **more: Any) -> bytes:
    return Report(attempt=attempt, **more).model_dump_json(by_alias=True, exclude_none=True).encode()


@asynccontextmanager
async def listening(side: Side) -> AsyncIterator[Side]:
    await side.listener.start("127.0.0.1", 0)
    try:
        yield side
    finally:
        await side.listener.stop()
