"""What `analyze` and `render --highlights` share: a file is looked at, and it is said how far that is."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from fractions import Fraction
from io import BytesIO
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

from job_runner.analysis.reel import Rule
from job_runner.analysis.result import Result
from job_runner.cli.progress import ProgressLine, clock, filled
from job_runner.cli.shortcuts import OptionError, as_uri
from job_runner.errors import Disrupted, InputInvalid
from job_runner.isolated import isolated
from job_runner.look import Progress, look
from job_runner.second_try import crash_words
from job_runner.session import on_stop
from job_runner.stop import Stop
from job_runner.supervise import CRASHES
from job_runner.workspace.places import Places
from videojob_api.inputs import Input
from videojob_api.values import BadValueError, parse_duration

JSON, PICTURE = "cuts.json", "cuts.png"


def rule_of(padding: str | None, max_total: str | None) -> Rule:
    """What was typed, over the defaults. Raises OptionError."""
    typed: dict[str, Fraction] = {}
    if padding is not None:
        before, comma, after = padding.partition(",")
        typed |= {"before": _duration("padding", before), "after": _duration("padding", after if comma else before)}
    if max_total is not None:
        typed["max_total"] = _duration("max-total", max_total)
        if typed["max_total"] < Rule.min_duration:
            raise OptionError(f"--max-total {max_total}: a cut lasts 1s at least; write such as 90s")
    return Rule(**typed)


def _duration(option: str, text: str) -> Fraction:
    try:
        return parse_duration(text)
    except BadValueError as error:
        raise OptionError(f"--{option}: {error}") from None


def looked(
    file: str, wanted: Sequence[str], rule: Rule, crash: int, quiet: bool = False
) -> tuple[list[Result], list[str]]:
    """Results and notes, with a line of progress meanwhile unless it is to be `quiet`.

    After a `crash` it is tried again in a process of its own first. Raises RunnerError; Disrupted after a stop.
    """
    stop = Stop(grace=0)
    on_stop(stop.request)
    if crash:
        _try_alone(file, wanted, rule, stop)
    progress = Progress(lambda: check(stop))
    line = Line(Path(file).name, progress)
    with nullcontext() if quiet else ProgressLine(line.text):
        return look(item_of(file), Places(None, None, patience=5), wanted, rule, progress), progress.notes


def item_of(file: str) -> Input:
    """The file, a path or URI, as an input of that name."""
    return Input.model_construct(
        name=Path(file).name,
        uri=as_uri(file),
        etag=None,
        storage=None,
        on_damage=None,
        video_track=None,
        audio_track=None,
    )


def check(stop: Stop) -> None:
    """Raises Disrupted after a stop: a look leaves nothing to go on from."""
    if stop.requested:
        raise Disrupted("stopped while the file was looked at; the same command begins anew")


def _try_alone(file: str, wanted: Sequence[str], rule: Rule, stop: Stop) -> None:
    """Raises InputInvalid for a file that crashes what reads it."""

    def again() -> int:
        look(item_of(file), Places(None, None, patience=5), wanted, rule, Progress(lambda: None))
        return 0

    code = isolated(again, inf, stop)
    if code is not None and -code in CRASHES:
        raise InputInvalid(crash_words(Path(file).name, file, -code))


class Line:
    """The line of progress."""

    def __init__(self, title: str, progress: Progress) -> None:
        self._title, self._progress = title, progress
        self._what, self._began = "", monotonic()

    def text(self, room: int | None) -> str:
        """How far it is, how fast, and how long it still takes, in `room` columns."""
        progress = self._progress
        if not progress.total:
            return filled(self._title, ["looking at the input"], room)
        if self._what != progress.what:
            self._what, self._began = progress.what, monotonic()
        figures = _figures(progress, monotonic() - self._began)
        return filled(f"{self._title}  {progress.what}", figures, room, min(1.0, progress.done / progress.total))


def _figures(progress: Progress, seconds: float) -> list[str]:
    share = f"{progress.done / progress.total:4.0%}"
    if seconds < 1 or not progress.done:
        return [share]
    speed = progress.done / seconds
    return [share, f"{speed / progress.rate:.1f}x", f"{clock((progress.total - progress.done) / speed)} left"]


def document(file: str, results: Sequence[Result]) -> dict[str, Any]:
    """What `cuts.json` holds."""
    return {"input": file, "analyses": [result.plain() for result in results]}


def cut_list(results: Sequence[Result], file: str) -> bytes:
    """As JSON."""
    # A file's name need not be text: what is none is written as JSON's own escape.
    text = json.dumps(document(file, results), indent=1, ensure_ascii=False) + "\n"
    return text.encode(errors="backslashreplace")


def curves(results: Sequence[Result], file: str) -> bytes:
    """Their picture, as PNG."""
    from job_runner.analysis.curve import picture

    png = BytesIO()
    picture(results, Path(file).name).save(png, "PNG")
    return png.getvalue()
