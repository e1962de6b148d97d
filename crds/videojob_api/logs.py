"""Logs of operator and runner, one shape for both: time (RFC 3339), level, logger, message, and what else has a name.

A record is one line of JSON, or of text with stacks indented below it. What others wrote into it cannot begin a line
of its own, nor do anything to a terminal.
"""

import json
import logging
import math
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

from videojob_api.clean import clean

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
LONGEST = 8192
"""Bytes of a value."""
MOST_LINES = 400
"""Of a stack; the last ones tell most."""

_OURS = ("videojob_api", "spotreel_operator", "job_runner")
_STACKS = ("stack", "traceback")
_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"asctime", "message", "taskName"}
Entry = dict[str, Any]


def start_logging(form: str = "json", level: str = "info", stream: TextIO | None = None, **always: str) -> None:
    """All loggers to one stream (standard output); `always` stands in every record.

    The level is that of our own loggers. Libraries say warnings and errors only: below that some write tokens.
    """
    number = LEVELS.get(level, logging.INFO)
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(Formatter(form, always))
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in _OURS:
        logging.getLogger(name).setLevel(number)


class Formatter(logging.Formatter):
    """Writes records as one of FORMS."""

    def __init__(self, form: str = "json", always: Mapping[str, str] = {}) -> None:
        super().__init__()
        self._write, self._always = FORMS.get(form, as_json), always

    def format(self, record: logging.LogRecord) -> str:
        """One record, without a line's end."""
        return self._write(entry(record, self._always))


def entry(record: logging.LogRecord, always: Mapping[str, str] = {}) -> Entry:
    """What is said of a record: strings that can be shown, numbers, truth values."""
    head = {
        "time": _time(record.created),
        "level": record.levelname,
        "logger": record.name,
        "message": clean(record.getMessage(), LONGEST),
    }
    more = {**always, **_object(record), **_extras(record), **_traceback(record)}
    return head | {name: _shown(name, value) for name, value in more.items() if name not in head}


def as_json(said: Entry) -> str:
    """One line of JSON."""
    return json.dumps(said, ensure_ascii=False)


def as_text(said: Entry) -> str:
    """One line, and one more, indented, for each line of a stack."""
    flat = {name: value for name, value in said.items() if name not in _STACKS}
    head = [str(flat.pop(name)) for name in ("time", "level", "logger", "message")]
    line = " ".join([*head, *(f"{name}={_quoted(value)}" for name, value in flat.items())])
    below = [f"    {part}" for name in _STACKS if name in said for part in said[name].split("\n")]
    return "\n".join([line, *below])


FORMS: dict[str, Callable[[Entry], str]] = {"json": as_json, "text": as_text}


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _extras(record: logging.LogRecord) -> Entry:
    """What the caller named. kopf hangs whole objects on its records; only single values are said."""
    named = {name: value for name, value in vars(record).items() if name not in _KNOWN and name[:4] != "k8s_"}
    return {name: value for name, value in named.items() if isinstance(value, str | int | float)}


def _object(record: logging.LogRecord) -> Entry:
    """The object that kopf speaks of."""
    found = getattr(record, "k8s_ref", None)
    if not isinstance(found, dict):
        return {}
    name = "/".join(str(found[key]) for key in ("namespace", "name") if found.get(key))
    return {"object": f"{found.get('kind')} {name}"}


def _traceback(record: logging.LogRecord) -> Entry:
    if record.exc_info and record.exc_info[0]:
        return {"traceback": "".join(traceback.format_exception(*record.exc_info))}
    return {"stack": record.stack_info} if record.stack_info else {}


def _shown(name: str, value: str | int | float) -> str | int | float:
    if name in _STACKS:
        return "\n".join(_line(line) for line in str(value).rstrip().split("\n")[-MOST_LINES:])
    if isinstance(value, str):
        return clean(value, LONGEST)
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _line(line: str) -> str:
    """Of a stack: as far indented as it was."""
    bare = line.lstrip(" ")
    return " " * (len(line) - len(bare)) + clean(bare, LONGEST)


def _quoted(value: str | int | float) -> str:
    """In quotes where it would not be seen where it ends."""
    if isinstance(value, str) and value and not set(value) & set(' "='):
        return value
    return json.dumps(value, ensure_ascii=False)
