"""Quantities of resources, read exactly as Kubernetes reads them: `500m`, `32Gi`, `1.5`, `1e3`."""

import math
import re
from fractions import Fraction

from videojob_api.values import BadValueError

_QUANTITY = re.compile(r"\+?(\d+\.?\d*|\.\d+)(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?\d{1,2}))?", re.ASCII)
"""Exponents of three digits and more are refused: the API server computes for minutes on some of them."""
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_FINEST = 10**9
"""Kubernetes rounds up to a thousand-millionth."""
_LARGEST = Fraction(2**63 - 1)
"""What is more is this to Kubernetes."""


def parse_quantity(value: int | str) -> Fraction:
    """The amount in the resource's own unit (cores, bytes, pieces). Raises BadValueError, also for a negative one."""
    match = _QUANTITY.fullmatch(str(value))
    if not match:
        raise BadValueError(f"{str(value)!r} is not a quantity: write 2, 500m, 1.5 or 8Gi")
    number, suffix, exponent = match.groups()
    amount = Fraction(number.rstrip(".")) * _factor(suffix or "", exponent)
    return min(Fraction(math.ceil(amount * _FINEST), _FINEST), _LARGEST)


def _factor(suffix: str, exponent: str | None) -> Fraction:
    if suffix in _BINARY:
        return Fraction(2 ** _BINARY[suffix])
    return Fraction(10) ** (int(exponent) if exponent else _DECIMAL[suffix])
