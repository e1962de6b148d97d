"""Wrong and surprising VideoJobs as people write them (cases/desk/*.yaml), and what is answered to each (answers.txt).

First the lines of `spotreel validate`, then what the API server does, with those of its words that are ours.
"""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "cases" / "desk"
_SERVER = "API server: "


@dataclass(frozen=True)
class Case:
    """A file, the lines of `validate`, and whether the API server takes it, or with which words not."""

    file: str
    lines: tuple[str, ...]
    taken: bool
    words: str

    @property
    def text(self) -> str:
        """The file's."""
        return (FOLDER / f"{self.file}.yaml").read_text()


def _case(section: str) -> Case:
    file, *lines, server = section.strip().splitlines()
    verdict, _, words = server.removeprefix(_SERVER).partition(": ")
    return Case(file, tuple(lines), verdict == "takes it", words)


CASES = [_case(section) for section in (FOLDER / "answers.txt").read_text().split("##### ")[1:]]
