"""A VideoJob as the API server had it at one moment."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from videojob_api.exit_codes import ENDS_BY_CODE, ExitCode
from videojob_api.names import ENDS, Phase
from videojob_api.status import Attempt, VideoJobStatus

Object = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """`body` is the whole object, the other names are what is asked for most."""

    body: Object

    @property
    def name(self) -> str:
        """Of the VideoJob."""
        return str(self.body["metadata"]["name"])

    @property
    def namespace(self) -> str:
        """Where it is."""
        return str(self.body["metadata"]["namespace"])

    @property
    def uid(self) -> str:
        """Of this very VideoJob: another one may have its name later."""
        return str(self.body["metadata"]["uid"])

    @property
    def version(self) -> str:
        """The resourceVersion."""
        return str(self.body["metadata"]["resourceVersion"])

    @property
    def created(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.body["metadata"]["creationTimestamp"])

    @property
    def spec(self) -> Object:
        """As the API server has it, its own defaults filled in."""
        found: Object = self.body.get("spec") or {}
        return found

    @cached_property
    def status(self) -> VideoJobStatus:
        """What the operator says."""
        return VideoJobStatus.read(self.body.get("status"))

    @property
    def phase(self) -> str:
        """Pending until the operator has said something."""
        return self.status.phase or Phase.PENDING

    @property
    def finished(self) -> bool:
        """Whether it has come to either end."""
        return self.phase in ENDS

    @property
    def succeeded(self) -> bool:
        """Whether its result is there."""
        return self.phase == Phase.SUCCEEDED

    @property
    def exit_code(self) -> ExitCode:
        """That of `spotreel render` for the same end: 0, that of a permanent failure, else 1."""
        if self.succeeded:
            return ExitCode.OK
        codes = {end.reason: end.code for end in ENDS_BY_CODE.values() if end.permanent}
        return next((code for reason, code in codes.items() if reason == self.status.reason), ExitCode.CRASH)

    @property
    def attempts(self) -> list[Attempt]:
        """Those that status still lists, the oldest first."""
        return self.status.attempts
