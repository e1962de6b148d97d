"""64 bits, as Go has them."""

import pytest

from videojob_api.scalars import Scalar, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9223372036854775807", 2**63 - 1),
        ("18446744073709551615", 2**64 - 1),
        ("+9223372036854775808", 2**63),
        ("99999999999999999999", 10**20),
        ("1e21", 1e21),
        ("0.30000000000000004", 0.30000000000000004),
        ("-", "-"),
        ("+", "+"),
        (".", "."),
    ],
)
def test_limits(text: str, value: Scalar) -> None:
    assert resolve(text) == value
