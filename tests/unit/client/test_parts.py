"""How a file is cut into parts."""

import pytest

from spotreel.parts import MOST_PARTS, SMALLEST, Part, part_size, parts


def test_parts_are_the_file() -> None:
    assert list(parts(SMALLEST)) == [Part(1, 0, SMALLEST)]
    assert list(parts(SMALLEST + 1)) == [Part(1, 0, SMALLEST), Part(2, SMALLEST, 1)]


@pytest.mark.parametrize("size", [1, SMALLEST * MOST_PARTS, SMALLEST * MOST_PARTS + 1, 5 * 2**40])
def test_no_store_is_given_too_many(size: int) -> None:
    each = part_size(size)
    assert each % 2**20 == 0 and each >= SMALLEST and -(-size // each) <= MOST_PARTS
