"""The progress line of `spotreel render`: text from a report, and a thread that shows it."""

import os
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Self, TextIO

from job_runner.cli.say import say, say_json
from job_runner.cli.width import columns, shortened
from videojob_api.names import Stage
from videojob_api.report import Report

BAR = 24
SHORT_BAR = 8
TITLE = 20
"""Columns that a title is given before figures are."""
USUAL_WIDTH = 80
CTRL_C = 2
"""Columns of the ^C that a terminal writes behind the line."""
PLAIN_INTERVAL = 5.0
PLAIN_SHARE = 0.05
"""Of the time gone by, until the next line of a log: hours give dozens of lines, not thousands."""
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


def progress_text(report: Report, title: str, rate: float, room: int | None = None) -> str:
    """One line: where it is, how fast, how long still; in `room` columns what fits of it, the least telling goes first.

    `rate` is that of the output, 0 where there is none yet: what is looked at has no speed in times of its length.

    Without `room` it is for a log: all of it, and no bar.
    """
    if report.stage == Stage.PLANNING or not report.total_frames:
        return _titled(title, "looking at the inputs", room)
    if report.stage == Stage.JOINING:
        return _titled(title, f"joining {report.segments.total} segments", room)
    if report.stage == Stage.ANALYZING and not report.windows.total:
        return _titled(title, "looking at the inputs", room)
    figures = _figures(report, rate)
    if room is None:
        return "  ".join([title, *figures])
    return _fitted(title, report.frames / report.total_frames, figures, room)


def _fitted(title: str, share: float, figures: list[str], room: int) -> str:
    """Figures are given the room that they take at most, so that the line keeps its shape while they grow."""
    least = min(columns(title), TITLE) + 2 + SHORT_BAR + 2
    for kept in _KEPT:
        wide = sum(max(len(figures[k]), _WIDEST[k]) + 2 for k in kept) - 2
        if least + wide <= room:
            shown = shortened(title, room - wide - SHORT_BAR - 4)
            space = room - columns(shown) - wide - 4
            return f"{shown}  {bar(share, min(BAR, space))}  " + "  ".join(figures[k] for k in kept).rstrip()
    return shortened(f"{figures[0].strip()}  {figures[-1]}".strip(), room)


_KEPT = ((0, 1, 2, 3, 4), (0, 2, 3, 4), (0, 2, 4), (0, 4), (0,))
"""Which figures are shown, in ever less room."""
_WIDEST = (4, 0, len("120 fps 4.8x"), 0, len("12:34 left"))


def _figures(report: Report, rate: float) -> list[str]:
    """Share, frames, speed, segments, time left, which may be empty; all in ASCII."""
    left = report.left()
    return [
        f"{report.frames / report.total_frames:4.0%}",
        f"{report.frames:{len(str(report.total_frames))}}/{report.total_frames}",
        _speed(report.fps, rate),
        _parts(report),
        "" if left is None else f"{clock(left)}{'+' * report.at_least} left",
    ]


def _speed(fps: float, rate: float) -> str:
    if not fps:
        return "starting"
    return f"{fps:.0f} fps {fps / rate:.1f}x" if rate else f"{fps:.0f} fps"


def _parts(report: Report) -> str:
    """Of the stage that it is in."""
    counts, what = (report.windows, "windows") if report.stage == Stage.ANALYZING else (report.segments, "segments")
    return f"{counts.done:{len(str(counts.total))}}/{counts.total} {what}"


def _titled(title: str, what: str, room: int | None) -> str:
    text = f"{title}  {what}"
    return text if room is None or columns(text) <= room else shortened(what, room)


def filled(title: str, figures: Sequence[str], room: int | None, share: float | None = None) -> str:
    """Title and figures, and between them a bar if there is room for one; no bar without a `share` or `room`."""
    tail = "  ".join(figures)
    whole = f"{title}  {tail}"
    if room is None:
        return whole
    space = room - columns(whole) - 2
    if share is None or space < SHORT_BAR:
        return shortened(whole, room)
    return f"{title}  {bar(share, min(BAR, space))}  {tail}"


class _Repeated(ABC):
    """Calls `tick` every `interval` seconds, in a thread of its own, until closed; then `end`."""

    def __init__(self, interval: float) -> None:
        self._interval, self._over = interval, threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.end()

    def _run(self) -> None:
        while not self._over.wait(self._interval):
            self.tick()

    @abstractmethod
    def tick(self) -> None:
        """Shows how far it is."""

    def end(self) -> None:  # noqa: B027
        """After the last tick."""


class JsonLines(_Repeated):
    """`report()` as a line of JSON every second, until closed."""

    def __init__(self, report: Callable[[], Report]) -> None:
        super().__init__(JSON_INTERVAL)
        self._report = report

    def tick(self) -> None:
        """Prints one line of progress."""
        say_json(self._report().plain())


class ProgressLine(_Repeated):
    """Shows `text(room)` until closed: rewritten in place on a terminal, a line now and then elsewhere.

    What `news()` has to say, each line once, goes to standard output, above it.
    """

    def __init__(
        self, text: Callable[[int | None], str], news: Callable[[], list[str]] = list, out: TextIO | None = None
    ) -> None:
        super().__init__(TERMINAL_INTERVAL)
        self._text, self._news, self._out = text, news, out or sys.stderr
        self._terminal = obeys_escapes(self._out)
        self._began = self._shown = monotonic()
        self._last = ""

    def tick(self) -> None:
        """News, and the line as it is now."""
        self._say_news()
        if self._terminal:
            self._replace(self._text(terminal_width(self._out) - CTRL_C - 1))
        elif (now := monotonic()) - self._shown >= max(PLAIN_INTERVAL, (now - self._began) * PLAIN_SHARE):
            self._shown = now
            self._write(self._text(None) + "\n")

    def end(self) -> None:
        """The last news; the line goes."""
        self._say_news()
        self._clear()

    def _say_news(self) -> None:
        for line in self._news():
            self._clear()
            say(line)

    def _clear(self) -> None:
        if self._terminal and self._last:
            self._replace("")

    def _replace(self, text: str) -> None:
        """A terminal that has become narrower has broken the last line into several."""
        above = max(0, columns(self._last) - 1) // terminal_width(self._out)
        self._write("\r" + (f"\x1b[{above}A" if above else "") + "\x1b[J" + text)
        self._last = text

    def _write(self, text: str) -> None:
        # Whoever looked on may have gone; the work goes on.
        with suppress(OSError):
            self._out.write(text)
            self._out.flush()


def obeys_escapes(out: TextIO) -> bool:
    """Whether a line can be rewritten in place: a terminal, but no dumb one, and no log of a CI that looks like one."""
    return out.isatty() and os.environ.get("TERM", "dumb") != "dumb" and not os.environ.get("CI")


def terminal_width(out: TextIO) -> int:
    """Columns, at this moment: 80 where nobody knows."""
    try:
        return os.get_terminal_size(out.fileno()).columns or USUAL_WIDTH
    except (OSError, ValueError):
        return USUAL_WIDTH
