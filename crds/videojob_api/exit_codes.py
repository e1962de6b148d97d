"""Exit codes of the runner, and one table of what each means for its attempt, and how it is explained.

Runner, operator, `spotreel --help`, the reference and the Job's failure policy read it, so that they cannot disagree.
"""

from dataclasses import dataclass
from enum import IntEnum

from videojob_api.names import AttemptReason, Outcome, Verdict
from videojob_api.reasons import Reason
from videojob_api.tables import whole


class ExitCode(IntEnum):
    """What the runner and the command line exit with (numbers after BSD's sysexits.h)."""

    OK = 0
    CRASH = 1
    SPEC_INVALID = 64
    INPUT_INVALID = 65
    INPUT_NOT_FOUND = 66
    STORE_UNREACHABLE = 69
    WORKSPACE_CORRUPT = 70
    OUTPUT_EXISTS = 73
    DISK_FULL = 74
    DISRUPTED = 75
    NODE_UNFIT = 76
    ACCESS_DENIED = 77
    CONFIG_INVALID = 78


_OUTCOMES = {
    Verdict.SUCCEEDED: Outcome.SUCCEEDED,
    Verdict.FAILED: Outcome.FAILED,
    Verdict.CRASH: Outcome.FAILED,
    Verdict.DISRUPTION: Outcome.DISRUPTED,
}


@dataclass(frozen=True)
class End:
    """What an exit code says of an attempt, unless something else is known of it, and a line for people."""

    code: ExitCode
    verdict: Verdict
    reason: Reason | AttemptReason
    line: str

    @property
    def permanent(self) -> bool:
        """Whether another try is useless."""
        return self.verdict == Verdict.FAILED

    @property
    def outcome(self) -> Outcome:
        """What a runner that ends so says of itself."""
        return _OUTCOMES[self.verdict]


ENDS_BY_CODE: dict[int, End] = whole(
    list(ExitCode),
    [
        End(ExitCode.OK, Verdict.SUCCEEDED, AttemptReason.RESULT_COMMITTED, "done"),
        End(ExitCode.CRASH, Verdict.CRASH, AttemptReason.CRASHED, "internal error"),
        End(ExitCode.SPEC_INVALID, Verdict.FAILED, Reason.SPEC_INVALID, "spec or command line wrong"),
        End(ExitCode.INPUT_INVALID, Verdict.FAILED, Reason.INPUT_INVALID, "input unusable"),
        End(ExitCode.INPUT_NOT_FOUND, Verdict.FAILED, Reason.INPUT_NOT_FOUND, "input missing"),
        End(ExitCode.STORE_UNREACHABLE, Verdict.DISRUPTION, AttemptReason.STORE_UNREACHABLE, "store unreachable"),
        End(ExitCode.WORKSPACE_CORRUPT, Verdict.FAILED, Reason.WORKSPACE_CORRUPT, "segments contradict each other"),
        End(ExitCode.OUTPUT_EXISTS, Verdict.FAILED, Reason.OUTPUT_EXISTS, "output exists"),
        End(ExitCode.DISK_FULL, Verdict.CRASH, AttemptReason.STORAGE_EXCEEDED, "no space left on the disk"),
        End(ExitCode.DISRUPTED, Verdict.DISRUPTION, AttemptReason.STOPPED, "stopped, progress kept"),
        End(ExitCode.NODE_UNFIT, Verdict.DISRUPTION, AttemptReason.NODE_UNFIT, "no such encoder on this machine"),
        End(ExitCode.ACCESS_DENIED, Verdict.FAILED, Reason.ACCESS_DENIED, "access denied"),
        End(ExitCode.CONFIG_INVALID, Verdict.FAILED, Reason.CONFIG_INVALID, "configuration or workspace wrong"),
    ],
    key=lambda end: end.code,
)
"""A code without a row would mean a crash in silence."""


def end_of(code: int | None) -> End | None:
    """Of a runner's own exit codes; None of a signal's, a shell's, or where none is known."""
    return None if code is None else ENDS_BY_CODE.get(code)


def permanent_codes() -> list[int]:
    """Those after which another try is useless, in order."""
    return sorted(int(end.code) for end in ENDS_BY_CODE.values() if end.permanent)
