"""`python -m tests.bench.images` (root, buildah): sizes and start-up times of the images, to docs/images.md.

Start-up is what every attempt pays: a Python of the image that imports what its command imports, beside one that
imports nothing. Its CPU is measured, which other work on the machine changes little.
"""

import resource
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import Distribution, PackagePath, distributions
from pathlib import Path
from statistics import median

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.testbed.cache import ROOT
from tests.testbed.host import images

PAGE = ROOT / "docs" / "images.md"
RUNS = 9
IMPORTS = {"operator": "spotreel_operator.app.operator, spotreel_operator.app.main", "runner": "job_runner.cli.attempt"}
EXTRAS = {
    "detect": "detectors",
    "remote": "detectors on engines",
    "sql": "results in databases",
    "parquet": "results as Parquet",
    "fonts": "Chinese, Japanese, Korean",
}
HEAD = f"""# Images

Made by `python -m tests.bench.images`: our two Dockerfiles on a base of Debian 12 with Python 3.11. Another base, such
as the Dockerfiles' default, has another size.

| image | size | of it the base | pulled (gzip) | start-up, CPU (median of {RUNS}) | of it Python itself |
|---|---|---|---|---|---|
"""
PARTS = """
Start-up: the process until its imports are done, inside the image, file cache warm. What detectors, engines and
databases need is loaded by jobs that use them, and by no others (`test_start`): these pay for it when they pull.

What the runner's extras have in it, with all that they need beside the rest:

| extra | for | packages | size | pulled (gzip) |
|---|---|---|---|---|
"""
TAIL = """
**One image, no variant.** Without the first four the runner would be a third smaller. But then classes would have to
say which of two images they have, a job that asks for a database would end with ConfigInvalid where it is the other,
and nodes that serve both would keep both. Who wants the small one builds it: leave the extras out of `make
requirements`; what is then asked for in vain is an error that names the extra.

Fonts make 50 MB of the runner's: 33 MB CJK (two wheels), 11 MB emoji (Debian), 6 MB all others:
[why these](dependencies.md).
"""


def megabytes(folder: Path) -> float:
    """Of the files below, as they count in a layer."""
    said = subprocess.run(["du", "-s", "--apparent-size", "-B1", str(folder)], capture_output=True, text=True).stdout
    return int(said.split()[0]) / 1e6


def seconds(root: Path, code: str) -> float:
    """Median CPU time of Python in the image with this code."""
    command = ["chroot", "--userspec=65532:65532", str(root), "/opt/spotreel/bin/python", "-c", code]
    return median(_timed(command) for _ in range(RUNS))


def _timed(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


@contextmanager
def _unpacked(image: str) -> Iterator[Path]:
    container = images.buildah("from", f"{images.REGISTRY}/{image}:{images.TAG}").strip()
    try:
        yield Path(images.buildah("mount", container).strip())
    finally:
        images.buildah("rm", container)


def row(image: str) -> str:
    """A line of the table."""
    pulled = images.product(image).stat().st_size / 1e6
    with _unpacked(image) as root:
        whole, ours = megabytes(root), megabytes(root / "opt")
        bare, full = seconds(root, "pass"), seconds(root, f"import {IMPORTS[image]}")
    return f"| {image} | {whole:.0f} MB | {whole - ours:.0f} MB | {pulled:.0f} MB | {full:.2f} s | {bare:.2f} s |"


def extras() -> Iterable[str]:
    """A line of the second table for each extra of the runner's."""
    with _unpacked("runner") as root:
        (folder,) = (root / "opt/spotreel/lib").glob("python3*/site-packages")
        there: dict[str, Distribution] = {
            canonicalize_name(found.name): found for found in distributions(path=[str(folder)])
        }
        base = needed(there, {"", "runner"})
        for extra, what in EXTRAS.items():
            names = sorted(needed(there, {extra}) - base)
            files = [file for name in names for file in there[name].files or () if Path(file.locate()).is_file()]
            whole, packed = sum(file.size or 0 for file in files) / 1e6, _packed(files) / 1e6
            yield f"| `{extra}` | {what} | {', '.join(names)} | {whole:.0f} MB | {packed:.0f} MB |"


def needed(there: Mapping[str, Distribution], extras: set[str]) -> set[str]:
    """Names of what Spotreel needs for these extras, and of what that needs, among what is there."""
    seen: set[tuple[str, str]] = set()
    left = [("spotreel", extra) for extra in extras]
    while left:
        name, extra = left.pop()
        seen.add((name, extra))
        left += [each for each in _wanted(there, name, extra) if each not in seen]
    return {name for name, _ in seen} - {"spotreel"}


def _wanted(there: Mapping[str, Distribution], name: str, extra: str) -> Iterator[tuple[str, str]]:
    """Packages, and those of their own extras that are asked for."""
    for wanted in map(Requirement, there[name].requires or ()):
        key = canonicalize_name(wanted.name)
        if key in there and (wanted.marker is None or wanted.marker.evaluate({"extra": extra})):
            yield key, ""
            yield from ((key, one) for one in wanted.extras)


def _packed(files: Iterable[PackagePath]) -> int:
    """Bytes of a layer with these files, as registries keep it."""
    with tempfile.TemporaryFile() as layer:
        with tarfile.open(fileobj=layer, mode="w:gz", compresslevel=6) as archive:
            for file in files:
                archive.add(file.locate(), str(file))
        return layer.tell()


def main() -> int:
    """Prints and writes the page."""
    text = HEAD + "\n".join(row(image) for image in IMPORTS) + "\n" + PARTS + "\n".join(extras()) + "\n" + TAIL
    PAGE.write_text(text)
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
