"""A web server with TLS, byte ranges, and bad days: what https inputs come from."""

import datetime
import ipaddress
import ssl
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from tests.testbed.local_server import LocalServer, QuietHandler

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
NAME = "video.example"
"""Its certificate is good for this name too; who resolves it is up to the test."""


class WebServer(LocalServer):
    """`with WebServer(folder, scratch) as web:` serves the folder's files; `web.authority` is what clients must trust.

    Every `unkind`-th request fails: with 503, or with a body that breaks off. `redirects` leads from names to places.
    """

    def __init__(self, folder: Path, scratch: Path, unkind: int = 0) -> None:
        self.authority = scratch / "authority.pem"
        self.sent: Counter[str] = Counter()
        self.failed = 0
        self.redirects: dict[str, str] = {}
        self._folder, self._unkind, self._count, self._lock = folder, unkind, 0, threading.Lock()
        key = self_signed(self.authority, scratch / "key.pem")
        server = self

        class Handler(QuietHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                server.answer(self, body=False)

            def do_GET(self) -> None:
                server.answer(self, body=True)

            def do_PUT(self) -> None:
                server.keep(self)

        super().__init__(Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def keep(self, request: BaseHTTPRequestHandler) -> None:
        """A file more in the folder, as a store takes it."""
        path = self._folder / request.path.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(request.rfile.read(int(request.headers["Content-Length"])))
        request.send_response(200)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def uri(self, name: str) -> str:
        """Of a file in the folder."""
        return f"https://127.0.0.1:{self.port}/{name}"

    def _trouble(self) -> int:
        """0, or the number of the failing request."""
        with self._lock:
            self._count += 1
            failing = self._unkind and self._count % self._unkind == 0
            self.failed += bool(failing)
            return self._count if failing else 0

    def answer(self, request: BaseHTTPRequestHandler, body: bool) -> None:
        """As a web server that knows ranges and etags."""
        name = request.path.lstrip("/")
        if name in self.redirects:
            _redirect(request, self.redirects[name])
            return
        path = self._folder / name
        if not path.is_file():
            request.send_error(404)
            return
        data, trouble = path.read_bytes(), self._trouble()
        if trouble and trouble % 2:
            request.send_error(503)
            return
        first, end = _range(request.headers.get("Range"), len(data))
        part = data[first:end]
        request.send_response(206 if "Range" in request.headers else 200)
        request.send_header("ETag", f'"{path.stat().st_mtime_ns:x}"')
        request.send_header("Accept-Ranges", "bytes")
        request.send_header("Content-Length", str(len(part)))
        request.end_headers()
        if body:
            self.sent[path.name] += len(part)
            with suppress(OSError):
                request.wfile.write(part[: len(part) // 2] if trouble else part)
            request.close_connection = bool(trouble)


def _redirect(request: BaseHTTPRequestHandler, place: str) -> None:
    request.send_response(302)
    request.send_header("Location", place)
    request.send_header("Content-Length", "0")
    request.end_headers()


def _range(header: str | None, size: int) -> tuple[int, int]:
    if not header:
        return 0, size
    first, _, last = header.removeprefix("bytes=").partition("-")
    return int(first), min(size, int(last) + 1) if last else size


def self_signed(
    certificate: Path, key: Path, names: Sequence[str] = (NAME,), days: int = 1, private: Private | None = None
) -> Path:
    """For 127.0.0.1 and these names, signed by itself."""
    private = private or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "testbed")])
    now = datetime.datetime.now(datetime.UTC)
    holders = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), *map(x509.DNSName, names)]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(holders), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.TraditionalOpenSSL
    key.write_bytes(private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return key
