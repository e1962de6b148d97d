"""Weights of torch's first format; a file written here by its rules, and pickles that want more."""

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.testbed.torch_file import read_weights


class Named:
    """Pickles as a name of another module, as torch's own classes do."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class Writer(pickle._Pickler):
    """Python's own pickler, as its C twin lets nobody write names of modules that are not there."""

    write: Any

    def persistent_id(self, obj: Any) -> Any:
        return ("storage", obj.kind, obj.key, "cpu", obj.count, None) if isinstance(obj, Storage) else None

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        if isinstance(obj, Named):
            self.write(f"c{obj.module}\n{obj.name}\n".encode())
        elif isinstance(obj, Rebuilt):
            self.save(Named("torch._utils", "_rebuild_tensor_v2"))
            self.save(obj.arguments)
            self.write(b"R")
        else:
            super().save(obj, save_persistent_id)  # type: ignore[misc]


class Storage:
    def __init__(self, kind: Named, key: str, count: int) -> None:
        self.kind, self.key, self.count = kind, key, count


class Rebuilt:
    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments


def write(path: Path, state: Any, numbers: dict[str, bytes]) -> Path:
    with path.open("wb") as file:
        for thing in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, state, list(numbers)):
            Writer(file, 2).dump(thing)
        for data in numbers.values():
            file.write((len(data) // 4).to_bytes(8, "little") + data)
    return path


def test_views_of_one_storage(tmp_path: Path) -> None:
    floats = Storage(Named("torch", "FloatStorage"), "7", 8)
    state = OrderedDict(
        a=Rebuilt(floats, 0, (2, 3), (3, 1), False, OrderedDict()),
        b=Rebuilt(floats, 6, (2,), (1,), False, OrderedDict()),
    )
    path = write(tmp_path / "w.pt", state, {"7": np.arange(8, dtype="<f4").tobytes()})
    found = read_weights(path)
    assert found["a"].tolist() == [[0, 1, 2], [3, 4, 5]] and found["b"].tolist() == [6, 7]


@pytest.mark.parametrize(("module", "name"), [("os", "system"), ("builtins", "eval"), ("torch", "load")])
def test_whatever_else_a_pickle_names_is_refused(tmp_path: Path, module: str, name: str) -> None:
    path = write(tmp_path / "w.pt", OrderedDict(a=Named(module, name)), {})
    with pytest.raises(pickle.UnpicklingError, match=f"{module}.{name} has no place"):
        read_weights(path)
