"""Weights out of a file of torch's first format, without torch: pickles, then the numbers of each tensor.

Only the three names that such a file of weights needs are let in; all else a pickle could call is refused.
"""

import pickle
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

KINDS = {"FloatStorage": "<f4", "LongStorage": "<i8"}


def read_weights(path: Path) -> Mapping[str, npt.NDArray[np.float32]]:
    """Arrays by name. Raises pickle.UnpicklingError for anything but weights."""
    with path.open("rb") as file:
        for _ in range(3):
            _Reader(file).load()
        reader = _Reader(file)
        found: dict[str, _Tensor] = reader.load()
        for key in _Reader(file).load():
            count = int.from_bytes(file.read(8), "little")
            kind = np.dtype(KINDS[reader.kinds[key]])
            reader.numbers[key] = np.frombuffer(file.read(count * kind.itemsize), kind)
        return {name: tensor.array(reader.numbers) for name, tensor in found.items()}


class _Tensor:
    """A view of numbers that come later in the file."""

    def __init__(self, key: str, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any) -> None:
        self._key, self._offset, self._shape, self._strides = key, offset, shape, strides

    def array(self, numbers: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[Any]:
        own = numbers[self._key][self._offset :]
        size = own.itemsize
        return np.lib.stride_tricks.as_strided(own, self._shape, [step * size for step in self._strides]).copy()


class _Reader(pickle.Unpickler):
    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.kinds: dict[str, str] = {}
        self.numbers: dict[str, npt.NDArray[Any]] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Tensor
        if module == "torch" and name in KINDS:
            return name
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of weights")

    def persistent_load(self, pid: Any) -> str:
        _, kind, key, *_ = pid
        self.kinds[key] = kind
        return str(key)
