"""The front door to a model on another machine. What it needs is loaded only when one is asked for."""

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from job_runner.engines.remote.address import address
from job_runner.engines.remote.headers import read_headers
from job_runner.errors import ConfigInvalid, SpecInvalid
from videojob_api.clean import clean

if TYPE_CHECKING:
    from job_runner.engines.remote.remote_model import RemoteModel

AT_ONCE = 4
MOST_AT_ONCE = 16
SECONDS = 60.0
NAME_BYTES = 200


@dataclass(frozen=True)
class Engine:
    """A model and where it is. `seconds` are those of a call, `first` and `later` how long the engine may be away:
    before it has ever answered, and after.

    `ca`: authorities instead of the system's; `headers`: what is sent beside each call, read anew each time.
    """

    url: str
    model: str
    version: str = ""
    ca: Path | None = None
    headers: Path | None = None
    seconds: float = SECONDS
    first: float = 60.0
    later: float = 60.0
    at_once: int = AT_ONCE


def check_installed() -> None:
    """Raises ConfigInvalid if gRPC is not there."""
    if importlib.util.find_spec("grpc") is None:
        raise ConfigInvalid("grpcio is not installed, which asks engines: pip install 'spotreel[remote]'")


@contextmanager
def connected(engine: Engine, stop_here: Callable[[], None]) -> "Iterator[RemoteModel]":
    """The model, once its engine says that it is ready. `stop_here` may raise while an answer is waited for.

    Raises SpecInvalid for what is no engine or no model of it, EngineUnreachable, AccessDenied, ConfigInvalid.
    """
    where = address(engine.url)
    for text in (engine.model, engine.version):
        if clean(text, NAME_BYTES) != text:
            raise SpecInvalid(f"engine {where.url}: {clean(text, NAME_BYTES)!r} is no name of a model, nor a version")
    check_installed()
    from job_runner.engines.remote.again import Patience
    from job_runner.engines.remote.channel import channel
    from job_runner.engines.remote.failures import Asked
    from job_runner.engines.remote.remote_model import RemoteModel, Wanted
    from job_runner.engines.remote.transport import Calls

    named = f"{engine.model} version {engine.version}" if engine.version else engine.model
    file = engine.headers
    with channel(where, engine.ca) as opened:
        calls = Calls(
            opened, Asked(where, named), Patience(engine.first, engine.later),
            lambda: () if file is None else read_headers(file, where), stop_here,
        )  # fmt: skip
        yield RemoteModel(calls, Wanted(engine.model, engine.version, engine.seconds, engine.at_once))
