"""A proxy in front of S3 that fails: errors, delays, cut connections, lost acknowledgements."""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.testbed.local_server import AnyMethodHandler, LocalServer
from tests.testbed.s3 import ACCESS_KEY, SECRET_KEY

FAULTS = ("500", "503", "hang", "lost", "409", "412")
IGNORES_CONDITIONS, REFUSES_CONDITIONS = "ignores If-None-Match", "answers If-None-Match with 501"
NO_BATCHES, ONLY_MD5 = "deletes no objects in batches", "knows no checksum but Content-MD5"
HANG_SECONDS = 1.0
_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-authorization"}


class FaultProxy(LocalServer):
    """`with FaultProxy(endpoint, share) as proxy:` — `proxy.endpoint` fails a share of its requests.

    `habits`: what this store always does; `counted` has how often each was seen.
    """

    def __init__(self, target: str, share: float, seed: int = 1, habits: Collection[str] = ()) -> None:
        self._target, self._share, self._habits = urlsplit(target), share, frozenset(habits)
        self._random, self._lock = random.Random(seed), threading.Lock()
        self.injected: Counter[str] = Counter()
        self.sent: Counter[str] = Counter()
        self.counted: Counter[str] = Counter()
        proxy = self

        class Handler(AnyMethodHandler):
            def handle_one_request(self) -> None:
                with suppress(ConnectionError, TimeoutError):
                    super().handle_one_request()

            def answer(self) -> None:
                proxy.answer(self)

        super().__init__(Handler)

    @property
    def endpoint(self) -> str:
        """URL."""
        return f"http://127.0.0.1:{self.port}"

    def _fault(self, request: BaseHTTPRequestHandler) -> str | None:
        with self._lock:
            if self._random.random() >= self._share:
                return None
            conditional = request.command == "PUT" and "If-None-Match" in request.headers
            fault = self._random.choice(FAULTS if conditional else FAULTS[:4])
            self.injected[fault] += 1
            return fault

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Forwards, or does one of the things that stores do on bad days."""
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        if refused := self._unable(request):
            self._refuse(request, refused)
            return
        fault = self._fault(request)
        if fault == "hang":
            time.sleep(HANG_SECONDS)
            request.close_connection = True
        elif fault in ("500", "503", "409", "412"):
            self._refuse(request, int(fault))
        else:
            status, headers, data = self._forward(request, body)
            self.sent[request.path] += len(data)
            if fault == "lost":
                request.close_connection = True
                return
            self._send(request, status, headers, data)

    def _unable(self, request: BaseHTTPRequestHandler) -> int | None:
        """The status by which a store says that it does not know what it is asked for."""
        batch = request.command == "POST" and urlsplit(request.path).query.startswith("delete")
        other = any(name.lower().startswith(("x-amz-checksum", "x-amz-sdk-checksum")) for name in request.headers)
        statuses = {
            REFUSES_CONDITIONS: 501 if "If-None-Match" in request.headers else None,
            NO_BATCHES: 501 if batch else None,
            ONLY_MD5: 400 if other or (batch and "Content-MD5" not in request.headers) else None,
        }
        found = [habit for habit in statuses if habit in self._habits and statuses[habit]]
        self.counted.update(found)
        return statuses[found[0]] if found else None

    def _refuse(self, request: BaseHTTPRequestHandler, status: int) -> None:
        codes = {
            400: "InvalidRequest",
            501: "NotImplemented",
            500: "InternalError",
            503: "SlowDown",
            409: "ConditionalRequestConflict",
            412: "PreconditionFailed",
        }
        body = f"<Error><Code>{codes[status]}</Code><Message>injected</Message></Error>".encode()
        self._send(request, status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))], body)

    def _forward(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """The Host header stays the client's: it is part of the signature."""
        connection = http.client.HTTPConnection(self._target.hostname or "", self._target.port or 80, timeout=30)
        connection.putrequest(request.command, request.path, skip_host=True, skip_accept_encoding=True)
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in _HOP]
        if IGNORES_CONDITIONS in self._habits and "If-None-Match" in request.headers:
            self.counted[IGNORES_CONDITIONS] += 1
            headers = _unconditional(request, dict(headers), body)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        data = answer.read()
        headers = [(k, v) for k, v in answer.getheaders() if k.lower() not in _HOP]
        connection.close()
        return answer.status, headers, data

    def _send(self, request: BaseHTTPRequestHandler, status: int, headers: list[tuple[str, str]], data: bytes) -> None:
        request.send_response_only(status)
        sized = False
        for name, value in headers:
            sized = sized or name.lower() == "content-length"
            request.send_header(name, value)
        if not sized:
            request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(data)


def _unconditional(request: BaseHTTPRequestHandler, headers: dict[str, str], body: bytes) -> list[tuple[str, str]]:
    """The request's headers without the condition, signed anew: the condition is part of the signature."""
    kept = {name: value for name, value in headers.items() if name.lower() != "if-none-match"}
    plain = AWSRequest(request.command, f"http://{headers['Host']}{request.path}", kept, body)
    S3SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), "s3", "us-east-1").add_auth(plain)
    return list(plain.headers.items())
