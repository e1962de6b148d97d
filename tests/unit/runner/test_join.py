"""Decode times that are lawful by construction, of segments that are read one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.errors import WorkspaceCorrupt
from job_runner.media.join import first_decode_times, join, reorder_delay
from tests.unit.runner.media import only, plan_of, renderer_of

ORDERS = st.integers(1, 40).flatmap(lambda count: st.permutations(range(0, count * 512, 512)))


def decode_times(pts: list[int], delay: int) -> list[int]:
    """Of packets with these pts, in decoding order."""
    shown = sorted(pts)
    return [*first_decode_times(shown[: delay + 1]), *shown][: len(pts)]


@pytest.mark.parametrize(
    ("pts", "delay", "dts"),
    [
        ([0], 0, [0]),
        ([0, 10, 20], 0, [0, 10, 20]),
        ([0, 30, 10, 20, 40], 1, [-10, 0, 10, 20, 30]),
        ([0, 40, 20, 10, 30], 2, [-20, -10, 0, 10, 20]),
    ],
)
def test_orders_as_encoders_have_them(pts: list[int], delay: int, dts: list[int]) -> None:
    assert reorder_delay(pts) == delay
    assert decode_times(pts, delay) == dts


@given(ORDERS)
def test_any_order(pts: list[int]) -> None:
    """They rise, and no frame is shown before it is decoded."""
    found = decode_times(pts, reorder_delay(pts))
    assert len(found) == len(pts)
    assert all(before < after for before, after in pairwise(found))
    assert all(decoded <= shown for decoded, shown in zip(found, pts, strict=True))


@given(ORDERS)
def test_the_delay_is_the_least_that_is_enough(pts: list[int]) -> None:
    delay = reorder_delay(pts)
    if delay:
        late = zip(decode_times(pts, delay - 1), pts, strict=True)
        assert any(decoded > shown for decoded, shown in late)


def noisy_then_still(path: Path) -> Path:
    """One second in which B frames are of no use, then one in which they are."""
    chance = np.random.default_rng(1)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(30), options={"qp": "0", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for number in range(60):
            luma = chance.integers(0, 255, (96, 96), np.uint8) if number < 30 else np.full((96, 96), 99, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(luma, "yuv420p")))
        container.mux(stream.encode(None))
    return path


@dataclass
class Asked:
    """Files, and which were asked for."""

    paths: list[Path]
    numbers: list[int] = field(default_factory=list)

    def __iter__(self) -> Iterator[Path]:
        for number, path in enumerate(self.paths):
            self.numbers.append(number)
            yield path


def delay_of(path: Path) -> int:
    with av.open(str(path)) as container:
        return reorder_delay([p.pts for p in container.demux(video=0) if p.size and p.pts is not None])


@pytest.fixture(scope="module")
def segments(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Of delays that differ, the smaller one first."""
    folder = tmp_path_factory.mktemp("segments")
    paths = {"main": noisy_then_still(folder / "v.mp4")}
    made = [folder / "0.mp4", folder / "1.mp4"]
    with renderer_of(plan_of(paths), paths) as renderer:
        for number, path in enumerate(made):
            path.write_bytes(renderer.render(number, lambda left: True, lambda: None) or b"")
    assert delay_of(made[0]) < delay_of(made[1])
    return made


def test_a_segment_with_a_greater_delay_begins_it_anew(segments: list[Path], tmp_path: Path) -> None:
    """Times are those of the greatest of all, as if all had been read before."""
    plan, asked = plan_of({"main": segments[0].with_name("v.mp4")}), Asked(segments)
    join(plan, only(plan), asked, None, tmp_path / "out.mp4")
    assert asked.numbers == [0, 1, 0, 1]
    with av.open(str(tmp_path / "out.mp4")) as container:
        packets = [p for p in container.demux(video=0) if p.size]
    pts, dts = [p.pts or 0 for p in packets], [p.dts or 0 for p in packets]
    assert dts == decode_times(pts, max(map(delay_of, segments))) and len(pts) == 60


def test_the_usual_segments_are_read_once(segments: list[Path], tmp_path: Path) -> None:
    plan, asked = plan_of({"main": segments[0].with_name("v.mp4")}), Asked([segments[1]] * 2)
    join(plan, only(plan), asked, None, tmp_path / "out.mp4")
    assert asked.numbers == [0, 1]


def test_a_segment_that_lacks_frames(segments: list[Path], tmp_path: Path) -> None:
    plan = plan_of({"main": segments[0].with_name("v.mp4")}, checkpoint={"segmentFrames": 40})
    with pytest.raises(WorkspaceCorrupt, match="segment 0 has 30 frames instead of 40"):
        join(plan, only(plan), segments, None, tmp_path / "out.mp4")
