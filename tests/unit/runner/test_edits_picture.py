"""Edits of the picture in whole timelines, proven on the output's frames."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from job_runner.errors import SpecInvalid
from job_runner.plan.plan import Plan
from tests.unit.runner import odd
from tests.unit.runner.media import make_video, number_of, plan_of, renderer_of, sound

Float = npt.NDArray[np.float64]
FULL = {"left": 0, "top": 0, "width": 1, "height": 1}


def luma(plan: Plan, paths: dict[str, Path], numbers: list[int]) -> list[Float]:
    with renderer_of(plan, paths) as renderer:
        return [renderer.frame(k).to_ndarray(format="gray").astype(float) for k in numbers]


def test_crossfade_mixes_both_pictures(tmp_path: Path) -> None:
    """20 of 40 + 40 frames are shared: each is the mix of the two frames that it shows, by the middle of its time."""
    paths = {n: make_video(tmp_path / f"{n}.mp4", frames=40) for n in ("a", "b")}
    single = {n: luma(plan_of({n: paths[n]}), {n: paths[n]}, list(range(40))) for n in paths}
    clips = [{"input": "a"}, {"input": "b", "transition": {"type": "Crossfade", "duration": "800ms"}}]
    plan = plan_of(paths, timeline={"clips": clips})
    assert plan.frames == 60
    found = luma(plan, paths, list(range(60)))
    for k in range(60):
        if k < 20:
            assert number_of_array(found[k]) == k
        elif k >= 40:
            assert number_of_array(found[k]) == k - 20
        else:
            share = (k - 20 + 0.5) / 20
            wanted = single["a"][k] * (1 - share) + single["b"][k - 20] * share
            assert np.abs(found[k] - wanted).max() <= 2


def number_of_array(picture: Float) -> int:
    return number_of(av.VideoFrame.from_ndarray(picture.astype(np.uint8), "gray"))


def test_crossfade_of_one_input_with_itself(tmp_path: Path) -> None:
    """Two places of the same file at once: two decoders, no seek for each frame."""
    paths = {"main": make_video(tmp_path / "v.mp4")}
    clips = [{"end": "1s"}, {"start": "2s", "end": "3s", "transition": {"type": "Crossfade", "duration": "400ms"}}]
    plan = plan_of(paths, timeline={"clips": clips})
    numbers = [number_of_array(p) for p in luma(plan, paths, [*range(15), *range(25, 40)])]
    assert numbers == [*range(15), *range(60, 75)]


def test_fade_goes_through_a_colour(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4")}
    fade = {"type": "Fade", "duration": "800ms", "color": "white"}
    plan = plan_of(paths, timeline={"clips": [{"end": "1s"}, {"start": "2s", "end": "3s", "transition": fade}]})
    assert plan.frames == 50, "nothing overlaps"
    plain = luma(plan_of(paths), paths, [*range(25), *range(50, 75)])
    for k, (found, before) in enumerate(zip(luma(plan, paths, list(range(50))), plain, strict=True)):
        share = min(1.0, abs(k - 24.5) / 10)
        assert np.abs(found - (before * share + 255 * (1 - share))).max() <= 4, k


def test_fades_at_the_ends(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4", sound=True)}
    ends = {"fadeIn": {"duration": "400ms"}, "fadeOut": {"duration": "400ms"}}
    plan = plan_of(paths, timeline=ends)
    plain = luma(plan_of(paths), paths, list(range(90)))
    for k, (found, before) in enumerate(zip(luma(plan, paths, list(range(90))), plain, strict=True)):
        share = min(1.0, (k + 0.5) / 10, (89.5 - k) / 10)
        assert np.abs(found - before * share).max() <= 4, k
    samples = np.abs(sound(plan, paths, tmp_path))
    assert samples[:400].max() < 0.01 and samples[24_000:30_000].max() > 0.03


@pytest.mark.parametrize("transition", [{"type": "Crossfade", "duration": "1s"}, {"type": "Fade", "duration": "2s"}])
def test_transitions_that_do_not_fit(tmp_path: Path, transition: Any) -> None:
    clips = [{"end": "400ms"}, {"start": "1s", "transition": transition}]
    with pytest.raises(SpecInvalid, match="longer than the clips"):
        plan_of({"main": make_video(tmp_path / "v.mp4")}, timeline={"clips": clips})


def test_inputs_of_every_kind_in_one_timeline(tmp_path: Path) -> None:
    """Other sizes, rates, formats, rotations and sounds: each clip shows its frames in the output's size and rate."""
    paths = {
        "a": make_video(tmp_path / "a.mp4", frames=50, sound=True),
        "b": odd.encoded(tmp_path / "b.mp4", frames=60, rate=30, size=(128, 72), pixel_format="yuv420p10le"),
        "c": odd.rotated(90)(tmp_path / "c.mp4"),
        "d": odd.encoded(tmp_path / "d.mkv", codec="ffv1", size=(97, 65), pixel_format="yuv444p", frames=25),
    }
    clips = [{"input": "a"}, {"input": "b"}, {"input": "c"}, {"input": "d", "end": "1s"}]
    plan = plan_of(paths, timeline={"clips": clips})
    numbers = [number_of_array(p) for p in luma(plan, paths, list(range(plan.frames)))]
    assert numbers[:50] == list(range(50))
    assert numbers[50:100] == [round(k * 30 / 25 - 1e-9) for k in range(50)]
    assert numbers[100:130] == list(range(30))
    assert numbers[130:] == list(range(25))
    assert len(sound(plan, paths, tmp_path)) >= plan.duration * 48000


def test_overlays_keep_to_their_time(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4")}
    box = {"box": {"fill": "white"}, "start": "1s", "end": "2s", "fadeIn": "400ms", "keyframes": [FULL]}
    means = [p.mean() for p in luma(plan_of(paths, timeline={"overlays": [box]}), paths, list(range(60)))]
    assert means[24] < 200 and means[50] < 200 and all(m > 230 for m in means[35:50])
    assert means[26] < means[30] < means[34]


def test_contain_has_the_background_that_was_asked_for(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4", frames=3)}
    video = {"width": 96, "height": 96, "background": "white", "encoder": "CPU"}
    plan = plan_of(paths, outputs=[{"uri": "file:///tmp/o.mp4", "video": video}])
    picture = luma(plan, paths, [1])[0]
    assert picture[:14].min() > 230 and picture[-14:].min() > 230 and picture[30:60].min() < 100
