"""What is sent beside each call, such as a token: lines of `name: value` in a file that may be replaced meanwhile."""

import re
from pathlib import Path

from job_runner.engines.remote.address import Address
from job_runner.errors import ConfigInvalid

Headers = tuple[tuple[str, str], ...]

MOST_BYTES = 1 << 16
_NAME = re.compile(r"[a-z0-9_.-]{1,128}")
_VALUE = re.compile(r"[ -~]{1,16384}")
_SECRET = "authorization"


def read_headers(path: Path, to: Address) -> Headers:
    """Raises ConfigInvalid, which never shows a value. A token goes unencrypted to this machine alone."""
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1).decode("ascii")
    except OSError as error:
        raise ConfigInvalid(f"headers {path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigInvalid(f"headers {path}: is no text in ASCII") from error
    if len(text) > MOST_BYTES:
        raise ConfigInvalid(f"headers {path}: has more than {MOST_BYTES} bytes")
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    found = tuple(_header(line, f"headers {path}, line {number}") for number, line in lines)
    if not (to.tls or to.local) and any(name == _SECRET for name, _ in found):
        raise ConfigInvalid(f"headers {path}: {_SECRET} would be sent unencrypted to {to.url}; use grpcs://")
    return found


def _header(line: str, where: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    name, value = name.strip().lower(), value.strip()
    if not colon or not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
        raise ConfigInvalid(f"{where}: is no header; write such as `authorization: Bearer TOKEN`")
    if name.startswith("grpc-") or name.endswith("-bin"):
        raise ConfigInvalid(f"{where}: {name} is gRPC's own; leave it out")
    return name, value
