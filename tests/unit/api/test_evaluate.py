"""CEL as the API server has it, with what this evaluator lacks."""

import pytest

from videojob_api.evaluate import holds, message


@pytest.mark.parametrize(
    ("expression", "value", "true"),
    [
        ("self.a < self.b", {"a": 1, "b": 2}, True),
        ("!has(self.a)", {"b": 2}, True),
        ("[1, 2, 2].isSorted() && ![2, 1].isSorted() && [].isSorted()", {}, True),
        ("self.map(k, duration(k)).isSorted()", ["1s", "61s", "1m2s"], True),
        ("self.map(k, duration(k)).isSorted()", ["1m", "59s"], False),
        ("self.map(i, i * 2).sum() == 12", [1, 2, 3], True),
    ],
)
def test_rules(expression: str, value: object, true: bool) -> None:
    assert holds(expression, value) is true


def test_a_message_may_be_computed() -> None:
    assert message("'%d of %d'.format([self.size(), 9])", [1, 2]) == "2 of 9"


def test_what_is_no_rule_is_not_taken_for_one_that_does_not_hold() -> None:
    with pytest.raises(Exception, match="nothing_of_that_name"):
        holds("nothing_of_that_name(self)", {})
