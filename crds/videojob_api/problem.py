"""One thing wrong with a VideoJob, and where."""

from dataclasses import dataclass

Path = tuple[str | int, ...]
Position = tuple[int, int]
"""Line and column, from 1."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong, and where."""

    path: Path
    message: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{dotted(self.path)}: {self.message}" if self.path else self.message

    def located(self, file: str) -> str:
        """`file:line:column  field: message`, as compilers write it."""
        return f"{file}:{self.line}:{self.column}  {self}"


def dotted(path: Path) -> str:
    """Writes a path as people do: `timeline.clips[0].end`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
