"""Texts by their paths below a folder."""

from collections.abc import Mapping
from pathlib import Path

Files = dict[str, str]


def text_of(path: Path) -> str:
    """Empty for a file that is not there."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def put(files: Mapping[str, str], folder: Path) -> None:
    """Writes them below `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
