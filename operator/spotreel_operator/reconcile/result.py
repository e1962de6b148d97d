"""Whether a runner's last word proves the job's result.

The operator has no rights in stores and databases and must go by words: it believes those that name exactly what
the job was to write, and shows what the spec says.
"""

from dataclasses import dataclass

from videojob_api.names import Outcome
from videojob_api.report import Report
from videojob_api.short_uri import short_uri
from videojob_api.spec import VideoJobSpec
from videojob_api.status import OutputStatus, ResultStatus

_LONGEST = 300


@dataclass(frozen=True)
class Promise:
    """What a job is to write: URIs of outputs, and of each result its analysis and URI, or None for a database."""

    outputs: tuple[str, ...] = ()
    results: tuple[tuple[str, str | None], ...] = ()

    def __str__(self) -> str:
        results = (uri or f"the rows of {analysis} in a database" for analysis, uri in self.results)
        return ", ".join([*self.outputs, *results])

    @property
    def kept(self) -> str:
        """A sentence that says that all of it is there."""
        several = len(self.outputs) + len(self.results) > 1 or any(uri is None for _, uri in self.results)
        return f"{self} {'are' if several else 'is'} there"


NOTHING = Promise()


def promised(spec: VideoJobSpec) -> Promise:
    """By a job's spec."""
    results = ((result.analysis, result.uri) for result in spec.results or [])
    return Promise(tuple(output.uri for output in spec.outputs or []), tuple(results))


def proves(word: Report | None, wanted: Promise) -> bool:
    """Whether it says that exactly what was wanted, which is something, has been written."""
    return bool(wanted != NOTHING and word and word.outcome == Outcome.SUCCEEDED and _says(word, wanted))


def _says(word: Report, wanted: Promise) -> bool:
    """A last word may name a digest instead of a long URI."""
    return _shortened(_claimed(word)) == _shortened(wanted)


def _shortened(promise: Promise) -> Promise:
    results = ((analysis, uri and short_uri(uri)) for analysis, uri in promise.results)
    return Promise(tuple(map(short_uri, promise.outputs)), tuple(results))


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
    """The results of analyses that were proved to be written, with the places that the spec gives them."""
    if not proves(word, promised(spec)):
        return []
    pairs = zip(word.results, spec.results or [], strict=True)
    return [said.model_copy(update={"analysis": result.analysis, "uri": result.uri}) for said, result in pairs]
