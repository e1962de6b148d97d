"""Edits of the sound in whole timelines, proven on the output's samples."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from job_runner.media.audio import _sample
from job_runner.media.loudness import measured
from tests.unit.runner import odd
from tests.unit.runner.media import make_video, plan_of, sound


def test_crossfades_keep_sound_and_picture_together(tmp_path: Path) -> None:
    """Clicks stand at full seconds of each source, and so at known samples of the timeline."""
    paths = {n: make_video(tmp_path / f"{n}.mp4", frames=75, sound=True) for n in ("a", "b")}
    clips = [{"input": "a"}, {"input": "b", "transition": {"type": "Crossfade", "duration": "600ms"}}]
    samples = np.abs(sound(plan_of(paths, timeline={"clips": clips}), paths, tmp_path))
    for second in (1.0, 2.0, 2.4 + 1, 2.4 + 2):
        at = round(second * 48000)
        assert abs(int(samples[at - 2000 : at + 2000].argmax()) - 2000) <= 1, second


def test_gain_and_mute(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4", sound=True)}

    def loud(**clip: Any) -> float:
        return float(
            np.abs(
                sound(plan_of(paths, timeline={"clips": [{"end": "2s", **clip}]}), paths, tmp_path)[9_000:40_000]
            ).mean()
        )

    plain = loud()
    assert loud(audio={"gain": "-6dB"}) == pytest.approx(plain / 2, rel=0.05)
    assert plan_of(paths, timeline={"audio": {"mode": "Mute"}}).audio is None
    assert plan_of(paths, timeline={"clips": [{"audio": {"mute": True}}]}).audio is None


@pytest.mark.parametrize("loop", [True, False])
def test_music_replaces_the_sound(tmp_path: Path, loop: bool) -> None:
    """Mono at 44.1 kHz, 4 s, from its second 1 on, under 8 s of picture: loops or falls silent after 3 s."""
    paths = {
        "main": make_video(tmp_path / "v.mp4", frames=200, sound=True),
        "music": odd.sound_only(tmp_path / "m.m4a"),
    }
    audio = {"mode": "Replace", "replace": {"input": "music", "start": "1s", "loop": loop}}
    plan = plan_of(paths, timeline={"audio": audio})
    samples = np.abs(sound(plan, paths, tmp_path))
    assert plan.audio and plan.audio.rate == 44100 and [c.input for c in plan.clips] == ["main"]
    assert samples[44_100 : 2 * 44_100].max() > 0.08
    late = samples[round(3.3 * 44_100) : round(7.5 * 44_100)].max()
    assert late > 0.08 if loop else late < 0.005
    assert abs(len(samples) - 8 * 44_100) <= 2048


def test_normalised_to_a_loudness(tmp_path: Path) -> None:
    """Measured again after encoding: within half a LU, the peak below its limit."""
    paths = {
        "main": make_video(tmp_path / "v.mp4", frames=250),
        "music": odd.sound_only(tmp_path / "m.m4a", seconds=10),
    }
    audio = {"mode": "Replace", "replace": {"input": "music"}, "normalize": {"loudness": "-20LUFS"}}
    plan = plan_of(paths, timeline={"audio": audio})
    sound(plan, paths, tmp_path)
    with av.open(str(tmp_path / "a.m4a")) as container:
        loudness, peak = measured(container.decode(audio=0), 44100, "mono")
    assert loudness == pytest.approx(-20, abs=0.5) and peak <= -1


def test_normalising_stops_at_the_true_peak(tmp_path: Path) -> None:
    """A quiet tone with loud clicks cannot be made loud without cutting the clicks."""
    paths = {"main": make_video(tmp_path / "v.mp4", frames=250, sound=True)}
    audio = {"normalize": {"loudness": "-10LUFS", "truePeak": "-3dBTP"}}
    samples = sound(plan_of(paths, timeline={"audio": audio}), paths, tmp_path)
    assert np.abs(samples).max() <= 10 ** (-3 / 20) * 1.1


def test_two_hours_stay_in_sync(tmp_path: Path) -> None:
    """At 24000/1001 fps, where rounding would add up: the border of the last clip falls on the sample of its frame."""
    paths = {"main": make_video(tmp_path / "v.mp4", frames=48, rate=Fraction(24000, 1001), sound=True)}
    plan = plan_of(paths, timeline={"clips": [{}] * 50})
    hours = plan.model_copy(
        update={
            "clips": [c.model_copy(update={"first": c.first + 172_600 * (k > 0)}) for k, c in enumerate(plan.clips)]
        }
    )

    assert hours.audio is not None
    for clip in hours.clips:
        exact = clip.first * Fraction(1001, 24000) * hours.audio.rate
        assert abs(_sample(clip.first, hours, hours.audio) - exact) <= Fraction(1, 2)
    samples = np.abs(sound(plan, paths, tmp_path))
    last = plan.clips[-1].first * Fraction(1001, 24000) * 48000 + 48000
    assert abs(int(samples[int(last) - 3000 : int(last) + 3000].argmax()) - 3000) <= 1, "a click after 49 joins"
