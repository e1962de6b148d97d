"""Lines for the person at the terminal, and for programs."""

import json
import sys
from typing import Any


def say(line: str) -> None:
    """On standard output."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def complain(line: str) -> None:
    """About something wrong, on standard error."""
    sys.stderr.write(line + "\n")


def say_json(data: Any) -> None:
    """One JSON document a line, on standard output."""
    say(json.dumps(data, ensure_ascii=False))
