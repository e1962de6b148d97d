"""One code for NumPy arrays and torch tensors: the Array API standard, and integers wide enough.

NumPy speaks that standard itself, since 2.1. array_api_compat is loaded for all others only: its own NumPy namespace
takes a tenth of a second.
"""

from typing import Any

import numpy as np

Array = Any
"""A NumPy array or a torch tensor; both know slices, arithmetic and assignment alike."""


def namespace(array: Array) -> Any:
    """The functions for this kind of array."""
    if isinstance(array, np.ndarray):
        return np
    import array_api_compat

    return array_api_compat.array_namespace(array)


def wide(array: Array) -> Any:
    """An integer type that holds 257 times a value of `array`.

    16 bits do for bytes and cost half the memory traffic; torch computes with signed types only.
    """
    return np.uint16 if isinstance(array, np.ndarray) and array.dtype == np.uint8 else namespace(array).int32


def beside(array: Array, like: Array) -> Array:
    """A NumPy array made by others, brought to where `like` lives."""
    if isinstance(like, np.ndarray):
        return array
    import array_api_compat

    signed = array.astype(np.int32) if array.dtype == np.uint16 else array
    return namespace(like).asarray(signed, device=array_api_compat.device(like))
