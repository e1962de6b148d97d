"""Lines for the person at the terminal, and for programs."""

import json
import os
import re
import sys
from io import TextIOWrapper
from typing import Any

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_unsaid: list[str] = []
"""Why standard output could not be written."""


def say(line: str) -> None:
    """On standard output; what would move a terminal's cursor shows as a question mark."""
    say_text(_CONTROLS.sub("?", line) + "\n")


def say_text(text: str) -> None:
    """As it is, on standard output. Where that cannot be written the work goes on, and its exit code tells."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has gone, such as head.
        _to_nowhere()
    except OSError as error:
        _lose(error.strerror or "error")
        _to_nowhere()


def _to_nowhere() -> None:
    """So that nothing is left to be flushed at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _lose(why: str) -> None:
    if not _unsaid:
        complain(f"spotreel: standard output cannot be written ({why})")
    _unsaid.append(why)


def unsaid() -> bool:
    """Whether something was to be said that could not be."""
    return bool(_unsaid)


class _Closed(TextIOWrapper):
    """Standard output that the caller has closed."""

    def write(self, text: str) -> int:
        raise OSError(0, "it is closed")


def hold_streams() -> None:
    """Takes the places of standard streams that are closed: else files opened later would have their numbers."""
    for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
            file = open(number, "rb" if number == 0 else "wb", closefd=False)  # noqa: SIM115
            setattr(sys, name, (_Closed if number == 1 else TextIOWrapper)(file))


def plainly() -> None:
    """From here on names that this terminal cannot show are written with their code points, rather than not at all."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def complain(line: str) -> None:
    """About something wrong, on standard error."""
    sys.stderr.write(_CONTROLS.sub("?", line) + "\n")


def say_json(data: Any) -> None:
    """One JSON document a line, on standard output."""
    say_text(json.dumps(data, ensure_ascii=False) + "\n")


def say_failed(file: object, message: str, as_json: bool) -> None:
    """Why nothing came of a file: a document for programs, else a line about something wrong."""
    say_json({"file": str(file), "message": message}) if as_json else complain(f"spotreel: {message}")
