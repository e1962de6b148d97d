"""Clips faster and slower than their source: pictures against FFmpeg's setpts, sound by its clicks and its pitch."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from av.filter import Graph
from av.video.format import VideoFormat

from job_runner.plan.plan import Plan
from job_runner.plan.speed import SpeedClock, shown_frames
from tests.unit.runner.media import make_video, number_of, numbered, only, plan_of, renderer_of, sound


def numbers(plan: Plan, paths: dict[str, Path], order: list[int] | None = None) -> list[int]:
    with renderer_of(plan, paths) as renderer:
        return [number_of(renderer.frame(k)) for k in order or range(plan.frames)]


def ffmpeg_numbers(first: int, end: int, speed: str, frames: int) -> list[int]:
    """What FFmpeg's own filters show of numbered pictures at 25 fps."""
    graph = Graph()
    nodes = [graph.add_buffer(width=96, height=64, format=VideoFormat("yuv420p"), time_base=Fraction(1, 25 * 1000))]
    nodes += [
        graph.add("trim", f"start={first / 25}:end={end / 25}"),
        graph.add("setpts", f"(PTS-STARTPTS)/{speed}"),
        graph.add("fps", "25"),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*nodes).configure()
    found: list[int] = []
    for k in range(end + 1):
        frame = numbered(k)
        frame.pts, frame.time_base = k * 1000, Fraction(1, 25 * 1000)
        graph.push(frame)
    graph.push(None)
    while len(found) < frames:
        found.append(number_of(graph.pull()))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("speed", ["0.25", "0.4", "0.5", "0.75", "1.5", "2", "3.3", "8"])
def test_pictures_are_those_that_ffmpeg_shows(tmp_path: Path, speed: str) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4")}
    plan = plan_of(paths, timeline={"clips": [{"start": "400ms", "end": "2.8s", "speed": float(speed)}]})
    assert plan.frames == round(60 / Fraction(speed))
    wanted = ffmpeg_numbers(10, 70, speed, plan.frames - 1)
    assert numbers(plan, paths)[:-1] == wanted
    backwards = list(reversed(range(plan.frames)))
    assert numbers(plan, paths, backwards)[::-1] == numbers(plan, paths), "whatever was decoded before"


def test_slow_motion_in_the_middle_of_a_clip(tmp_path: Path) -> None:
    """What sport editors do."""
    paths = {"main": make_video(tmp_path / "v.mp4")}
    clips: list[dict[str, Any]] = [
        {"end": "1s"},
        {"start": "1s", "end": "2s", "speed": 0.5},
        {"start": "2s", "end": "3s"},
    ]
    plan = plan_of(paths, timeline={"clips": clips})
    assert numbers(plan, paths) == [*range(25), *[25 + k // 2 for k in range(50)], *range(50, 75)]


def test_two_speeds_of_one_input_cross(tmp_path: Path) -> None:
    """Both are shown at once, each by a decoder of its own, forwards and backwards alike."""
    paths = {"main": make_video(tmp_path / "v.mp4")}
    crossing = {"type": "Crossfade", "duration": "800ms"}
    clips: list[dict[str, Any]] = [{"end": "2s"}, {"end": "1s", "speed": 0.5, "transition": crossing}]
    plan = plan_of(paths, timeline={"clips": clips})
    assert plan.frames == 50 + 50 - 20
    order = list(range(28, 52))
    with renderer_of(plan, paths) as renderer:
        forwards = [renderer.frame(k).to_ndarray().tobytes() for k in order]
    with renderer_of(plan, paths) as renderer:
        backwards = [renderer.frame(k).to_ndarray().tobytes() for k in reversed(order)]
    assert forwards == backwards[::-1]
    assert numbers(plan, paths, [29, 50, 51]) == [29, 10, 10], "before and after the crossing"


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.25, 2, 8])
def test_sound_follows_at_its_own_pitch(tmp_path: Path, speed: float) -> None:
    """The click of source second 8 stands where its picture does; the tone of 440 Hz stays 440 Hz."""
    paths = {"main": make_video(tmp_path / "v.mp4", frames=400, sound=True)}
    plan = plan_of(paths, timeline={"clips": [{"start": "4s", "end": "12.5s", "speed": speed}]})
    samples = sound(plan, paths, tmp_path)
    assert abs(len(samples) - round(plan.duration * 48000)) <= 1024
    due, reach = round(4 / speed * 48000), 4800
    click = due - reach + int(np.abs(samples[due - reach : due + reach]).argmax())
    assert abs(click - due) <= 48000 / 25, "one frame"
    middle = samples[due + 2400 : due + 2400 + 8192]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert abs(int(spectrum.argmax()) * 48000 / len(middle) - 440) < 10


def test_sound_of_another_speed_can_be_muted(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4", sound=True)}
    clips: list[dict[str, Any]] = [{"end": "1s"}, {"start": "1s", "speed": 0.5, "audio": {"speed": "Mute"}}]
    samples = np.abs(sound(plan_of(paths, timeline={"clips": clips}), paths, tmp_path))
    assert samples[:40_000].max() > 0.04 and samples[52_000:].max() < 0.01
    assert plan_of(paths, timeline={"clips": clips[1:]}).audio is None


def test_another_speed_is_never_copied(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4", sound=True)}
    plan = plan_of(paths, timeline={"clips": [{"speed": 2}]})
    assert (held := only(plan).audio) and held.copy_of is None and plan.frames == 45


def test_slots_and_seconds_agree() -> None:
    clock = SpeedClock(Fraction(30000, 1001), Fraction(1, 4), 100)
    assert all(clock.slot(clock.seconds(k)) == k for k in range(100, 400))
    assert clock.seconds(100) == 100 / clock.rate


def test_a_clip_lasts_at_least_a_frame() -> None:
    assert shown_frames(1, Fraction(8)) == 1 and shown_frames(3, Fraction(1, 4)) == 12
