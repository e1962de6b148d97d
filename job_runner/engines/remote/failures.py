"""What gRPC's errors mean here: the spec's fault, nobody's for long, or the credentials'. Pure."""

from dataclasses import dataclass

from grpc import StatusCode

from job_runner.engines.remote.address import Address
from job_runner.errors import AccessDenied, ConfigInvalid, EngineUnreachable, InputInvalid, RunnerError, SpecInvalid
from videojob_api.clean import clean

SAID_BYTES = 300
"""Of what a server says."""

_PASSING = {
    StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED, StatusCode.RESOURCE_EXHAUSTED, StatusCode.ABORTED,
    StatusCode.CANCELLED,
}  # fmt: skip
_WITHOUT_RIGHT = {StatusCode.UNAUTHENTICATED, StatusCode.PERMISSION_DENIED}
_UNKNOWN_THERE = {StatusCode.NOT_FOUND, StatusCode.UNIMPLEMENTED}
_REFUSED = {StatusCode.INVALID_ARGUMENT, StatusCode.FAILED_PRECONDITION, StatusCode.OUT_OF_RANGE}
_TLS = {
    "CERTIFICATE_VERIFY_FAILED": "has a certificate of an authority that is not trusted, or one that has expired; name "
    "a file with its authority's certificate (--engine-ca)",
    "Hostname Verification Check failed": "has a certificate for another name; use the name that it is for",
    "WRONG_VERSION_NUMBER": "does not speak TLS; write grpc://",
}
"""What gRPC's messages hold, and what is wrong then. One that is not known counts as passing."""


class ModelFailed(InputInvalid):
    """The model failed on its server: by what it was given, or by a whim of the machine."""


@dataclass(frozen=True)
class Asked:
    """Who was asked for what. `model` with its version, for people."""

    engine: Address
    model: str

    @property
    def where(self) -> str:
        """Engine and model, as messages begin."""
        return f"engine {self.engine.url}, model {self.model}"

    def failure(self, code: StatusCode, said: str, seconds: float) -> RunnerError:
        """For what a call of so many seconds ended with. EngineUnreachable may pass, ModelFailed perhaps."""
        words = f"{code.name}: {clean(said, SAID_BYTES)}" if said else code.name
        engine = f"engine {self.engine.url}"
        if tls := next((wrong for sign, wrong in _TLS.items() if self.engine.tls and sign in said), None):
            return ConfigInvalid(f"{engine} {tls} ({words})")
        if "larger than max" in said:
            return InputInvalid(f"{self.where}: a message is too large ({words}); use a smaller --batch")
        if code in _WITHOUT_RIGHT:
            return AccessDenied(f"{engine} refuses these credentials ({words})")
        if code in _UNKNOWN_THERE:
            return SpecInvalid(f"{engine} has no model {self.model}, or is no inference server ({words})")
        if code in _REFUSED:
            return InputInvalid(f"{self.where} refuses what it is given ({words})")
        if code in _PASSING:
            return EngineUnreachable(f"{engine} does not answer{_how(code, seconds)} ({words}){self._hint(said)}")
        return ModelFailed(f"{self.where} failed ({words})")

    def _hint(self, said: str) -> str:
        """A server with TLS hangs up on who does not speak it, and says nothing."""
        return "; if it wants TLS, write grpcs://" if "Socket closed" in said and not self.engine.tls else ""


def _how(code: StatusCode, seconds: float) -> str:
    return f" within {seconds:g} s" if code is StatusCode.DEADLINE_EXCEEDED else ""
