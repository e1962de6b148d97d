"""What others write into objects is shown as a line."""

import pytest

from spotreel_operator.state.texts import said
from tests.unit.operator.shown import ODD, assert_shown


def test_a_line_without_what_cannot_be_printed() -> None:
    assert_shown({"message": said({"message": ODD}, "message")}, "message")


@pytest.mark.parametrize("found", [{}, {"message": None}, {"message": ""}])
def test_nothing_where_there_is_none(found: dict[str, str | None]) -> None:
    assert said(found, "message") == ""
