"""Objects fetched in order, a few ahead of where they are needed, so that a disk need not hold all of them."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

DOWNLOADS = 4
AHEAD = 8
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
        waiting: deque[Future[Path]] = deque()
        with ThreadPoolExecutor(DOWNLOADS, "download") as pool:
            try:
                for number, key in enumerate(self.keys):
                    waiting.append(pool.submit(self.fetch, key, self.folder / f"{number:06d}"))
                    if len(waiting) > AHEAD:
                        yield from _once(waiting.popleft())
                while waiting:
                    yield from _once(waiting.popleft())
            finally:
                for future in waiting:
                    future.cancel()


def _once(future: Future[Path]) -> Iterator[Path]:
    path = future.result()
    yield path
    path.unlink()
