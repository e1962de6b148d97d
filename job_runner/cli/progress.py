"""The progress line of `spotreel render`: text from a report, and a thread that shows it."""

import json
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Self, TextIO

from videojob_api.names import Stage
from videojob_api.report import Report

BAR = 24
PLAIN_INTERVAL = 5.0
TERMINAL_INTERVAL = 0.2
JSON_INTERVAL = 1.0


def clock(seconds: float) -> str:
    """`0:28`, `12:05`, `1:02:05`."""
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def bar(share: float, width: int = BAR) -> str:
    """A line that fills up in half characters."""
    halves = int(share * width * 2)
    full, half = divmod(halves, 2)
    return "━" * full + "╸" * half + "─" * (width - full - half)


def size(count: int) -> str:
    """`48.2 MB`, in powers of 1000."""
    value, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{value:.1f} {units[0]}" if units[0] != "B" else f"{count} B"


def progress_text(report: Report, title: str, rate: float) -> str:
    """One line: where it is, how fast, how long still."""
    if report.stage == Stage.PLANNING or not report.total_frames:
        return f"{title}  looking at the inputs"
    if report.stage == Stage.JOINING:
        return f"{title}  joining {report.segments.total} segments"
    share = report.frames / report.total_frames
    speed = f"{report.fps:.0f} fps {report.fps / rate:.1f}x" if report.fps else "starting"
    left = f"  {clock((report.total_frames - report.frames) / report.fps)} left" if report.fps else ""
    return (
        f"{title}  {bar(share)}  {share:4.0%}  {report.frames}/{report.total_frames}  {speed}  "
        f"{report.segments.done}/{report.segments.total} segments{left}"
    )


class _Repeated(ABC):
    """Calls `_tick` every `interval` seconds, in a thread of its own, until closed."""

    def __init__(self, interval: float, out: TextIO) -> None:
        self._interval, self._out = interval, out
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(self._interval):
            self._tick()

    @abstractmethod
    def _tick(self) -> None: ...


class JsonLines(_Repeated):
    """`report()` as a line of JSON every second, until closed."""

    def __init__(self, report: Callable[[], Report], out: TextIO | None = None) -> None:
        super().__init__(JSON_INTERVAL, out or sys.stdout)
        self._report = report

    def _tick(self) -> None:
        self._out.write(json.dumps(self._report().plain(), ensure_ascii=False) + "\n")
        self._out.flush()


class ProgressLine(_Repeated):
    """Shows `text()` until closed: rewritten in place on a terminal, a line now and then elsewhere."""

    def __init__(self, text: Callable[[], str], out: TextIO | None = None) -> None:
        super().__init__(TERMINAL_INTERVAL, out or sys.stderr)
        self._text, self._shown = text, time.monotonic()
        self._terminal = self._out.isatty()

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        if self._terminal:
            self.show("")

    def _tick(self) -> None:
        text = self._text()
        if self._terminal or time.monotonic() - self._shown >= PLAIN_INTERVAL:
            self.show(text)
            self._shown = time.monotonic()

    def show(self, text: str) -> None:
        """Writes a line, over the last one on a terminal."""
        self._out.write(f"\r\x1b[K{text}" if self._terminal else f"{text}\n")
        self._out.flush()
