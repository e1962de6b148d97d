"""A port that is open to everybody: aiohttp's protocol behind an accept loop of our own.

aiohttp bounds header lines, headers, and the time until a request's headers are whole (its keep-alive time-out). It
does not bound connections, nor TLS handshakes, nor the time of a body (http.py does), nor of an answer that nobody
reads; and its own error answers quote the request and log a stack trace each.
"""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from spotreel_operator.app.connections import Connections

log = logging.getLogger(__name__)
Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
KEEP_ALIVE_SECONDS = 20.0
"""Of an idle connection; a request's headers must be whole within the same time."""
HANDSHAKE_SECONDS = 5.0
UNREAD_SECONDS = 20
"""After which a connection ends whose client takes no answer."""
PAUSE_SECONDS = 0.2
BACKLOG = 512
MAX_HEADERS, MAX_LINE = 24, 4096


class Handler(web.RequestHandler):
    """One connection's protocol."""

    def __init__(self, server: web.Server, gone: Callable[[], None]) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            access_log=None,  # type: ignore[arg-type]
            max_line_size=MAX_LINE,
            max_field_size=MAX_LINE,
            max_headers=MAX_HEADERS,
            lingering_time=1.0,
            # A small body must stay small.
            auto_decompress=False,
        )
        self._gone = gone

    def connection_lost(self, exc: BaseException | None) -> None:
        """Also tells whoever counts."""
        super().connection_lost(exc)
        self._gone()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """A bare status. What a client does wrong is not worth a line in the log: there would be no end of them."""
        if status >= 500:
            log.error("a request has failed", exc_info=exc)
        response = web.Response(status=status)
        response.force_close()
        return response


class _Connection:
    """From accept to the end, the handshake included."""

    def __init__(self, client: str) -> None:
        self._client = client
        self.task: asyncio.Task[None] | None = None
        self.transport: asyncio.Transport | None = None

    @property
    def client(self) -> str:
        """The address at the other end."""
        return self._client

    def abort(self) -> None:
        """Closes it at once."""
        if self.transport:
            self.transport.abort()
        elif self.task:
            self.task.cancel()


class Listener:
    """Answers requests on one port, within limits. `context` is asked for each connection: certificates are renewed."""

    def __init__(
        self,
        answer: Answer,
        connections: Connections,
        context: Callable[[], ssl.SSLContext | None] = lambda: None,
    ) -> None:
        self._answer, self._connections, self._context = answer, connections, context
        self._socket: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._server: web.Server | None = None

    @property
    def port(self) -> int:
        """The one that was asked for, or found if that was 0."""
        return int(self._socket.getsockname()[1]) if self._socket else 0

    async def start(self, host: str, port: int) -> None:
        """Listens. Raises OSError."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=BACKLOG)
        self._socket.setblocking(False)
        self._server = web.Server(self._answer)
        self._accepting = asyncio.create_task(self._accept(self._socket, self._server))

    async def stop(self, seconds: float = 0.5) -> None:
        """Lets requests end that are in hand, then closes everything."""
        if self._accepting:
            self._accepting.cancel()
        if self._socket:
            self._socket.close()
        if self._server:
            await self._server.shutdown(seconds)

    async def _accept(self, listening: socket.socket, server: web.Server) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                raw, address = await loop.sock_accept(listening)
            except OSError as error:
                # Too many open files, as a rule: those who wait in the backlog lose nothing.
                log.warning("cannot accept connections", extra={"error": str(error)})
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            connection = _Connection(str(address[0]))
            if not self._connections.admit(connection, time.monotonic()):
                raw.close()
                continue
            connection.task = asyncio.create_task(self._serve(connection, raw, server))

    async def _serve(self, connection: _Connection, raw: socket.socket, server: web.Server) -> None:
        """The handshake; from then on the protocol lives by itself."""
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_SECONDS * 1000)
            context = self._context()
            connection.transport, _ = await asyncio.get_running_loop().connect_accepted_socket(
                lambda: Handler(server, lambda: self._connections.release(connection)),
                raw,
                ssl=context,
                ssl_handshake_timeout=HANDSHAKE_SECONDS if context else None,
            )
        except OSError:
            self._connections.release(connection)
            raw.close()
        except asyncio.CancelledError:
            self._connections.release(connection)
            raw.close()
            raise
