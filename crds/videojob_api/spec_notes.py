"""What a spec says that is right, and perhaps not meant. Pure."""

from videojob_api.names import Note
from videojob_api.order import Work
from videojob_api.report import Warning_
from videojob_api.usage import unused_analyses


def spec_notes(work: Work) -> list[Warning_]:
    """Told by `spotreel validate`, and by the runner, which does the work all the same."""
    return [Warning_(reason=Note.ANALYSIS_UNUSED, message=_unused(name)) for name in unused_analyses(work)]


def _unused(name: str) -> str:
    return (
        f"analysis {name} is done for nothing: no clipsFrom, keyframesFrom or results name it; name it there, or leave "
        "it out"
    )
