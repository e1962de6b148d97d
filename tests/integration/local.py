"""`spotreel render` as a process, and what it left."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

Object = dict[str, Any]
SPOTREEL = str(Path(sys.executable).parent / "spotreel")


@dataclass(frozen=True)
class Rendered:
    """An output and what was said about it."""

    sha256: str
    stdout: str


def start(
    document: Object, folder: Path, env: Mapping[str, str] = {}, options: tuple[str, ...] = ()
) -> "subprocess.Popen[str]":
    """The process."""
    file = folder / f"{document['metadata']['name']}.yaml"
    file.write_text(yaml.safe_dump(document))
    return subprocess.Popen(
        [SPOTREEL, "render", str(file), *options],
        cwd=folder,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def render(document: Object, folder: Path, env: Mapping[str, str] = {}, options: tuple[str, ...] = ()) -> Rendered:
    """Runs to the end; fails the test if it does not succeed. The output is a file."""
    out = run(document, folder, env, options)
    output = Path(urlsplit(document["spec"]["outputs"][0]["uri"]).path)
    return Rendered(hashlib.sha256(output.read_bytes()).hexdigest(), out)


def run(document: Object, folder: Path, env: Mapping[str, str] = {}, options: tuple[str, ...] = ()) -> str:
    """Runs to the end, and gives what was said; fails the test if it does not succeed."""
    process = start(document, folder, env, options)
    out, errors = process.communicate(timeout=600)
    assert process.returncode == 0, errors
    return out
