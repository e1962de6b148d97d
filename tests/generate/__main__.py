"""`python -m tests.generate` writes what is derived; with `--check` it only compares, and writes nothing here."""

import sys
import tempfile
from pathlib import Path

from tests.generate import version
from tests.testbed.cache import ROOT


def main(arguments: list[str]) -> int:
    """The exit code: 1 if `--check` finds a file that is not current."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m tests.generate [--check]\n")
        return 2
    if not arguments:
        version.write(ROOT)
    # Only now: the models read the version when they are imported.
    from tests.generate.derived import derived, differences, write

    with tempfile.TemporaryDirectory() as scratch:
        files = derived(Path(scratch))
    if not arguments:
        sys.stdout.writelines(f"wrote {path}\n" for path in write(files, ROOT))
        return 0
    found = differences(files, ROOT)
    sys.stdout.write(found + "run `make generate` and commit what it writes\n" if found else "")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
