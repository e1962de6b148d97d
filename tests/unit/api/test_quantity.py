"""Quantities as Kubernetes reads them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubernetes.utils.quantity import parse_quantity as of_the_client

from videojob_api.quantity import parse_quantity
from videojob_api.values import BadValueError

KUBERNETES_OWN: dict[int | str, Fraction | int] = {
    # From the table of k8s.io/apimachinery/pkg/api/resource/quantity_test.go, and from its package's documentation.
    0: 0, "0": 0, "0n": 0, "0u": 0, "0m": 0, "0Ki": 0, "0k": 0, "0Mi": 0, "0M": 0, "0Ei": 0, "0E": 0,
    1: 1, "1": 1, "1Ki": 1024, "8Ki": 8192, "7Mi": 7 * 2**20, "6Gi": 6 * 2**30, "5Ti": 5 * 2**40, "4Pi": 4 * 2**50,
    "3Ei": 3 * 2**60, "10Ti": 10 * 2**40, "100Ti": 100 * 2**40,
    "5n": Fraction(5, 10**9), "4u": Fraction(4, 10**6), "3m": Fraction(3, 1000), "9": 9, "8k": 8000, "7M": 7 * 10**6,
    "6G": 6 * 10**9, "5T": 5 * 10**12, "40T": 40 * 10**12, "3P": 3 * 10**15, "2E": 2 * 10**18,
    "5E-3": Fraction(5, 1000), "9e0": 9, "8E3": 8000, "7e+6": 7 * 10**6, "6E9": 6 * 10**9, "1e3": 1000, "1E3": 1000,
    "100.035k": 100035, "0.001": Fraction(1, 1000), "0.0005k": Fraction(1, 2), "0.005": Fraction(5, 1000),
    "0.05": Fraction(1, 20), "0.5": Fraction(1, 2), "0.00050k": Fraction(1, 2), "0.5e-1": Fraction(1, 20),
    "1.1E-2": Fraction(11, 1000), "12.3Gi": Fraction(123 * 2**30, 10), "1.8Ti": Fraction(18 * 2**40, 10),
    "1.": 1, ".5": Fraction(1, 2), "+1": 1, "+1.5Gi": Fraction(3 * 2**30, 2), "0001": 1, "500m": Fraction(1, 2),
    # Rounded up to a thousand-millionth, capped at the largest number of 64 bits.
    "1e-10": Fraction(1, 10**9), "0.0000000001": Fraction(1, 10**9), "1.0000000001": 1 + Fraction(1, 10**9),
    "9Ei": 2**63 - 1, "10E": 2**63 - 1, "1e99": 2**63 - 1, "1e-99": Fraction(1, 10**9),
}  # fmt: skip


@pytest.mark.parametrize(("text", "amount"), KUBERNETES_OWN.items())
def test_read_as_kubernetes_reads_them(text: int | str, amount: Fraction | int) -> None:
    wanted = Fraction(amount)
    scale = 10**9
    assert parse_quantity(text) == Fraction(-(-wanted * scale // 1), scale)


NONE = ["8GB", "1.1.M", "1+1.0M", "0.1mi", "0.1am", "aoeu", ".5i", "1i", "1KI", "1K", "1 Gi", "1Gi\n",
        "1e", "1E3k", "nan", "inf", "0x10", "1_000", "٣", "True"]  # fmt: skip


@pytest.mark.parametrize("text", [*NONE, "", "-1", "-5Gi", " 1", ".", "1e999999999", "1E-100"])
def test_refused(text: str) -> None:
    """The last ones Kubernetes reads, but as no amount that a resource should have."""
    with pytest.raises(BadValueError, match="is not a quantity: write 2, 500m"):
        parse_quantity(text)


SUFFIXES = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]


@given(st.decimals(0, 10**6, places=6), st.sampled_from(SUFFIXES))
def test_as_the_python_client_reads_them(number: Decimal, suffix: str) -> None:
    """The client neither rounds nor caps."""
    text = f"{number:f}{suffix}"
    exact = Fraction(of_the_client(text))
    assert exact <= parse_quantity(text) < exact + Fraction(1, 10**9) or parse_quantity(text) == 2**63 - 1 < exact


@given(st.integers(0, 2**40), st.sampled_from(SUFFIXES), st.integers(0, 2**40), st.sampled_from(SUFFIXES))
def test_order_is_that_of_the_amounts(a: int, unit_a: str, b: int, unit_b: str) -> None:
    one, other = parse_quantity(f"{a}{unit_a}"), parse_quantity(f"{b}{unit_b}")
    if Fraction(of_the_client(f"{a}{unit_a}")) <= Fraction(of_the_client(f"{b}{unit_b}")):
        assert one <= other
