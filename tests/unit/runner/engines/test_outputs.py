"""What counts as an output: arrays of numbers, and not too many."""

import numpy as np
import pytest

from job_runner.engines import outputs
from job_runner.engines.outputs import numbers
from job_runner.errors import InputInvalid


@pytest.mark.parametrize("kind", ["float32", "int64", "uint8", "bool"])
def test_numbers_pass(kind: str) -> None:
    array = np.zeros((2, 3), kind)
    assert numbers(array, "a", "m") is array


@pytest.mark.parametrize("given", [[1.0], np.array(["x"]), np.zeros(1, np.complex64), None])
def test_what_is_no_array_of_numbers_is_named(given: object) -> None:
    with pytest.raises(InputInvalid, match="model m: its output a is no array of numbers; export a detector"):
        numbers(given, "a", "m")


def test_an_enormous_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "MOST_VALUES", 5)
    with pytest.raises(InputInvalid, match="model m: its output a has 6 values"):
        numbers(np.zeros(6), "a", "m")
