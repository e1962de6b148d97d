"""Whether a client would trust a certificate: a TLS handshake in memory, by the library that runners use."""

import ssl
from pathlib import Path

ROUNDS = 10


def is_trusted(certificate: Path, key: Path, authority: str, host: str) -> bool:
    """For this host name, by this authority (PEM), or by the system's where it is empty. False also if no file fits."""
    try:
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(certificate, key)
        client = ssl.create_default_context(cadata=authority or None)
        return _shake(client, server, host)
    except (OSError, ValueError):
        return False


def _shake(trusting: ssl.SSLContext, serving: ssl.SSLContext, host: str) -> bool:
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(down, up, server_hostname=host)
    server = serving.wrap_bio(up, down, server_side=True)
    for _ in range(ROUNDS):
        if _step(client):
            return True  # The certificate is checked by then.
        _step(server)
    return False


def _step(side: ssl.SSLObject) -> bool:
    """Whether this side's handshake is done. Raises ssl.SSLError, an OSError, where the other is not trusted."""
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True
