"""What others may write into an object, and how it must be shown: a line of printable text of at most 1 KiB."""

from dataclasses import fields
from typing import Any

ODD = "\x1b[2J\x00\u202ebad\nnews " + "\U0001f3ac" * 5000
SHOWN = "bad news "


def texts(of: Any) -> dict[str, str]:
    """The texts of a dataclass, by field."""
    return {field.name: value for field in fields(of) if isinstance(value := getattr(of, field.name), str)}


def assert_shown(found: dict[str, str], *names: str) -> None:
    """That the fields `names` hold what `ODD` is shown as, and that no text is anything else than a line."""
    for name in names:
        assert found[name].startswith(SHOWN), name
    assert all(text.isprintable() and len(text.encode()) <= 1024 for text in found.values())
