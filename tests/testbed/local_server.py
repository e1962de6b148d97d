"""An HTTP server on a free port of this machine for as long as a `with` lasts: what stand-ins for others build on."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class QuietHandler(BaseHTTPRequestHandler):
    """Writes no log."""

    def log_message(self, *_: Any) -> None:
        """Nothing."""


class AnyMethodHandler(QuietHandler):
    """Answers requests of every method alike, and keeps connections open."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Of any method that has no `do_` of its own."""
        raise NotImplementedError

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)


class LocalServer:
    """Serves each request in a thread of its own. It listens from the start, and answers within the `with`."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        """The one it got."""
        return int(self._server.server_address[1])
