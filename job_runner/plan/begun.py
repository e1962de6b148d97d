"""What a first runner has worked out and stored: gone by by runners that can, and by no others. Pure."""

import json
from dataclasses import dataclass
from typing import TypeVar

from job_runner.errors import ConfigInvalid, RunnerError, WorkspaceCorrupt
from videojob_api.model import Model

M = TypeVar("M", bound=Model)
_ELSE = "use the first runner's image, or delete the workspace to begin again"


@dataclass(frozen=True)
class Begun:
    """How messages call it, one and several, and what is made by it. A runner reads one `version` alone."""

    one: str
    several: str
    made: str
    version: int

    def read(self, kind: type[M], data: bytes, where: str) -> M:
        """What lies in the workspace `where`.

        Raises ConfigInvalid for one of another version, WorkspaceCorrupt for what is none.
        """
        try:
            return kind.model_validate_json(data)
        except ValueError as error:
            raise self._unread(data, where) from error

    def _unread(self, data: bytes, where: str) -> RunnerError:
        try:
            found = json.loads(data)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and found.get("v") not in (None, self.version):
            return ConfigInvalid(
                f"{where} was begun by runner {found.get('fingerprint')}, whose {self.several} are of version "
                f"{found['v']}, not {self.version}; {_ELSE}"
            )
        return WorkspaceCorrupt(f"the {self.one} in {where} cannot be read; delete the workspace")

    def check_job(self, found: str, job: str, where: str) -> None:
        """Raises ConfigInvalid for another job's."""
        if found != job:
            raise ConfigInvalid(
                f"{where} holds the {self.one} of {found}, not of {job}; choose another workspace or delete it"
            )

    def check_software(self, found: str, own: str, where: str) -> None:
        """Raises ConfigInvalid for another fingerprint."""
        if found != own:
            raise ConfigInvalid(
                f"{where} was begun by runner {found}, this one is {own}: their {self.made} would not match; {_ELSE}"
            )
