"""Lines for the person at the terminal, and for programs."""

import json
import os
import sys
from io import TextIOWrapper
from typing import Any


def say(line: str) -> None:
    """On standard output."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has gone, such as head; the work goes on, and nothing is left to be flushed at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def plainly() -> None:
    """From here on names that this terminal cannot show are written with their code points, rather than not at all."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def complain(line: str) -> None:
    """About something wrong, on standard error."""
    sys.stderr.write(line + "\n")


def say_json(data: Any) -> None:
    """One JSON document a line, on standard output."""
    say(json.dumps(data, ensure_ascii=False))


def say_failed(file: object, message: str, as_json: bool) -> None:
    """Why nothing came of a file: a document for programs, else a line about something wrong."""
    say_json({"file": str(file), "message": message}) if as_json else complain(f"spotreel: {message}")
