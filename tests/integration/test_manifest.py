"""The real kubectl reads YAML as our table says: it needs no server for that."""

import json
import subprocess
from typing import Any

import pytest

from tests.testbed import cache
from tests.unit.api.kubectl import FILES, HEAD, SCALARS, Refused


def read(text: str) -> Any:
    """The document's `spec`, as kubectl prints it in JSON."""
    command = [
        str(cache.control_plane()),
        "kubectl",
        "patch",
        "--local",
        "-f",
        "-",
        "--type=merge",
        "-p",
        "{}",
        "-o=json",
    ]
    result = subprocess.run(command, input=text.encode(), capture_output=True)
    return json.loads(result.stdout)["spec"] if result.returncode == 0 else Refused


@pytest.mark.parametrize(("text", "value"), SCALARS.items())
def test_plain_scalars(text: str, value: Any) -> None:
    found = read(f"{HEAD}spec:\n  v: {text}\n")
    assert repr(found) == repr(value if value is Refused else {"v": value})


@pytest.mark.parametrize("name", FILES)
def test_files(name: str) -> None:
    text, value = FILES[name]
    assert read(HEAD + text) == value
