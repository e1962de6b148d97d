"""A model on another machine: what it takes and gives, and calls to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from job_runner.detection.picture_input import PictureInput
from job_runner.detection.signature import Signature
from job_runner.engines.inspection import Form, grey, shaped
from job_runner.engines.model import Answer, Array
from job_runner.engines.remote.messages import arrays_of, request_of, signature_of
from job_runner.engines.remote.protocol_pb2 import (
    ModelInferResponse,
    ModelMetadataRequest,
    ModelMetadataResponse,
    ModelReadyRequest,
    ModelReadyResponse,
    ServerMetadataRequest,
    ServerMetadataResponse,
)
from job_runner.engines.remote.transport import Calls
from job_runner.errors import EngineUnreachable, InputChanged, SpecInvalid
from videojob_api.clean import clean

CONTACT_SECONDS = 10.0
"""For an answer that is no picture's."""
WORD_BYTES = 63


@dataclass(frozen=True)
class Wanted:
    """Which model of an engine, and how it is called. An empty version leaves the choice to the engine."""

    model: str
    version: str
    seconds: float
    at_once: int


class RemoteModel:
    """Asked from one thread. `version` is that of the first answer, and no other one is taken after it."""

    def __init__(self, calls: Calls, wanted: Wanted) -> None:
        """Raises RunnerError if the engine does not answer, or has no such model that is ready."""
        self._calls, self._wanted = calls, wanted
        self._short = min(CONTACT_SECONDS, wanted.seconds)
        self.version: str | None = None
        found = calls.again(self._described)
        self.signature = signature_of(found, wanted.model)
        self.platform = clean(found.platform, WORD_BYTES)

    @property
    def at_once(self) -> int:
        """Calls that may be under way together."""
        return self._wanted.at_once

    def start(self, feeds: Mapping[str, Array]) -> Answer:
        """Begins a call. Its answer raises RunnerError, InputChanged where another version has answered."""
        wanted = self._wanted
        request = request_of(feeds, self.signature.outputs, wanted.model, wanted.version)
        answer = self._calls.start("ModelInfer", request, ModelInferResponse, wanted.seconds)
        return lambda: self._arrays(answer())

    def run(self, feeds: Mapping[str, Array]) -> Sequence[Array]:
        """One call, waited for."""
        return self.start(feeds)()

    def tried(self, form: Form) -> tuple[Signature, PictureInput]:
        """Its signature, the outputs' shapes those of a call with grey pictures, and which input takes them."""
        picture = form(self.signature)
        return shaped(self.signature, self.run(grey(picture))), picture

    def runtime(self) -> str:
        """Name and version of the server, such as `triton 2.51.0`; empty where it keeps them to itself."""
        try:
            found = self._calls.once("ServerMetadata", ServerMetadataRequest(), ServerMetadataResponse, self._short)
        except SpecInvalid:
            return ""
        return clean(f"{found.name} {found.version}", WORD_BYTES)

    def _described(self) -> ModelMetadataResponse:
        """Of a model that can be used. Raises EngineUnreachable for one that is not ready, as while it is loaded."""
        name, version = self._wanted.model, self._wanted.version
        ready = self._calls.once(
            "ModelReady", ModelReadyRequest(name=name, version=version), ModelReadyResponse, self._short
        )
        found = self._calls.once(
            "ModelMetadata", ModelMetadataRequest(name=name, version=version), ModelMetadataResponse, self._short
        )
        if not ready.ready:
            raise EngineUnreachable(f"{self._calls.asked.where} is not ready")
        return found

    def _arrays(self, answer: ModelInferResponse) -> list[Array]:
        self._check_version(clean(answer.model_version, WORD_BYTES))
        return arrays_of(answer, self.signature.outputs, self._wanted.model)

    def _check_version(self, answered: str) -> None:
        """Raises SpecInvalid if it is not the wanted one, InputChanged if it is not that of the answers before."""
        where = self._calls.asked.where
        if self._wanted.version and answered not in ("", self._wanted.version):
            raise SpecInvalid(f"{where}: version {answered} has answered; name that one, or none")
        if self.version is None:
            self.version = answered
        if answered != self.version:
            raise InputChanged(
                f"{where}: version {self.version} has answered so far, now it is {answered}; name the "
                "version, or begin anew"
            )
