"""Any valid timeline: the frames asked for, lawful times, and bytes that do not depend on how they were made."""

import hashlib
import itertools
import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from job_runner.errors import SpecInvalid
from job_runner.media.join import join
from job_runner.plan.plan import Plan
from job_runner.plan.timeline import slot, timescale
from tests.unit.runner.media import make_video, only, plan_of, renderer_of
from tests.unit.runner.odd import encoded, random_times
from videojob_api.values import parse_duration, parse_rate

LENGTHS = {"a": 60, "b": 50, "c": 45}
# Not shrunk: that would take minutes, and the first failing timeline is small enough to read.
SLOW = settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """25 fps with B-frames, 30 fps of another size in 10 bit, and a variable rate."""
    folder = tmp_path_factory.mktemp("inputs")
    return {
        "a": make_video(folder / "a.mp4", frames=LENGTHS["a"], gop=17),
        "b": encoded(folder / "b.mkv", frames=LENGTHS["b"], rate=30, size=(64, 64), pixel_format="yuv420p10le"),
        "c": make_video(folder / "c.ts", frames=LENGTHS["c"], times=random_times(3, LENGTHS["c"])),
    }


MILLISECONDS = st.integers(0, 1500).map(lambda ms: f"{ms}ms")
FRACTION = st.floats(0, 0.5).map(lambda x: round(x, 3))
BOXES = st.fixed_dictionaries({"left": FRACTION, "top": FRACTION, "width": st.just(0.4), "height": st.just(0.5)})
TRANSITIONS = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["Crossfade", "Fade"]), "duration": st.sampled_from(["40ms", "200ms", "333ms"])}
    ),
)


@st.composite
def clips(draw: st.DrawFn) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for index in range(draw(st.integers(1, 3))):
        clip: dict[str, Any] = {"input": draw(st.sampled_from(sorted(LENGTHS)))}
        if draw(st.booleans()):
            clip["start"] = draw(MILLISECONDS)
        if draw(st.booleans()):
            first, length = parse_duration(clip.get("start", "0s")), draw(st.integers(30, 900))
            clip["end"] = f"{int(first * 1000) + length}ms"
        if draw(st.booleans()):
            clip["framing"] = {"fit": draw(st.sampled_from(["Cover", "Contain"])), "keyframes": [draw(BOXES)]}
        if index and (transition := draw(TRANSITIONS)):
            clip["transition"] = transition
        made.append(clip)
    return made


OVERLAYS = st.lists(
    st.builds(
        lambda kind, box, end: {**kind, "end": end, "keyframes": [box]},
        st.sampled_from([{"blur": {}}, {"spotlight": {}}, {"ellipse": {"fill": "red"}}, {"text": {"content": "ab"}}]),
        BOXES,
        st.integers(40, 3000).map(lambda ms: f"{ms}ms"),
    ),
    max_size=2,
)
RATES = st.sampled_from(["source", "25", "30000/1001", "12"])


def planned(paths: dict[str, Path], wanted: Any, overlays: Any, rate: str, frames: int) -> Plan:
    video = {"encoder": "CPU", "crf": 40, "preset": "Fast", "width": 48, "height": 48, "frameRate": rate}
    return plan_of(
        paths,
        timeline={"clips": wanted, "overlays": overlays},
        outputs=[{"uri": "file:///tmp/out.mp4", "video": video}],
        checkpoint={"segmentFrames": frames},
    )


def expected(plan: Plan, wanted: Any) -> int:
    """By the API's own words: every time snaps to the nearest border, crossfades overlap."""
    total = 0
    for clip in wanted:
        length = slot(plan.video(clip["input"]).duration, plan.rate)
        start, end = (
            slot(parse_duration(clip[k]), plan.rate) if k in clip else d for k, d in (("start", 0), ("end", length))
        )
        change = clip.get("transition", {})
        cross = max(1, slot(parse_duration(change["duration"]), plan.rate)) if change.get("type") == "Crossfade" else 0
        total += end - start - cross
    return total


def pictures(plan: Plan, paths: dict[str, Path], order: list[int]) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, digest of each frame as it goes into the encoder, and each segment's bytes, in that order."""
    with renderer_of(plan, paths) as renderer:
        for index in order:
            first = index * plan.segment_frames
            for number in range(first, min(first + plan.segment_frames, plan.frames)):
                yield number, hashlib.sha256(renderer.frame(number).to_ndarray().tobytes()).digest(), b""
            yield index, b"", renderer.render(index, lambda left: True, lambda: None) or b""


@SLOW
@given(wanted=clips(), overlays=OVERLAYS, rate=RATES, seed=st.integers(0, 99))
def test_any_valid_timeline(
    paths: dict[str, Path], tmp_path: Path, wanted: Any, overlays: Any, rate: str, seed: int
) -> None:
    try:
        plan = planned(paths, wanted, overlays, rate, 30)
    except SpecInvalid:
        return
    assert plan.frames == expected(plan, wanted)
    shuffled = list(range(plan.segments))
    random.Random(seed).shuffle(shuffled)
    ordered, other = (list(pictures(plan, paths, order)) for order in (list(range(plan.segments)), shuffled))
    same = sorted(ordered) == sorted(other)
    assert same, "order does not matter"

    longer = planned(paths, wanted, overlays, rate, 47)
    seen = {number: digest for number, digest, data in ordered if not data}
    same = {n: d for n, d, data in pictures(longer, paths, list(range(longer.segments))) if not data} == seen
    assert same, "the length of segments changes no picture"

    output = joined(plan, {k: data for k, _, data in ordered if data}, tmp_path)
    assert lawful(output) == [int(k * timescale(plan.rate) / plan.rate) for k in range(plan.frames)]


def joined(plan: Plan, segments: dict[int, bytes], folder: Path) -> Path:
    for index, data in segments.items():
        (folder / f"{index}.mp4").write_bytes(data)
    join(plan, only(plan), [folder / f"{index}.mp4" for index in range(plan.segments)], None, folder / "out.mp4")
    return folder / "out.mp4"


def lawful(path: Path) -> list[int]:
    """Sorted pts; dts rise and are never later than their pts."""
    with av.open(str(path)) as container:
        packets = [(p.pts, p.dts) for p in container.demux(video=0) if p.size]
    assert all(a[1] is not None and b[1] is not None and a[1] < b[1] for a, b in itertools.pairwise(packets))
    assert all(pts is not None and dts is not None and dts <= pts for pts, dts in packets)
    return sorted(pts for pts, _ in packets if pts is not None)


@given(
    st.sampled_from(["24", "25", "30000/1001", "24000/1001", "60000/1001", "1", "120", "17/3"]), st.integers(1, 10**6)
)
def test_every_frame_of_a_rate_has_a_whole_tick(text: str, number: int) -> None:
    rate = parse_rate(text)
    assert (number * timescale(rate) / rate).denominator == 1
    assert Fraction(timescale(rate)) >= 10_000
