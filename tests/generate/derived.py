"""Every derived file, by its path below the repository's root."""

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from tests.generate import chart, manifests, protocol, reference, version
from tests.generate.files import Files, put, text_of
from tests.testbed.cache import ROOT
from videojob_api.schema import CRD_PATH, crd_text, schema_text
from videojob_api.stored import SCHEMA_PATH


def derived(scratch: Path) -> Files:
    """All of them, in an order in which each finds what it reads; writes only below `scratch`."""
    crd = crd_text()
    files = version.files(ROOT) | protocol.files(scratch) | {_below(CRD_PATH): crd, _below(SCHEMA_PATH): schema_text()}
    copy = chart.copied(scratch, files)
    return files | chart.files(copy, crd) | manifests.files(copy) | {_below(reference.PAGE): reference.page()}


def _below(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def write(files: Files, root: Path) -> list[str]:
    """Writes what has changed; gives its paths."""
    changed = [path for path, text in files.items() if text_of(root / path) != text]
    put({path: files[path] for path in changed}, root)
    return changed


def differences(files: Files, root: Path) -> str:
    """A unified diff from what lies there to what should."""
    return "".join(line for path, text in files.items() for line in _difference(path, text_of(root / path), text))


def _difference(path: str, there: str, wanted: str) -> Iterator[str]:
    if there != wanted:
        before, after = (text.splitlines(keepends=True) for text in (there, wanted))
        yield from unified_diff(before, after, f"a/{path}", f"b/{path}")
