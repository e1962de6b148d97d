"""One table of notes: how what a runner says of a job that goes on is shown in status, in events and in the reference.

At a desk `spotreel render` says the message itself.
"""

from dataclasses import dataclass

from videojob_api.names import Note
from videojob_api.reasons import Reason
from videojob_api.tables import whole


@dataclass(frozen=True)
class Shown:
    """A kind of note: the reasons of its condition and of its event, whether that is a warning, and a line for people.

    The condition's type is the note's own name. A warning means that the output may look, or cost, as nobody meant it.
    """

    note: Note
    reason: str
    event: Note
    warning: bool
    line: str


def _warning(note: Note, line: str, reason: str = "") -> Shown:
    return Shown(note, reason or note, note, True, line)


def _choice(note: Note, line: str) -> Shown:
    """What was decided for the user, and may be decided otherwise."""
    return Shown(note, note, note, False, line)


SHOWN: dict[str, Shown] = whole(
    list(Note),
    [
        _warning(Note.ENCODER_FALLBACK, "no GPU encoder opens here, the CPU encodes", Reason.NO_ENCODER_ON_GPU),
        _warning(Note.INPUT_DAMAGED, "part of an input cannot be decoded"),
        _warning(Note.GLYPHS_MISSING, "no font has some letters of a text"),
        _warning(Note.ORIENTATION_IGNORED, "an input asks for a turn that is no quarter turn"),
        _warning(Note.ALPHA_IGNORED, "an input's alpha is not decoded"),
        _warning(Note.TEXT_SHORTENED, "a text does not fit into its box"),
        _warning(Note.TEXT_UNORDERED, "letters stand apart or in the wrong order"),
        _choice(Note.STREAMS_DROPPED, "streams or tags of an input are not in the output"),
        _choice(Note.TRACK_CHOSEN, "an input has several tracks, one was taken"),
        _choice(Note.SOUND_MIXED, "channels of an input are mixed into others"),
        _choice(Note.SOUND_ENCODED, "sound that was to be copied is encoded"),
        _warning(Note.CLOCK_JUMPS, "an input's clock jumps"),
        _choice(Note.FRAME_RATE_CHOSEN, "an input's pictures come unevenly, a rate was taken"),
        _warning(Note.NOTHING_TRACKED, "an analysis has found nothing for an overlay or a crop to follow"),
        _warning(Note.ANALYSIS_UNUSED, "nothing goes by an analysis, and nobody gets its rows"),
        _warning(Note.BOXES_LIMITED, "a frame has as many boxes as are kept of one, there may be more"),
    ],
    key=lambda shown: shown.note,
)
"""A note without a row would be passed over in silence."""
