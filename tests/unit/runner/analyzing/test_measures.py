"""One decoder for many windows: it finds what a new one would, whatever the order, the threads and the damage."""

import gzip
import random
import threading
from collections.abc import Callable
from contextlib import nullcontext
from fractions import Fraction
from pathlib import Path

import pytest

from job_runner.analysis.curve_rows import unpacked
from job_runner.analysis.grids import picture_grid, windows
from job_runner.analyzing.measures import NewMeasure, Picture, detector_measure, motion_measure
from job_runner.detection.detector import Wish, detector
from job_runner.detection.picture_input import picture_input
from job_runner.engines.onnx import OnnxModel
from job_runner.errors import InputInvalid
from job_runner.media.packets import go_on
from job_runner.media.timing import frame_times
from job_runner.plan.timeline import Window
from tests.unit.runner import odd
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.media import make_video, video_facts
from tests.unit.runner.models import bright_model

LENGTH = 7


def options(params: str) -> odd.Make:
    return lambda path: make_video(path, options={"x264-params": params})


INTRA_REFRESH = options("intra-refresh=1:keyint=20")
"""There is no picture after the first that stands alone: a column of each is new."""
OPEN = options("open-gop=1:keyint=24:bframes=3")

FILES: dict[str, tuple[str, odd.Make]] = {
    "open gop": ("mkv", OPEN),
    "intra refresh": ("mp4", INTRA_REFRESH),
    "variable": ("mkv", lambda path: make_video(path, times=odd.random_times(3))),
    "edit list": ("mp4", odd.edit_list),
    "clock jumps": ("ts", odd.joined(Fraction(1000))),
    "clock wraps": ("ts", odd.wrapping),
    "decode times alone": ("mp4", odd.without_display_times),
    "elementary stream": ("h264", lambda path: odd.encoded(path)),
    "size changes": ("ts", odd.changing_size),
}

DAMAGED: dict[str, tuple[str, odd.Make]] = {
    "flipped": ("mp4", odd.flipped(25, make_video)),
    "flipped, open gop": ("mkv", odd.flipped(12, OPEN)),
    "flipped, intra refresh": ("mp4", odd.flipped(12, INTRA_REFRESH)),
    "flipped ts": ("ts", odd.flipped(12, make_video)),
    "cut off": ("mp4", odd.cut_off(0.6, odd.faststart)),
}


class Look:
    """At one file, by as many decoders as are asked for."""

    def __init__(self, path: Path) -> None:
        self.path, self.facts, self.damaged = path, video_facts(path), 0
        self.grid = picture_grid(self.facts.rate, self.facts.duration)

    def picture(self, threads: int) -> Picture:
        return Picture("main", lambda: str(self.path), self.facts, threads, self._count)

    def _count(self) -> None:
        self.damaged += 1

    def motion(self, threads: int) -> NewMeasure:
        return motion_measure(self.picture(threads), self.grid.rate)

    def lamps(self, threads: int, every: int = 1, model: bytes | None = None) -> NewMeasure:
        times = frame_times(str(self.path), "main", self.facts)
        loaded = OnnxModel(model or bright_model(self.facts.display_size), "m.onnx", 1)
        found = picture_input(loaded.signature, "m.onnx", None, 1)
        made = detector(loaded.signature, found, "m.onnx", Wish())
        return detector_measure(self.picture(threads), times, every, made, lambda: nullcontext(loaded))


def measured(new: NewMeasure, order: list[Window]) -> dict[int, bytes]:
    """By one decoder."""
    with new() as measure:
        return {window.first: measure(window, go_on) for window in order}


def shuffled(total: int, seed: int) -> list[Window]:
    made = list(windows(total, LENGTH))
    random.Random(seed).shuffle(made)
    return made


@pytest.mark.parametrize("name", [*FILES, *DAMAGED])
def test_motion_in_any_order_by_any_number_of_threads(name: str, tmp_path: Path) -> None:
    suffix, make = (FILES | DAMAGED)[name]
    look = Look(make(tmp_path / f"in.{suffix}"))
    wanted = measured(look.motion(1), list(windows(look.grid.total, LENGTH)))
    assert any(any(unpacked(data)) for data in wanted.values())
    for seed in range(3):
        assert measured(look.motion(1 + seed), shuffled(look.grid.total, seed)) == wanted
    assert bool(look.damaged) == (name in DAMAGED)


@pytest.mark.parametrize("name", ["open gop", "clock jumps", "flipped", "flipped ts"])
def test_detections_in_any_order_by_any_number_of_threads(name: str, tmp_path: Path) -> None:
    suffix, make = (FILES | DAMAGED)[name]
    look = Look(make(tmp_path / f"in.{suffix}"))
    total = frame_times(str(look.path), "main", look.facts).frames
    wanted = measured(look.lamps(1), list(windows(total, LENGTH)))
    for seed in range(2):
        assert measured(look.lamps(1 + 2 * seed), shuffled(total, seed)) == wanted


def test_each_window_that_is_damaged_is_told_and_no_other(tmp_path: Path) -> None:
    """The damage lies in the middle half of the bytes; the last pictures are whole."""
    made = odd.flipped(25, lambda path: make_video(path, gop=10))
    look, told = Look(made(tmp_path / "in.mp4")), dict[int, int]()
    with look.motion(2)() as measure:
        for window in windows(look.grid.total, LENGTH):
            before = look.damaged
            measure(window, go_on)
            told[window.first] = look.damaged - before
    assert set(told.values()) == {0, 1} and told[35] and not told[77] and not told[84]


def test_what_has_not_one_picture(tmp_path: Path) -> None:
    path = make_video(tmp_path / "v.mp4", frames=10)
    look = Look(path)
    data = bytearray(path.read_bytes())
    first, end = odd._pictures(data)
    data[first:end] = bytes(end - first)
    path.write_bytes(data)
    with pytest.raises(InputInvalid, match="input main: not one picture of it can be decoded"):
        measured(look.motion(2), [Window(0, 7)])


class Told(Exception):
    """As a stop raises."""


def stopping(after: int) -> Callable[[], None]:
    left = iter(range(after))

    def seen() -> None:
        if next(left, None) is None:
            raise Told

    return seen


def test_it_is_told_of_each_look(tmp_path: Path) -> None:
    look, seen = Look(lamps(tmp_path / "v.mp4", walk(20))), list[int]()
    for new in (look.motion(1), look.lamps(1)):
        with new() as measure:
            measure(Window(3, 9), lambda: seen.append(1))
    assert len(seen) == 12


def test_nothing_is_decoded_beside_once_a_window_was_dropped(tmp_path: Path) -> None:
    """The decoder is freed next."""
    look = Look(lamps(tmp_path / "v.mp4", walk(60)))
    with look.lamps(1)() as measure:
        with pytest.raises(Told) as kept:
            measure(Window(0, 48), stopping(2))
        assert kept.value and not [each for each in threading.enumerate() if each.name.startswith("frames")]
        assert measure(Window(0, 3), go_on) == measured(look.lamps(1), [Window(0, 3)])[0], "and it goes on"


@pytest.mark.parametrize("every", [1, 2, 7, 1000])
def test_windows_of_every_nth_frame(every: int, tmp_path: Path) -> None:
    """Windows count looks, rows count frames."""
    look = Look(lamps(tmp_path / "v.mp4", walk(30)))
    total = len(range(0, 30, every))
    found = measured(look.lamps(1, every), list(windows(total, LENGTH)))
    whole = measured(look.lamps(1, every), [Window(0, total)])
    lines = [line for first in sorted(found) for line in _lines(found[first])]
    assert lines == list(_lines(whole[0])) and len(lines) == total


def _lines(data: bytes) -> list[bytes]:
    return gzip.decompress(data).splitlines()
