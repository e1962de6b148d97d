"""Pushes reports to the operator: now and then while running, insistently at the end."""

import logging
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path

import urllib3

from videojob_api.order import ReportTo
from videojob_api.report import Report

log = logging.getLogger(__name__)
CONNECT_SECONDS, READ_SECONDS = 2.0, 5.0


class Pusher:
    """Sends `report()` every interval from a thread of its own. Nothing it meets stops the work."""

    def __init__(
        self, target: ReportTo, token: Path, report: Callable[[], Report], authority: str | None = None
    ) -> None:
        self._target, self._token, self._report = target, token, report
        self._http = urllib3.PoolManager(retries=False, ssl_context=_trusting(authority))
        self._ended = threading.Event()
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name="push", daemon=True)

    def start(self) -> None:
        """The first report goes out at once: it tells the operator that somebody lives."""
        self._thread.start()

    def finish(self, last: Report, seconds: float) -> bool:
        """Sends the last word until it is acknowledged or the time is up; whether it was."""
        deadline, pause = time.monotonic() + seconds, 0.1
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=max(0, min(5, seconds / 2)))
        while not (sent := self._send(last, deadline - time.monotonic())) and time.monotonic() + pause < deadline:
            time.sleep(pause)
            pause = min(2.0, 2 * pause)
        return sent

    def _run(self) -> None:
        while not self._ended.is_set():
            self._send(self._report())
            self._ended.wait(self._target.interval)

    def _send(self, report: Report, seconds: float = READ_SECONDS) -> bool:
        """True on 2xx. The token is read anew each time, as kubelet rotates it."""
        timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, max(0.2, seconds)), total=max(0.2, seconds))
        try:
            token = self._token.read_text().strip()
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            body = report.pushed()
            answer = self._http.request("POST", self._target.url, body=body, headers=headers, timeout=timeout)
        except (OSError, urllib3.exceptions.HTTPError) as error:
            self._say(f"{type(error).__name__}: {error}")
            return False
        sent = 200 <= answer.status < 300
        self._say("" if sent else f"{answer.status} {answer.data[:200].decode(errors='replace')}")
        return sent

    def _say(self, trouble: str) -> None:
        """Once for each kind of trouble: whoever is not heard counts as lost."""
        if trouble and trouble != self._trouble:
            log.warning("the operator does not take reports", extra={"url": self._target.url, "error": trouble})
        self._trouble = trouble


def _trusting(authority: str | None) -> ssl.SSLContext | None:
    """Only this authority (PEM); None: those that the system trusts."""
    try:
        return ssl.create_default_context(cadata=authority) if authority else None
    except (ssl.SSLError, ValueError) as error:
        log.warning("the order's authority cannot be read, the system's are trusted", extra={"error": str(error)})
        return None
