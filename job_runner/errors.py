"""Errors that end a runner, each with the exit code that says what kind it is."""

from videojob_api.exit_codes import ENDS_BY_CODE, ExitCode
from videojob_api.reasons import Reason


class RunnerError(Exception):
    """Ends the runner with `code`. The message says what, where and what to do."""

    code: ExitCode = ExitCode.CRASH

    @property
    def reason(self) -> str | None:
        """The reason shown in status, if this failure is a permanent one."""
        end = ENDS_BY_CODE[self.code]
        return end.reason if end.permanent else None


class SpecInvalid(RunnerError):
    """The spec cannot be carried out, whatever the input."""

    code = ExitCode.SPEC_INVALID


class InputInvalid(RunnerError):
    """An input is there but cannot be used."""

    code = ExitCode.INPUT_INVALID


class InputChanged(InputInvalid):
    """An input is no longer the bytes that the plan was made for."""

    @property
    def reason(self) -> str:
        """Its own, though the exit code is that of an unusable input."""
        return Reason.INPUT_CHANGED


class NotFound(RunnerError):
    """An input is not there."""

    code = ExitCode.INPUT_NOT_FOUND


class StoreUnreachable(RunnerError):
    """The object store does not answer, or only with errors of its own."""

    code = ExitCode.STORE_UNREACHABLE


class EngineUnreachable(RunnerError):
    """The engine that runs a model elsewhere does not answer. To an attempt it is what a store is that does not."""

    code = ExitCode.STORE_UNREACHABLE


class WorkspaceCorrupt(RunnerError):
    """What lies in the workspace contradicts itself."""

    code = ExitCode.WORKSPACE_CORRUPT


class OutputExists(RunnerError):
    """The output's place is taken by something this job did not make."""

    code = ExitCode.OUTPUT_EXISTS


class DiskFull(RunnerError):
    """The scratch disk is full."""

    code = ExitCode.DISK_FULL


class Disrupted(RunnerError):
    """Told to stop; progress is saved."""

    code = ExitCode.DISRUPTED


class AccessDenied(RunnerError):
    """The store refuses these credentials."""

    code = ExitCode.ACCESS_DENIED


class ConfigInvalid(RunnerError):
    """The platform's settings or the workspace do not fit this runner."""

    code = ExitCode.CONFIG_INVALID


class NodeUnfit(RunnerError):
    """This machine cannot run the plan; another one may."""

    code = ExitCode.NODE_UNFIT
