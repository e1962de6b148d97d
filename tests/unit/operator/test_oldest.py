"""What was put in first makes room."""

import pytest

from spotreel_operator.runtime.oldest import drop_oldest


@pytest.mark.parametrize(("most", "left"), [(0, ""), (2, "cb"), (3, "acb"), (9, "acb")])
def test_the_oldest_go(most: int, left: str) -> None:
    kept = dict.fromkeys("acb")
    drop_oldest(kept, most)
    assert "".join(kept) == left
