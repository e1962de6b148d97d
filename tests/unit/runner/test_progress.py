"""The progress line: what fits of it, and what a terminal shows of it in the end."""

import os
import pty
import re
import select
import struct
import termios
from collections.abc import Callable, Iterator
from fcntl import ioctl
from typing import TextIO

import pytest

from job_runner.cli.progress import ProgressLine, progress_text, terminal_width
from job_runner.cli.width import columns
from tests.unit.runner.jobs import REPORT
from videojob_api.names import Stage
from videojob_api.report import SegmentCounts

TITLE = "match.mp4 → reel.mp4"


@pytest.mark.parametrize(
    ("title", "room", "text"),
    [
        (TITLE, None, "match.mp4 → reel.mp4   63%  5700/9000  118 fps 3.9x  19/30 segments  0:28 left"),
        (TITLE, 120, "match.mp4 → reel.mp4  ▮   63%  5700/9000  118 fps 3.9x  19/30 segments  0:28 left"),
        (TITLE, 79, "match.mp4 → reel.mp4  ▮   63%  118 fps 3.9x  19/30 segments  0:28 left"),
        ("reel.mp4", 79, "reel.mp4  ▮   63%  5700/9000  118 fps 3.9x  19/30 segments  0:28 left"),
        ("reel.mp4", 59, "reel.mp4  ▮   63%  118 fps 3.9x  0:28 left"),
        ("reel.mp4", 39, "reel.mp4  ▮   63%  0:28 left"),
        ("reel.mp4", 16, "63%  0:28 left"),
        ("reel.mp4", 3, "6…t"),
    ],
)
def test_what_fits(title: str, room: int | None, text: str) -> None:
    """▮ stands for the bar, which takes the rest."""
    said = progress_text(REPORT, title, 30.0, room)
    assert re.sub("[━╸─]+", "▮", said) == text
    bar = re.search("[━╸─]+", said)
    assert not bar or len(bar[0]) == 24 or columns(said) + 1 == room, "room is kept for a tenth minute"


@pytest.mark.parametrize("stage", [Stage.PLANNING, Stage.ANALYZING, Stage.RENDERING, Stage.JOINING])
@pytest.mark.parametrize("title", [TITLE, "試合の映像.mp4 → 🎬.mp4", "x" * 300])
def test_it_always_fits(stage: Stage, title: str) -> None:
    for room in range(1, 200):
        for fps in (0.0, 9.94, 12345.6):
            report = REPORT.model_copy(update={"stage": stage, "fps": fps})
            assert columns(progress_text(report, title, 25.0, room)) <= room


def test_what_is_looked_at_has_no_speed_in_times_of_its_length() -> None:
    """There is no output yet whose rate that could be."""
    windows = SegmentCounts(done=2, total=7)
    report = REPORT.model_copy(update={"stage": Stage.ANALYZING, "windows": windows})
    assert progress_text(report, TITLE, 0.0) == f"{TITLE}   63%  5700/9000  118 fps  2/7 windows  0:28 left"


class Screen:
    """What a terminal shows that breaks long lines, and breaks them anew when it is resized, as most do today."""

    def __init__(self, width: int) -> None:
        self.width, self._lines = width, [""]

    def feed(self, text: str) -> None:
        """Knows what the progress line uses: return, new line, up, erase below."""
        for part in re.findall(r"\r(?:\x1b\[(?:\d+)A)?\x1b\[J|\r?\n|[^\r\n\x1b]+", text):
            if part.startswith("\r\x1b"):
                up = int((re.search(r"(\d+)A", part) or ["", "0"])[1])
                rows = self.rows()
                last = self._rows_of(self._lines[-1])
                assert up < len(last), "nothing of an earlier line is lost"
                self._lines[-1] = "".join(last[: len(last) - 1 - up])
                assert len(rows) - up >= 1
            elif part.endswith("\n"):
                self._lines.append("")
            else:
                self._lines[-1] += part

    def _rows_of(self, line: str) -> list[str]:
        return [line[k : k + self.width] for k in range(0, len(line), self.width)] or [""]

    def rows(self) -> list[str]:
        """From top to bottom."""
        return [row for line in self._lines for row in self._rows_of(line)]


Terminal = tuple[TextIO, Callable[[int], None], Callable[[], str]]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A pseudo-terminal, how to resize it, and what was written to it."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("CI", raising=False)
    master, slave = pty.openpty()

    def resize(width: int) -> None:
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))

    def written() -> str:
        found = b""
        while select.select([master], [], [], 0.05)[0]:
            found += os.read(master, 65536)
        return found.decode()

    with os.fdopen(slave, "w", encoding="utf-8") as out:
        yield out, resize, written
        os.close(master)


@pytest.mark.parametrize("widths", [(80,), (60,), (20,), (120, 80, 40, 25), (40, 120)])
def test_a_terminal_is_left_clean(terminal: Terminal, widths: tuple[int, ...]) -> None:
    out, resize, written = terminal
    screen = Screen(widths[0])
    screen.feed("$ spotreel render\n")
    line = ProgressLine(lambda room: progress_text(REPORT, TITLE, 30.0, room), out=out)
    for width in widths:
        resize(width)
        screen.width = width
        line.tick()
        screen.feed(written())
        rows = screen.rows()
        assert rows[:-1] == screen._rows_of("$ spotreel render"), "one row, and nothing above it is touched"
        assert "63%" in rows[-1]
    line.end()
    screen.feed(written())
    assert screen.rows()[-1] == ""


def test_news_stand_above_the_line(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    out, resize, written = terminal
    resize(80)
    news = [["plan  90 frames"], [], ["note  a camera"]]
    line = ProgressLine(lambda room: "now", lambda: news.pop(0) if news else [], out=out)
    for _ in range(3):
        line.tick()
    line.end()
    assert capsys.readouterr().out == "plan  90 frames\nnote  a camera\n"
    assert written() == "\r\x1b[Jnow\r\x1b[Jnow\r\x1b[J\r\x1b[Jnow\r\x1b[J"


@pytest.mark.parametrize("variable", [("TERM", "dumb"), ("CI", "true")])
def test_logs_get_no_escapes(
    terminal: Terminal, variable: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(*variable)
    seconds = iter(range(0, 36000, 2))
    monkeypatch.setattr("job_runner.cli.progress.monotonic", lambda: next(seconds))
    out, _, written = terminal
    line = ProgressLine(lambda room: f"room {room}", out=out)
    for _ in range(600):
        line.tick()
    line.end()
    said = written()
    assert "\x1b" not in said and "\r\x1b" not in said
    assert 20 < said.count("room None") < 80, "an hour does not give a thousand lines"


def test_no_terminal_has_a_width() -> None:
    with open(os.devnull, "w") as out:  # noqa: PTH123
        assert terminal_width(out) == 80
