"""What may go wrong between a desk and a cluster, each with the exit code of the command line."""

from videojob_api.exit_codes import ExitCode


class SpotreelError(Exception):
    """Says what is wrong, where, and what to do."""

    code: ExitCode = ExitCode.CRASH


class NoCluster(SpotreelError):
    """No kubeconfig, or one that names no such context."""

    code = ExitCode.CONFIG_INVALID


class NotInstalled(SpotreelError):
    """The cluster knows no VideoJobs."""

    code = ExitCode.CONFIG_INVALID


class ClusterUnreachable(SpotreelError):
    """The API server does not answer, or not in its right mind."""

    code = ExitCode.STORE_UNREACHABLE


class Forbidden(SpotreelError):
    """The user lacks a right."""

    code = ExitCode.ACCESS_DENIED


class NoSuchJob(SpotreelError):
    """There is no VideoJob of this name, or there is none any more."""

    code = ExitCode.INPUT_NOT_FOUND


class NameTaken(SpotreelError):
    """Another VideoJob has the name."""

    code = ExitCode.OUTPUT_EXISTS


class Refused(SpotreelError):
    """The API server does not take the object: a line for each thing that is wrong."""

    code = ExitCode.SPEC_INVALID

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class TimedOut(SpotreelError):
    """The job has not ended in the time that was given; it goes on."""


class LogsGone(SpotreelError):
    """There is no pod whose log could be read."""

    code = ExitCode.INPUT_NOT_FOUND


class NothingToFetch(SpotreelError):
    """The job has made nothing, or nothing of this name."""

    code = ExitCode.INPUT_NOT_FOUND


class LocalFileError(SpotreelError):
    """A file of this machine cannot be read or written."""

    code = ExitCode.INPUT_NOT_FOUND

    def __init__(self, message: str, code: ExitCode = ExitCode.INPUT_NOT_FOUND) -> None:
        super().__init__(message)
        self.code = code


class NotUploadable(SpotreelError):
    """A VideoJob names local files in a way that no cluster can do."""

    code = ExitCode.SPEC_INVALID


class StoreError(SpotreelError):
    """The store refuses, or does not answer; the code says which."""

    def __init__(self, message: str, code: ExitCode) -> None:
        super().__init__(message)
        self.code = code
