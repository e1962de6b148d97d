"""Lines as a table for people, and as a JSON document to attach to an issue."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from job_runner import __version__
from job_runner.gpu_check.check import Line
from job_runner.gpu_check.found import Outcome
from job_runner.gpu_check.ground import Ground
from job_runner.media.fingerprint import software
from videojob_api.exit_codes import ExitCode

FORMAT = 1
"""Of the document."""
_WIDE, _NARROW = 22, 8


def row(line: Line) -> str:
    """`decoding   h264 8 bit           ok       90 of 90 frames equal`."""
    return f"{line.check:11}{line.subject:{_WIDE}} {line.found.outcome:{_NARROW}} {line.found.words}"


def total(lines: Sequence[Line]) -> str:
    """`61 lines: 40 ok, 21 not run`."""
    counts = Counter(line.found.outcome for line in lines)
    return f"{len(lines)} lines: " + ", ".join(f"{counts[o]} {o}" for o in Outcome if counts[o])


def document(lines: Sequence[Line], ground: Ground) -> dict[str, Any]:
    """All of it, with what shapes bytes here."""
    return {
        "format": FORMAT,
        "spotreel": __version__,
        "device": ground.device,
        "noGPU": ground.missing,
        "software": software(),
        "lines": [_plain(line) for line in lines],
    }


def _plain(line: Line) -> dict[str, Any]:
    found = line.found
    return {
        "check": line.check,
        "subject": line.subject,
        "outcome": str(found.outcome),
        "words": found.words,
        "figures": found.figures,
        "seconds": round(line.seconds, 3),
    }


def exit_code(lines: Sequence[Line], ground: Ground) -> int:
    """That of a node that lacks it, of a failure, or of success. A line that could not be run is no failure."""
    if ground.missing:
        return ExitCode.NODE_UNFIT
    return ExitCode.CRASH if any(line.found.outcome == Outcome.FAILED for line in lines) else ExitCode.OK
