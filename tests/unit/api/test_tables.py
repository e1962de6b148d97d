"""A table says exactly one thing of each member, or it is refused when it is made."""

from enum import StrEnum

import pytest

from videojob_api.codecs import VIDEO_CODECS
from videojob_api.exit_codes import ENDS_BY_CODE, ExitCode
from videojob_api.names import Note
from videojob_api.notes import SHOWN
from videojob_api.tables import keyed, whole


class Side(StrEnum):
    LEFT = "Left"
    RIGHT = "Right"


def sides(*rows: str) -> dict[str, str]:
    return whole(list(Side), rows, key=lambda row: row.split(":")[0])


def test_rows_stay_in_their_order() -> None:
    assert list(sides("Right:2", "Left:1").items()) == [("Right", "Right:2"), ("Left", "Left:1")]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("Left:1",), "no row for <Side.RIGHT: 'Right'>"),
        (("Left:1", "Right:2", "Left:1"), "two rows for 'Left'"),
        (("Left:1", "Right:2", "Top:3"), "rows for what is no member: 'Top'"),
    ],
)
def test_a_table_that_is_not_whole_is_refused(rows: tuple[str, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sides(*rows)


def test_the_tables_of_ends_notes_and_codecs_are_made_so() -> None:
    """A second row of a note would once have taken the place of the first."""
    ends, notes, codecs = list(ENDS_BY_CODE.values()), list(SHOWN.values()), list(VIDEO_CODECS.values())
    with pytest.raises(ValueError, match=r"no row for <ExitCode\.OK: 0>"):
        whole(list(ExitCode), ends[1:], key=lambda end: end.code)
    with pytest.raises(ValueError, match=r"two rows for <Note\.ENCODER_FALLBACK"):
        whole(list(Note), [*notes, notes[0]], key=lambda shown: shown.note)
    with pytest.raises(ValueError, match="two rows for 'h264'"):
        keyed([*codecs, codecs[0]], key=lambda codec: codec.name)
