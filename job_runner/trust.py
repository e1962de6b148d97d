"""Authorities that a runner trusts beside those of its image: a store's or web server's private one."""

import logging
import os
import ssl
import tempfile
from collections.abc import Mapping
from pathlib import Path

from videojob_api.runner_pod import CA_VARIABLE

log = logging.getLogger(__name__)


def trust_as_told() -> None:
    """Does as the pod's environment says, for this process and those that it starts.

    What cannot be read is left out: a store that it is needed for says so, and one that it is not goes on.
    """
    named = os.environ.get(CA_VARIABLE)
    if not named:
        return
    try:
        os.environ.update(trusting(Path(named), os.environ, Path(tempfile.mkdtemp(prefix="spotreel-trust-"))))
    except (OSError, ValueError) as error:
        log.warning("caBundle cannot be read, the image's authorities are trusted", extra={"error": str(error)})


def trusting(bundle: Path, environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The variables by which boto3 and OpenSSL trust a file of certificates (PEM) too; makes theirs in `folder`.

    Raises OSError or ValueError if there are none in it.
    """
    extra = bundle.read_text()
    # An SSLError is an OSError.
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=extra)
    known = {"AWS_CA_BUNDLE": _of_boto3(), "SSL_CERT_FILE": ssl.get_default_verify_paths().cafile or ""}
    made = {}
    for variable, default in known.items():
        base = environment.get(variable) or default
        path = folder / f"{variable.lower()}.pem"
        path.write_text((Path(base).read_text() if base else "") + "\n" + extra)
        made[variable] = str(path)
    return made


def _of_boto3() -> str:
    from botocore.httpsession import get_cert_path

    return str(get_cert_path(True))
