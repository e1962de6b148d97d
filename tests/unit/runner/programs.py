"""Models as .pt2 made for a test: by torch.export where torch is there, and archives that only look like one."""

import importlib.util
import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest

needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="torch is not installed: make gpu-test"
)

LAMP = {"names.json": '{"0": "lamp"}'}


def archive(members: Mapping[str, str], folder: str = "archive/") -> bytes:
    """A zip file of these members, as torch's own are: in one folder, not compressed."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name, text in members.items():
            file.writestr(folder + name, text)
    return data.getvalue()


def sealed() -> bytes:
    """Calls itself a .pt2 with a program: enough to be refused, and nothing that could be run."""
    return archive({"models/model.json": "{}", "archive_format": "pt2", "archive_version": "0"})


def module(forward: Callable[..., Any]) -> Any:
    """A module of torch's that does this; `forward` has its `self` and is known by the names of its arguments."""
    import torch

    return type("Made", (torch.nn.Module,), {"forward": forward})()


def exported(made: Any, *examples: Any, dynamic: Any = None, extra: Mapping[str, str] = LAMP, **named: Any) -> bytes:
    """A module of torch's, for arguments such as these, as torch.export.save writes it."""
    import torch

    data = io.BytesIO()
    program = torch.export.export(made, examples, named, dynamic_shapes=dynamic)
    torch.export.save(program, data, extra_files=dict(extra))
    return data.getvalue()


def bright_program(size: tuple[int, int] = (64, 64), batch: int | None = 1, names: Mapping[str, str] = LAMP) -> bytes:
    """The same detector as `models.bright_model`; `batch` None is an open one, of 1 to 16."""
    import torch

    def bright(self: Any, images: Any) -> Any:
        lit = images.mean(1) > 0.5
        across, down = lit.any(1), lit.any(2)
        first = [flags.float().argmax(1, keepdim=True) for flags in (across, down)]
        last = [
            n - flags.flip(1).float().argmax(1, keepdim=True) for flags, n in zip((across, down), size, strict=True)
        ]
        box = torch.cat([*first, *last], 1).float()
        score = across.any(1, keepdim=True).float()
        return torch.cat([box, score, score * 0], 1).unsqueeze(1)

    count = torch.export.Dim("count", min=1, max=16)
    dynamic = ({0: count},) if batch is None else None
    return exported(module(bright), torch.zeros(batch or 2, 3, size[1], size[0]), dynamic=dynamic, extra=names)
