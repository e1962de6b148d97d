"""Certificates from files, read again when they change: whoever renews them restarts nobody."""

import logging
import ssl
import time
from collections.abc import Callable
from pathlib import Path

from videojob_api.config import ConfigError

log = logging.getLogger(__name__)
LOOK_SECONDS = 10.0
MAX_AUTHORITY_BYTES = 16 * 1024
Stamp = tuple[tuple[int, int], ...]


def _stamp(paths: tuple[Path, ...]) -> Stamp:
    """Differs when a file was written or, as in mounted Secrets, its link leads elsewhere. Raises OSError."""
    stats = [path.stat() for path in paths]
    return tuple((stat.st_mtime_ns, stat.st_ino) for stat in stats)


class Certificate:
    """The server's certificate and key. New files that do not fit together are refused, the old pair stays."""

    def __init__(self, certificate: Path, key: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises ConfigError: without a first good pair there is nothing to serve with."""
        self._paths, self._clock = (certificate, key), clock
        try:
            self._stamp, self._context = _stamp(self._paths), self._load()
        except (OSError, ValueError) as error:
            raise ConfigError(f"{certificate}, {key}: not a certificate and its key ({error})") from error
        self._looked = clock()

    def __call__(self) -> ssl.SSLContext:
        """The context for a new connection."""
        if self._clock() - self._looked >= LOOK_SECONDS:
            self._looked = self._clock()
            self._look()
        return self._context

    def _look(self) -> None:
        try:
            stamp = _stamp(self._paths)
            if stamp != self._stamp:
                self._stamp, self._context = stamp, self._load()
                log.info("certificate reloaded")
        except (OSError, ValueError) as error:
            log.error("the new certificate is refused, the old one stays", extra={"error": str(error)})

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(*self._paths)
        return context


class Authority:
    """The authority that runners are told to trust, as PEM text; empty where they find it by themselves."""

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._path, self._clock = path, clock
        self._text, self._looked = self._read(""), clock()

    def __call__(self) -> str:
        """What new orders say."""
        if self._clock() - self._looked >= LOOK_SECONDS:
            self._text, self._looked = self._read(self._text), self._clock()
        return self._text

    def _read(self, otherwise: str) -> str:
        """A Secret of a public authority has no such file, and needs none."""
        try:
            text = self._path.read_text() if self._path else ""
            if text:
                ssl.create_default_context(cadata=text)
        except (OSError, ValueError) as error:
            log.warning("no authority for runners in this file", extra={"file": str(self._path), "error": str(error)})
            return otherwise
        return text if len(text) <= MAX_AUTHORITY_BYTES else otherwise
