"""A check, and how all are run: one line a subject, whatever happens."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from job_runner.gpu_check.found import Found, NotHereError, Outcome
from job_runner.gpu_check.ground import Ground

NO_GPU = "no GPU"


@dataclass(frozen=True)
class Check:
    """`find` may raise NotHereError; what else it raises is a failure."""

    name: str
    subjects: Sequence[str]
    find: Callable[[str, Ground], Found]


@dataclass(frozen=True)
class Line:
    """Of the table."""

    check: str
    subject: str
    found: Found
    seconds: float


def lines(checks: Iterable[Check], ground: Ground) -> Iterator[Line]:
    """In order, each as soon as it is known."""
    for check in checks:
        for subject in check.subjects:
            start = monotonic()
            found = _found(check, subject, ground)
            yield Line(check.name, subject, found, monotonic() - start)


def _found(check: Check, subject: str, ground: Ground) -> Found:
    if ground.missing:
        return Found(Outcome.NOT_RUN, NO_GPU)
    try:
        return check.find(subject, ground)
    except NotHereError as why:
        return Found(Outcome.NOT_RUN, str(why))
    except Exception as error:
        return Found(Outcome.FAILED, f"{type(error).__name__}: {error}")
