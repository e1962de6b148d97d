"""The real kubectl reads YAML as our table says: it needs no server for that."""

import json
import subprocess
from typing import Any

import pytest

from tests.testbed import cache
from tests.unit.api.kubectl import CASES, Refused, same


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


@pytest.mark.parametrize(("text", "value"), CASES.values(), ids=CASES)
def test_values(text: str, value: Any) -> None:
    assert same(read(text), value)
