"""A clip in which a bright square moves over grey, the track that a perfect detector finds, and where both are seen."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from job_runner.analysis.found import AllFound, Curve, Found, Point, Track
from job_runner.analysis.grids import Grid
from job_runner.media.encoder_check import opens
from job_runner.media.timing import frame_times
from job_runner.plan.plan import Plan, make_plan
from tests.unit.runner.media import facts_of, renderer_of, video_facts
from videojob_api.order import Work

WIDTH, HEIGHT, RATE, FRAMES = 192, 128, 25, 60
GREY, WHITE = 110, 235
Luma = npt.NDArray[np.float64]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""
Way = Callable[[int], Box]


def diagonal(number: int) -> Box:
    """Where the square is in a frame: two pixels to the right and one down with each."""
    left, top = 8 + 2 * number, 10 + number
    return left, top, left + 24, top + 20


def turning(number: int) -> Box:
    """It comes back every 40 frames."""
    left = 20 + 4 * (20 - abs(20 - number % 40))
    return left, 60, left + 28, 84


def make_square(
    path: Path, way: Way = diagonal, frames: int = FRAMES, sar: Fraction = Fraction(1), turned: int = 0,
    times: Sequence[int] | None = None,
) -> Path:  # fmt: skip
    """`turned` degrees have to be undone so that it stands upright; `times` are in 1/1000 s."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": "10", "preset": "ultrafast", "g": "20"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = (HEIGHT, WIDTH) if turned else (WIDTH, HEIGHT)
        stream.pix_fmt, stream.sample_aspect_ratio = "yuv420p", sar
        stream.codec_context.time_base = Fraction(1, 1000)
        if turned:
            stream.set_display_rotation(turned)
        for number in range(frames):
            luma = np.full((HEIGHT, WIDTH), GREY, np.uint8)
            left, top, right, bottom = way(number)
            luma[top:bottom, left:right] = WHITE
            stored = np.asarray(np.rot90(luma, -turned // 90), np.uint8, order="C")
            frame = VideoFrame.from_ndarray(stored, "gray").reformat(format="yuv420p")
            frame.pts, frame.time_base = times[number] if times else number * 40, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def track(
    way: Way = diagonal, numbers: Sequence[int] = range(FRAMES), seconds: Callable[[int], float] = lambda k: k / RATE,
    number: int = 1, label: str = "square",
) -> Track:  # fmt: skip
    """The square as it is seen in these frames."""
    scale = np.array([WIDTH, HEIGHT, WIDTH, HEIGHT])
    points = [Point(seconds(k), *(np.array(way(k)) / scale).tolist()) for k in numbers]
    return Track(number, label, points)


def found(*tracks: Track, name: str = "squares", scenes: Sequence[int] = ()) -> AllFound:
    """By one analysis of the input `main`, which looks at every frame."""
    curve = Curve(Grid(Fraction(RATE), FRAMES), [0] * FRAMES, [], scenes)
    return {name: Found(name, "main", curve, tracks)}


def plan(path: Path, known: AllFound | None, **work: Any) -> Plan:
    """Of a job over that clip, with an analysis of that name."""
    base: dict[str, Any] = {
        "inputs": [{"name": "main", "uri": path.as_uri()}, {"name": "people", "uri": "file:///tmp/people.onnx"}],
        "analyses": [{"name": "squares", "input": "main", "detect": {"model": {"input": "people"}}}],
        "outputs": [{"uri": "file:///tmp/o.mp4", "video": {"encoder": "CPU"}}],
    }
    facts = {"main": facts_of(path)}
    facts["people"] = facts["main"].model_copy(update={"name": "people", "video": None, "audio": None})
    asked = Work.model_validate(base | work)
    video = asked.outputs[0].video
    kept = {"main": frame_times(str(path), "main", video_facts(path))}
    times = kept if video and str(video.frame_rate) == "passthrough" else None
    return make_plan("t/t-1", asked, facts, "f", opens, times, known or {})


def lumas(made: Plan, path: Path, numbers: Sequence[int]) -> list[Luma]:
    """Rendered frames."""
    with renderer_of(made, {"main": path}) as renderer:
        return [renderer.frame(k).to_ndarray(format="gray").astype(float) for k in numbers]


def extent(there: npt.NDArray[np.bool_]) -> Box | None:
    """The smallest box around what is True."""
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def bright(picture: Luma) -> Box | None:
    """Where the square is seen."""
    return extent(picture > (GREY + WHITE) / 2)


def dark(picture: Luma) -> Box | None:
    """Where a black box is seen, over grey and white."""
    return extent(picture < (GREY + 16) / 2)
