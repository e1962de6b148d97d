"""The connection to an engine: sizes, keepalive, and whom TLS trusts."""

import ssl
from pathlib import Path

import grpc

from job_runner.engines.remote.address import Address
from job_runner.errors import ConfigInvalid

MOST_BYTES = 1 << 28
"""Of a message, either way."""
KEEPALIVE_MS = 300_000
"""gRPC servers hang up on who asks more often whether they live. What is sent and not acknowledged shows a dead one
after KEEPALIVE_TIMEOUT_MS anyway."""
KEEPALIVE_TIMEOUT_MS = 20_000
CONNECT_MS = 10_000
RECONNECT_MS = (100, 2000)
"""Before the first and, at most, before a later try to connect."""

_OPTIONS = (
    ("grpc.max_receive_message_length", MOST_BYTES),
    ("grpc.max_send_message_length", MOST_BYTES),
    ("grpc.keepalive_time_ms", KEEPALIVE_MS),
    ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_MS),
    ("grpc.initial_reconnect_backoff_ms", RECONNECT_MS[0]),
    # In spite of its name the time that a connection may take.
    ("grpc.min_reconnect_backoff_ms", CONNECT_MS),
    ("grpc.max_reconnect_backoff_ms", RECONNECT_MS[1]),
    # When to try again is for `calls` to say, and a server's name has no say in it.
    ("grpc.enable_retries", 0),
    ("grpc.service_config_disable_resolution", 1),
    ("grpc.use_local_subchannel_pool", 1),
)


def channel(engine: Address, ca: Path | None) -> grpc.Channel:
    """Connects when it is first used. Raises ConfigInvalid for a file of authorities (PEM) that is none."""
    if not engine.tls:
        return grpc.insecure_channel(engine.target, _OPTIONS)
    credentials = grpc.ssl_channel_credentials(_system() if ca is None else _named(ca))
    return grpc.secure_channel(engine.target, credentials, _OPTIONS)


def _named(ca: Path) -> bytes:
    try:
        text = ca.read_text("ascii")
        # An SSLError is an OSError.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (OSError, ValueError) as error:
        raise ConfigInvalid(f"authorities {ca}: no certificates in PEM can be read from it ({error})") from error
    return text.encode()


def _system() -> bytes | None:
    """What OpenSSL trusts on this machine; None leaves it to the authorities that come with gRPC."""
    found = ssl.get_default_verify_paths().cafile
    return Path(found).read_bytes() if found else None
