"""Which URL new attempts are told to report to.

The one that leads to the leader, unless nothing leads there (no right to write the EndpointSlice, no such Service) or
the certificate is not for its name (one that was made for an earlier release). Then the fallback, whose Service leads
to every replica: those that follow send runners away, who come again.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from spotreel_operator.app.handshake import is_trusted
from spotreel_operator.app.http_settings import HttpSettings

log = logging.getLogger(__name__)
LOOK_SECONDS = 10.0


@dataclass
class ProgressURL:
    """`published` and `named` are asked for each answer; without a fallback there is nothing to ask."""

    main: str
    fallback: str
    published: Callable[[], bool]
    named: Callable[[], bool]
    _said: str = ""

    def __call__(self) -> str:
        """What new orders say."""
        why = self._why_not()
        if why and why != self._said:
            log.warning("runners report to every replica, not to the leader only", extra={"why": why})
        self._said = why
        return self.fallback if why else self.main

    def _why_not(self) -> str:
        if not self.fallback:
            return ""
        if not self.published():
            return "no EndpointSlice of the reports' Service is written"
        return "" if self.named() else f"the certificate is not for {urlsplit(self.main).hostname}"


class Named:
    """Whether the certificate is for the host of `main`: False only where it is for that of `fallback` instead."""

    def __init__(
        self,
        main: str,
        fallback: str,
        settings: HttpSettings,
        authority: Callable[[], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._hosts, self._settings, self._authority = (main, fallback), settings, authority
        self._clock = clock
        self._found, self._looked = True, -LOOK_SECONDS

    def __call__(self) -> bool:
        """At most LOOK_SECONDS old: certificates are renewed."""
        if self._clock() - self._looked >= LOOK_SECONDS:
            self._looked, self._found = self._clock(), self._look()
        return self._found

    def _look(self) -> bool:
        certificate, key = self._settings.certificate, self._settings.key
        main, fallback = (urlsplit(url).hostname or "" for url in self._hosts)
        if not certificate or not key or not main or not fallback:
            return True
        authority = self._authority()
        return is_trusted(certificate, key, authority, main) or not is_trusted(certificate, key, authority, fallback)
