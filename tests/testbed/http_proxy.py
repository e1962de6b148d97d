"""A forward proxy, as companies have them: CONNECT for https, whole URIs for http. It notes what it was asked for."""

import http.client
import select
import socket
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from tests.testbed.local_server import AnyMethodHandler, LocalServer

_HOP = {"connection", "proxy-connection", "keep-alive", "proxy-authorization", "te", "transfer-encoding", "upgrade"}


class HttpProxy(LocalServer):
    """`with HttpProxy() as proxy:`; `proxy.asked` has host and port of each request, `proxy.users` who asked.

    `hosts`: addresses of names that nobody else knows.
    """

    def __init__(self, hosts: Mapping[str, str] = {}) -> None:
        self._hosts = hosts
        self.asked: list[str] = []
        self.users: list[str] = []
        proxy = self

        class Handler(AnyMethodHandler):
            def do_CONNECT(self) -> None:
                proxy.note(self, self.path)
                host, _, port = self.path.rpartition(":")
                _tunnel(self, proxy.address_of(host.strip("[]")), int(port))

            def answer(self) -> None:
                proxy.forward(self)

        super().__init__(Handler)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def address_of(self, host: str) -> str:
        """Where a host is."""
        return self._hosts.get(host, host)

    def note(self, request: BaseHTTPRequestHandler, target: str) -> None:
        """Who was asked for, and by whom."""
        self.asked.append(target)
        self.users.append(request.headers.get("Proxy-Authorization", ""))

    def forward(self, request: BaseHTTPRequestHandler) -> None:
        """One request with a whole URI."""
        target = urlsplit(request.path)
        self.note(request, target.netloc)
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        connection = http.client.HTTPConnection(self.address_of(target.hostname or ""), target.port or 80, timeout=30)
        path = f"{target.path}?{target.query}" if target.query else target.path
        connection.request(request.command, path, body or None, headers)
        answer = connection.getresponse()
        data = answer.read()
        request.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP and not (name.lower() == "content-length" and request.command != "HEAD"):
                request.send_header(name, value)
        if request.command != "HEAD":
            request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)
        connection.close()


def _tunnel(request: BaseHTTPRequestHandler, address: str, port: int) -> None:
    """Bytes to and fro, until one side has enough."""
    with suppress(OSError), socket.create_connection((address, port), timeout=10) as there:
        request.send_response_only(200)
        request.end_headers()
        here = request.connection
        while ready := select.select([here, there], [], [], 10)[0]:
            for one in ready:
                data = one.recv(65536)
                if not data:
                    return
                (there if one is here else here).sendall(data)
    request.close_connection = True
