"""What the HTTP side is told: addresses, certificates, limits."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class HttpSettings:
    """See the flags; paths are None where they are not given."""

    host: str
    port: int
    probe_port: int = 0
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    metrics_auth: bool = False
    max_connections: int = 2048
    max_connections_per_client: int = 128
    reviews_per_second: float = 40


def add_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of `read`."""
    add, default = parser.add_argument, HttpSettings("", 0)
    add("--listen-port", type=int, default=8080, help="progress and metrics")
    add("--probe-port", type=int, default=0, help="/healthz and /readyz, always plain HTTP; 0: none")
    add("--tls-cert", type=Path, help="certificate chain (PEM) for the listen port; read again when it changes")
    add("--tls-key", type=Path, help="its private key")
    add("--tls-ca", type=Path, help="the authority that runners are told to trust; without it, public ones")
    add("--metrics-auth", action="store_true", help="metrics only for tokens that may GET /metrics")
    add("--max-connections", type=int, default=default.max_connections)
    add("--max-connections-per-client", type=int, default=default.max_connections_per_client, help="by address")
    add("--reviews-per-second", type=float, default=default.reviews_per_second, help="TokenReviews of unknown tokens")


def read(parser: argparse.ArgumentParser, options: argparse.Namespace) -> HttpSettings:
    """Exits with a message where certificate and key do not come together."""
    if bool(options.tls_cert) != bool(options.tls_key):
        parser.error("--tls-cert and --tls-key are needed together")
    return HttpSettings(
        host=os.environ.get("POD_IP", "127.0.0.1"),
        port=options.listen_port,
        probe_port=options.probe_port,
        certificate=options.tls_cert,
        key=options.tls_key,
        authority=options.tls_ca,
        metrics_auth=options.metrics_auth,
        max_connections=options.max_connections,
        max_connections_per_client=options.max_connections_per_client,
        reviews_per_second=options.reviews_per_second,
    )
