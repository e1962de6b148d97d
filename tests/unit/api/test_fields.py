"""What a type's CEL rule admits, its reader reads, and the other way round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videojob_api.evaluate import holds
from videojob_api.fields import COLOR_RULE, DURATION_RULE, NAMED_COLORS, unless_no_time
from videojob_api.values import parse_color, parse_duration

TIMES = st.text("0123456789.hmsu -", max_size=9) | st.from_regex(r"\A([0-9]{1,3}(\.[0-9]{1,2})?(h|ms|us|m|s)){1,3}\Z")
COLORS = (
    st.text("#0123456789abcdefFg", max_size=10)
    | st.from_regex(r"\A#{0,2}([0-9a-fA-F]{2}){2,5}\Z")
    | st.sampled_from(NAMED_COLORS.split("|")).map(str.upper)
)


def reads(read: object, text: str) -> bool:
    assert callable(read)
    try:
        read(text)
    except ValueError:
        return False
    return True


@given(TIMES)
def test_times(text: str) -> None:
    assert holds(str(DURATION_RULE["rule"]), text) == reads(parse_duration, text)


@given(COLORS)
def test_colours(text: str) -> None:
    assert holds(str(COLOR_RULE["rule"]), text) == reads(parse_color, text)


@pytest.mark.parametrize(
    ("value", "true"),
    [({"a": "2s"}, True), ({"a": "1s"}, False), ({"a": "soon"}, True), ({}, True)],
)
def test_rules_that_compare_pass_over_what_is_no_time(value: dict[str, str], true: bool) -> None:
    """That has an answer of its own."""
    assert holds(unless_no_time("!has(self.a) || duration(self.a) >= duration('2s')", "self.a"), value) is true
