"""What models may give: arrays of numbers, and not too many of them."""

import numpy as np

from job_runner.engines.model import Array
from job_runner.errors import InputInvalid

MOST_VALUES = 1 << 26
"""Of one output of a call."""


def numbers(array: object, name: str, model: str) -> Array:
    """The same array. Raises InputInvalid, with the output's `name`, for what is none of numbers or too large."""
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiub":
        raise InputInvalid(f"model {model}: its output {name} is no array of numbers; export a detector")
    if array.size > MOST_VALUES:
        raise InputInvalid(f"model {model}: its output {name} has {array.size:,} values; export a detector")
    return array
