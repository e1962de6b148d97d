"""`python -m tests.bench.images` (root, buildah): sizes and start-up times of the images, to docs/images.md.

Start-up is what every attempt pays: a Python of the image that imports what its command imports, beside one that
imports nothing.
"""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from tests.testbed.cache import ROOT
from tests.testbed.host import images

PAGE = ROOT / "docs" / "images.md"
RUNS = 9
IMPORTS = {"operator": "spotreel_operator.app.operator, spotreel_operator.app.main", "runner": "job_runner.cli.attempt"}
HEAD = """# Images

Made by `python -m tests.bench.images`: our two Dockerfiles on a base of Debian 12 with Python 3.11. Another base, such
as the Dockerfiles' default, has another size.

| image | size | of it the base | start-up (median of {runs}) | of it Python itself |
|---|---|---|---|---|
"""
TAIL = """
Fonts make 50 MB of the runner's: 33 MB CJK (two wheels), 11 MB emoji (Debian), 6 MB all others:
[why these](dependencies.md).

Start-up: the process until its imports are done, inside the image, file cache warm.
"""


def megabytes(folder: Path) -> float:
    """Of the files below, as they count in a layer."""
    said = subprocess.run(["du", "-s", "--apparent-size", "-B1", str(folder)], capture_output=True, text=True).stdout
    return int(said.split()[0]) / 1e6


def seconds(root: Path, code: str) -> float:
    """Median wall time of Python in the image with this code."""
    command = ["chroot", "--userspec=65532:65532", str(root), "/opt/spotreel/bin/python", "-c", code]
    return median(_timed(command) for _ in range(RUNS))


def _timed(command: list[str]) -> float:
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    return time.monotonic() - began


def row(image: str) -> str:
    """A line of the table."""
    images.product(image)
    container = images.buildah("from", f"{images.REGISTRY}/{image}:{images.TAG}").strip()
    try:
        root = Path(images.buildah("mount", container).strip())
        whole, ours = megabytes(root), megabytes(root / "opt")
        bare, full = seconds(root, "pass"), seconds(root, f"import {IMPORTS[image]}")
    finally:
        images.buildah("rm", container)
    return f"| {image} | {whole:.0f} MB | {whole - ours:.0f} MB | {full:.2f} s | {bare:.2f} s |"


def main() -> int:
    """Prints and writes the page."""
    text = HEAD.format(runs=RUNS) + "\n".join(row(image) for image in IMPORTS) + "\n" + TAIL
    PAGE.write_text(text)
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
