"""Whether a runner's last word proves the job's result.

The operator has no rights in the store and must go by words: it believes those that name exactly what
the job was to write, and shows what the spec says.
"""

from videojob_api.names import Outcome
from videojob_api.output import Output
from videojob_api.report import Report
from videojob_api.status import OutputStatus

_LONGEST = 300


def proves(word: Report | None, output: str) -> bool:
    """Whether it says that this very URI, and no other, has been written."""
    return bool(output and word and word.outcome == Outcome.SUCCEEDED and [o.uri for o in word.outputs] == [output])


def doubt(word: Report, output: str) -> str:
    """Why a last word that claims success is not believed."""
    claimed = ", ".join(o.uri for o in word.outputs)[:_LONGEST]
    return f"claimed success, but named {claimed or 'no output'} and not {output} as what it has written"


def written(word: Report, output: Output) -> list[OutputStatus]:
    """The outputs of a result that was proved, with the names that the spec gives them."""
    if not proves(word, output.uri):
        return []
    return [word.outputs[0].model_copy(update={"name": output.name, "uri": output.uri})]
