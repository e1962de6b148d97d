"""Objects fetched in order, a few ahead of where they are needed, so that a disk need not hold all of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from job_runner.ahead import ahead

AHEAD = 4
"""Files on the disk, at most, beside the one that is needed: those that are being fetched, and those that wait."""


@dataclass(frozen=True)
class FetchedAhead:
    """The files of `keys`, each removed when the next is asked for. They may be walked through more than once.

    `fetch` copies an object into a file of `folder`, and may raise.
    """

    keys: Sequence[str]
    fetch: Callable[[str, Path], Path]
    folder: Path

    def __iter__(self) -> Iterator[Path]:
        """Raises what `fetch` has raised, where its file is asked for."""
        with ahead(self._fetched, enumerate(self.keys), AHEAD, "download") as paths:
            for path in paths:
                yield path
                path.unlink()

    def _fetched(self, numbered: tuple[int, str]) -> Path:
        number, key = numbered
        return self.fetch(key, self.folder / f"{number:06d}")
