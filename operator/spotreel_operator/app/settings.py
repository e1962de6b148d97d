"""What the process is told when it starts: flags, and the configuration file it keeps re-reading."""

import argparse
import logging
import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path

from spotreel_operator.app import http_settings
from spotreel_operator.app.http_settings import HttpSettings
from videojob_api.config import ConfigError, OperatorConfiguration, parse_config
from videojob_api.logs import FORMS, LEVELS

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """The process's own settings; times in seconds."""

    config: Path
    namespaces: tuple[str, ...]
    http: HttpSettings
    progress_url: str
    lease_namespace: str
    lease_name: str
    lease_seconds: float
    identity: str
    status_interval: float
    resync_seconds: float
    workers: int
    fallback_url: str = ""
    reports_service: str = ""
    pod_name: str = ""
    log_format: str = "json"
    log_level: str = "info"
    account: str = ""
    """Name of the pod's ServiceAccount."""


def parse_settings(arguments: list[str] | None = None) -> Settings:
    """From the command line; what differs from pod to pod comes from the environment."""
    parser = argparse.ArgumentParser(prog="spotreel-operator", description="Runs VideoJobs on spot nodes.")
    add = parser.add_argument
    add("--config", type=Path, required=True, help="the OperatorConfiguration file")
    add("--namespace", type=_namespace, action="append", default=[], help="watch only this namespace (may be repeated)")
    http_settings.add_flags(parser)
    add("--progress-url", required=True, help="where runners reach this operator; without reports they count as lost")
    add("--fallback-url", default="", help="instead, while --reports-service leads nowhere, or TLS is not for its name")
    add("--reports-service", default="", help="the Service that this process leads to itself while it holds the lease")
    add("--lease-name", default="spotreel-operator")
    add("--lease-seconds", type=float, default=15)
    add(
        "--status-interval",
        type=float,
        default=5,
        help="seconds between writes of mere progress; 15 once many jobs run",
    )
    add("--resync-seconds", type=float, default=180, help="seconds between full lists")
    add("--workers", type=int, default=4)
    add("--log-format", choices=list(FORMS), default="json")
    add("--log-level", choices=list(LEVELS), default="info", help="of the operator; libraries say what is wrong only")
    options = parser.parse_args(arguments)
    return Settings(
        config=options.config,
        namespaces=tuple(dict.fromkeys(options.namespace)),
        http=http_settings.read(parser, options),
        progress_url=options.progress_url,
        lease_namespace=os.environ.get("POD_NAMESPACE", "default"),
        lease_name=options.lease_name,
        lease_seconds=options.lease_seconds,
        identity=f"{os.environ.get('POD_NAME', socket.gethostname())}-{os.getpid()}",
        status_interval=options.status_interval,
        resync_seconds=options.resync_seconds,
        workers=options.workers,
        fallback_url=options.fallback_url,
        reports_service=options.reports_service,
        pod_name=os.environ.get("POD_NAME", ""),
        log_format=options.log_format,
        log_level=options.log_level,
        account=os.environ.get("SERVICE_ACCOUNT", ""),
    )


def _namespace(text: str) -> str:
    """Raises ArgumentTypeError: an empty one would be all namespaces, and one with a blank none."""
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a namespace: a-z, 0-9 and -, at most 63 characters")
    return text


class ConfigFile:
    """The configuration, read again when the file changes. A bad new file is refused, the old one stays."""

    def __init__(self, path: Path) -> None:
        """Raises ConfigError: without a first good one there is nothing to go by."""
        self._path = path
        self._text = self._read()
        self._config = parse_config(self._text)
        self.refused = False

    def _read(self) -> str:
        try:
            return self._path.read_text()
        except OSError as error:
            raise ConfigError(f"{self._path}: {error.strerror}") from error

    def __call__(self) -> OperatorConfiguration:
        """The configuration in force."""
        try:
            text = self._read()
            if text != self._text:
                self._text = text
                self._config, self.refused = parse_config(text), False
                log.info("configuration reloaded")
        except ConfigError as error:
            if not self.refused:
                log.error("new configuration refused, the old one stays", extra={"error": str(error)})
            self.refused = True
        return self._config
