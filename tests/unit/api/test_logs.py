"""One shape of logs: what a record becomes as JSON and as text, and which records there are."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from videojob_api.logs import FORMS, LEVELS, LONGEST, MOST_LINES, Formatter, start_logging

ODD = "\x1b[2J\x00news\n2026-01-01T00:00:00Z ERROR forged \u202e\udc80"
LOGGERS = ("", "job_runner", "spotreel_operator", "videojob_api")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Loggers belong to the whole process."""
    logging.captureWarnings(False)
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in LOGGERS}
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def record(message: str = "listed", *args: Any, **extra: Any) -> logging.LogRecord:
    return logging.getLogger("a.b").makeRecord("a.b", logging.INFO, "f", 1, message, args, None, extra=extra)


def said(made: logging.LogRecord, **always: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Formatter("json", always).format(made))
    return found


def text(made: logging.LogRecord, **always: str) -> str:
    return Formatter("text", always).format(made)


def test_json_has_time_level_logger_message_first() -> None:
    found = said(record("listed %d", 3, videojob="ns/reel", seconds=1.5, known=True), attempt="a-1")
    assert list(found) == ["time", "level", "logger", "message", "attempt", "videojob", "seconds", "known"]
    assert list(found.values())[1:] == ["INFO", "a.b", "listed 3", "a-1", "ns/reel", 1.5, True]
    time = datetime.fromisoformat(found["time"])
    assert time.utcoffset() is not None and found["time"].endswith("Z"), "RFC 3339, with its zone"


def test_text_is_the_same_on_a_line() -> None:
    line = text(record("listed", videojob="ns/reel", error="a b", empty=""), attempt="a-1")
    assert line.split(" ", 1)[1] == 'INFO a.b listed attempt=a-1 videojob=ns/reel error="a b" empty=""'
    assert datetime.fromisoformat(line.split(" ")[0])


@pytest.mark.parametrize("form", FORMS)
def test_what_others_wrote_stays_within_the_line(form: str) -> None:
    line = Formatter(form).format(record(ODD, error=ODD, **{"more": "x" * 3 * LONGEST}))
    assert line.isprintable() and "forged" in line
    assert len(line.encode()) < 4 * LONGEST


@pytest.mark.parametrize("form", FORMS)
def test_no_line_of_a_traceback_looks_like_a_record(form: str) -> None:
    made = record()
    try:
        raise ValueError(ODD)
    except ValueError as error:
        made.exc_info = (ValueError, error, error.__traceback__)
    first, *below = Formatter(form).format(made).split("\n")
    assert "listed" in first and all(line.startswith("    ") and line.isprintable() for line in below)
    assert bool(below) == (form == "text") and "2026-01-01T00:00:00Z ERROR forged" in (below or [first])[-1]


def test_stacks_keep_their_form_and_are_bounded() -> None:
    stack = "\n".join(f"  line {n}" for n in range(2 * MOST_LINES)) + "\n"
    shown = said(record(stack=stack))["stack"].split("\n")
    assert len(shown) == MOST_LINES and shown[-1] == f"  line {2 * MOST_LINES - 1}"


def test_a_name_of_the_head_is_not_taken() -> None:
    assert said(record(level="low", logger="x", time="y"))["level"] == "INFO"


def test_numbers_that_json_has_not() -> None:
    assert said(record(fps=float("nan")))["fps"] == "nan"


def test_kopfs_own_records_name_their_object_and_nothing_large() -> None:
    ref = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "name": "reel", "namespace": "ns", "uid": "u"}
    found = said(record("failed", k8s_ref=ref, k8s_skip=True, settings=object()))
    assert found["object"] == "VideoJob ns/reel"
    assert set(found) == {"time", "level", "logger", "message", "object"}


def lines(level: str) -> list[str]:
    """The messages that come through."""
    stream = io.StringIO()
    start_logging("json", level, stream)
    for name in ("spotreel_operator.app", "job_runner.make", "kopf.objects", "botocore.auth"):
        for number in LEVELS.values():
            logging.getLogger(name).log(number, name.partition(".")[0])
    return [json.loads(line)["message"] for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("level", "ours", "others"), [("debug", 4, 2), ("info", 3, 2), ("warning", 2, 2), ("error", 1, 1)]
)
def test_the_level_is_ours_and_libraries_say_what_is_wrong(level: str, ours: int, others: int) -> None:
    """At debug, botocore and the Kubernetes client would write tokens."""
    found = lines(level)
    assert [found.count(name) for name in ("spotreel_operator", "job_runner", "kopf", "botocore")] == [
        ours, ours, others, others,
    ]  # fmt: skip


def test_a_level_of_tomorrow_is_info() -> None:
    """A newer operator may name it to an older runner."""
    assert lines("trace") == lines("info")


def test_pythons_warnings_take_the_same_shape() -> None:
    import warnings

    stream = io.StringIO()
    start_logging("json", "info", stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old\nnews", stacklevel=1)
    found = json.loads(stream.getvalue())
    assert found["logger"] == "py.warnings" and "old news" in found["message"]
