"""A file through a model: where the bright thing is, in every frame, however it is stored and batched."""

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, chain
from pathlib import Path

import numpy as np
import pytest

from job_runner.analysis.grids import windows
from job_runner.detecting import Clip, Counts, detected
from job_runner.detection.detector import Wish, detector
from job_runner.engines.inspection import Form, inspected
from job_runner.engines.model import Answer, Array
from job_runner.engines.onnx import OnnxModel
from job_runner.errors import Disrupted, InputInvalid
from job_runner.media.timing import frame_times
from job_runner.results.detections import DetectionRow
from job_runner.results.ndjson import member
from job_runner.stop import Stop
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.media import video_facts
from tests.unit.runner.models import bright_model, constant_model

FRAMES = 30
PLAIN = Wish()


def clip_of(path: Path) -> Clip:
    facts = video_facts(path)
    return Clip("main", str(path), facts, frame_times(str(path), "main", facts))


def found(
    path: Path, data: bytes, every: int = 1, batch: int = 1, threads: int = 1, wish: Wish = PLAIN, length: int = 0
) -> list[list[DetectionRow]]:
    """In one piece, or by windows of so many of the file's frames, made in any order."""
    signature, picture = inspected(data, "m.onnx", Form("m.onnx", batch=batch), Stop(0))
    made = detector(signature, picture, "m.onnx", wish)
    clip, model = clip_of(path), OnnxModel(data, "m.onnx", threads)
    pieces = list(windows(clip.times.frames, length or clip.times.frames))
    random.Random(length).shuffle(pieces)
    rows = {window.first: list(detected(clip, made, model, clip.numbers(every, window), threads)) for window in pieces}
    return list(chain.from_iterable(rows[first] for first in sorted(rows)))


def boxes(rows: Sequence[Sequence[DetectionRow]]) -> list[tuple[float, ...]]:
    """Of frames with one thing each."""
    return [(row.x1, row.y1, row.x2, row.y2) for (row,) in rows]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return lamps(tmp_path / "lamps.mp4", walk(FRAMES))


def test_the_box_of_every_frame_to_the_pixel(path: Path) -> None:
    rows = found(path, bright_model((192, 128)))
    assert boxes(rows) == walk(FRAMES)
    assert [row.frame for (row,) in rows] == list(range(FRAMES))
    assert [row.time for (row,) in rows] == [round(k / 25, 6) for k in range(FRAMES)]
    assert {(row.label, row.score, row.track) for (row,) in rows} == {("lamp", 1.0, None)}


@pytest.mark.parametrize("every", [1, 2, 3, 7, 40])
def test_every_nth_frame(path: Path, every: int) -> None:
    rows = found(path, bright_model((192, 128)), every)
    assert [row.frame for (row,) in rows] == list(range(0, FRAMES, every))
    assert boxes(rows) == walk(FRAMES)[::every]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("batch", [2, 4, 7])
def test_the_same_bytes_whatever_the_batch(path: Path, batch: int, threads: int) -> None:
    flat = [row for rows in found(path, bright_model((192, 128))) for row in rows]
    model = bright_model((192, 128), "N")
    again = [row for rows in found(path, model, batch=batch, threads=threads) for row in rows]
    assert member(flat) == member(again)


class Several:
    """A model that answers several calls at once, the last one first."""

    def __init__(self, data: bytes, at_once: int) -> None:
        self.at_once, self._model = at_once, OnnxModel(data, "m.onnx", 1)
        self.open: list[int] = []
        self.most = 0

    def start(self, feeds: Mapping[str, Array]) -> Answer:
        number, found = len(self.open), self._model.run(feeds)
        self.open.append(number)
        self.most = max(self.most, len(self.open))

        def answer() -> Sequence[Array]:
            self.open.pop()
            return found

        return answer


@pytest.mark.parametrize("at_once", [1, 2, 4, 99])
def test_in_order_however_many_calls_are_under_way(path: Path, at_once: int) -> None:
    data = bright_model((192, 128), "N")
    signature, picture = inspected(data, "m.onnx", Form("m.onnx", batch=4), Stop(0))
    model, made = Several(data, at_once), detector(signature, picture, "m.onnx", Wish())
    clip = clip_of(path)
    rows = list(detected(clip, made, model, clip.numbers(1), 1))
    assert rows == found(path, data)
    assert model.most == min(at_once, 8) and not model.open, "30 frames are eight calls"


@pytest.mark.parametrize(("every", "batch"), [(1, 1), (1, 4), (4, 3)])
def test_windows_change_nothing(tmp_path: Path, every: int, batch: int) -> None:
    """A window begins with a batch of its own, and looks at the frames that the whole file would be looked at."""
    times = list(accumulate(random.Random(4).choices([1500, 3000, 3600, 9000], k=79), initial=0))
    path, model = lamps(tmp_path / "l.mp4", walk(80), times=times), bright_model((192, 128), "N" if batch > 1 else 1)
    flat = found(path, model, every, batch)
    assert [row.frame for rows in flat for row in rows] == list(range(0, 80, every))
    for length in (7, 25, 77, 300):
        assert found(path, model, every, batch, length=length) == flat


def test_in_a_letterbox(path: Path) -> None:
    rows = found(path, bright_model((160, 160)), wish=Wish(fit="Letterbox"))
    assert np.abs(np.array(boxes(rows)) - walk(FRAMES)).max() <= 1.3, "a pixel of the model's is 1.2 of the picture"


@pytest.mark.parametrize("fit", ["Letterbox", "Stretch"])
@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_upright_as_players_show_it(tmp_path: Path, rotation: int, fit: str) -> None:
    path = lamps(tmp_path / "l.mp4", walk(4), rotation=rotation)
    size = (192, 128) if rotation == 180 else (128, 192)
    turned = []
    for left, top, right, bottom in walk(4):
        turned.append(
            {90: (top, 192 - right, bottom, 192 - left), 180: (192 - right, 128 - bottom, 192 - left, 128 - top),
             270: (128 - bottom, left, 128 - top, right)}[rotation]
        )  # fmt: skip
    assert boxes(found(path, bright_model(size), wish=Wish(fit=fit))) == turned


def test_in_square_pixels(tmp_path: Path) -> None:
    path = lamps(tmp_path / "l.mp4", walk(4), sar=Fraction(2))
    rows = found(path, bright_model((384, 128)))
    wanted = [(2 * left, top, 2 * right, bottom) for left, top, right, bottom in walk(4)]
    assert np.abs(np.array(boxes(rows)) - wanted).max() <= 1


def test_times_of_a_variable_rate(tmp_path: Path) -> None:
    times = [0, 3600, 9000, 9900, 30000, 90001]
    rows = found(lamps(tmp_path / "l.mp4", walk(6), times=times), bright_model((192, 128)))
    assert [row.frame for (row,) in rows] == list(range(6))
    assert np.allclose([row.time for (row,) in rows], np.array(times) / 90000, atol=2e-5)
    assert boxes(rows) == walk(6)


def test_frames_without_anything_are_there_too(tmp_path: Path) -> None:
    path = lamps(tmp_path / "l.mp4", [(0, 0, 0, 0), (8, 16, 40, 48), (0, 0, 0, 0)])
    assert [len(rows) for rows in found(path, bright_model((192, 128)))] == [0, 1, 0]


def test_a_stop_ends_it(path: Path) -> None:
    def stop() -> None:
        raise Disrupted("stopped")

    data = bright_model((192, 128))
    signature, picture = inspected(data, "m.onnx", Form("m.onnx"), Stop(0))
    made = detector(signature, picture, "m.onnx", Wish())
    with pytest.raises(Disrupted):
        list(detected(clip_of(path), made, OnnxModel(data, "m.onnx", 1), range(9), 1, stop))


def test_no_numbers_are_an_error(path: Path) -> None:
    data = constant_model({"output0": np.full((1, 9, 6), np.nan, np.float32)})
    with pytest.raises(InputInvalid, match="its output output0 has values that are no numbers"):
        found(path, data)


def test_counts() -> None:
    counts = Counts()
    counts.add([DetectionRow(0, 0, "a", 0.5, 0, 0, 1, 1), DetectionRow(0, 0, "a", 0.7, 0, 0, 1, 1)])
    counts.add([])
    counts.add([DetectionRow(2, 0, "b", 0.9, 0, 0, 1, 1), DetectionRow(2, 0, "a", 0.6, 0, 0, 1, 1)])
    assert (counts.looked, counts.detections, counts.frames) == (3, {"a": 3, "b": 1}, {"a": 2, "b": 1})
    assert counts.best == {"a": 0.7, "b": 0.9}
