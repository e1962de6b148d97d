"""Whether a runner's last word proves the job's result.

The operator has no rights in stores and databases and must go by words: it believes those that name exactly what
the job was to write, and shows what the spec says.
"""

from dataclasses import dataclass

from videojob_api.names import Outcome
from videojob_api.report import Report
from videojob_api.spec import VideoJobSpec
from videojob_api.status import OutputStatus, ResultStatus

_LONGEST = 300


@dataclass(frozen=True)
class Promise:
    """What a job is to write: URIs of outputs, and of each result its analysis and URI, or None for a database."""

    outputs: tuple[str, ...] = ()
    results: tuple[tuple[str, str | None], ...] = ()

    def __str__(self) -> str:
        tables = sum(uri is None for _, uri in self.results)
        rows = [f"rows in {tables} table{'s' * (tables > 1)}"] if tables else []
        return ", ".join([*self.outputs, *(uri for _, uri in self.results if uri), *rows])


NOTHING = Promise()


def promised(spec: VideoJobSpec) -> Promise:
    """By a job's spec."""
    results = ((result.analysis, result.uri) for result in spec.results or [])
    return Promise(tuple(output.uri for output in spec.outputs or []), tuple(results))


def proves(word: Report | None, wanted: Promise) -> bool:
    """Whether it says that exactly what was wanted, which is something, has been written."""
    return bool(wanted != NOTHING and word and word.outcome == Outcome.SUCCEEDED and _claimed(word) == wanted)


def _claimed(word: Report) -> Promise:
    return Promise(tuple(o.uri for o in word.outputs), tuple((r.analysis, r.uri) for r in word.results))


def doubt(word: Report, wanted: Promise) -> str:
    """Why a last word that claims success is not believed."""
    claimed = str(_claimed(word))[:_LONGEST]
    return f"claimed success, but named {claimed or 'no output'} and not {wanted} as what it has written"


def written(word: Report, spec: VideoJobSpec) -> list[OutputStatus]:
    """The outputs of a result that was proved, with the names that the spec gives them."""
    if not proves(word, promised(spec)):
        return []
    pairs = zip(word.outputs, spec.outputs or [], strict=True)
    return [said.model_copy(update={"name": output.name, "uri": output.uri}) for said, output in pairs]


def handed_on(word: Report, spec: VideoJobSpec) -> list[ResultStatus]:
    """The results of analyses that were proved to be written."""
    return list(word.results) if proves(word, promised(spec)) else []
