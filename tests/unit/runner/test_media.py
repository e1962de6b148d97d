"""Trims, segments and joins, proven frame by frame by the numbers in the pictures."""

import itertools
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from job_runner.errors import InputInvalid, SpecInvalid, WorkspaceCorrupt
from job_runner.media.join import join
from job_runner.media.probe import probe
from job_runner.media.source import FrameSource
from job_runner.plan.plan import Plan
from job_runner.plan.times import ConstantClock
from tests.unit.runner.media import (
    make_video,
    number_of,
    only,
    plan_of,
    read_numbers,
    renderer_of,
    sound,
    video_facts,
    write_sound,
)

ALWAYS = (lambda left: True, lambda: None)


def render_all(plan: Plan, paths: dict[str, Path], folder: Path, order: list[int] | None = None) -> list[Path]:
    """Every segment, in any order, each by a renderer that has seen others before."""
    with renderer_of(plan, paths) as renderer:
        for index in order or range(plan.segments):
            data = renderer.render(index, *ALWAYS)
            assert data is not None
            (folder / f"{index}.mp4").write_bytes(data)
    return [folder / f"{index}.mp4" for index in range(plan.segments)]


def whole(plan: Plan, paths: dict[str, Path], folder: Path, order: list[int] | None = None) -> Path:
    output = folder / "out.mp4"
    join(plan, only(plan), render_all(plan, paths, folder, order), None, output)
    return output


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
@pytest.mark.parametrize("options", [{}, {"x264-params": "open-gop=1:keyint=24"}, {"bf": "0", "refs": "1"}])
def test_seek_lands_on_the_frame(tmp_path: Path, suffix: str, options: dict[str, str]) -> None:
    path = make_video(tmp_path / f"v.{suffix}", frames=120, gop=24, options=options)
    facts = video_facts(path)
    for wanted in (0, 23, 24, 25, 47, 48, 95, 96, 119):
        with FrameSource(str(path), facts, ConstantClock(Fraction(25))) as source:
            assert number_of(source.at(wanted)) == wanted


def test_seek_in_any_order(tmp_path: Path) -> None:
    path = make_video(tmp_path / "v.mp4", frames=120, gop=40)
    with FrameSource(str(path), video_facts(path), ConstantClock(Fraction(25))) as source:
        for wanted in random.Random(3).sample(range(120), 40):
            assert number_of(source.at(wanted)) == wanted


def test_variable_rate_becomes_constant_as_by_ffmpegs_fps_filter(tmp_path: Path) -> None:
    steps = random.Random(5)
    times = [0]
    for _ in range(79):
        times.append(times[-1] + steps.choice([1500, 3000, 3600, 9000]))
    path = make_video(tmp_path / "v.mp4", frames=80, times=times)
    facts, rate = video_facts(path), Fraction(25)
    with av.open(str(path)) as container:
        shown = [
            (Fraction(f.time or 0).limit_denominator(90000) - facts.start, number_of(f))
            for f in container.decode(video=0)
        ]
    with FrameSource(str(path), facts, ConstantClock(rate)) as source:
        for k in range(int(shown[-1][0] * rate)):
            due = [n for t, n in shown if (t * rate + Fraction(1, 2)).__floor__() <= k]
            assert number_of(source.at(k)) == due[-1]


def test_trim_is_half_open_and_exact(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4")}
    plan = plan_of(paths, timeline={"clips": [{"start": "400ms", "end": "1.2s"}, {"start": "2s", "end": "2.4s"}]})
    assert read_numbers(whole(plan, paths, tmp_path)) == [*range(10, 30), *range(50, 60)]


def test_segments_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4", frames=125)}
    overlay = {"spotlight": {}, "keyframes": [{"left": 0.2, "top": 0.2, "width": 0.5, "height": 0.5}]}
    plan = plan_of(paths, timeline={"overlays": [overlay]})
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    ordered = whole(plan, paths, tmp_path / "a")
    shuffled = whole(plan, paths, tmp_path / "b", [4, 1, 3, 0, 2])
    assert ordered.read_bytes() == shuffled.read_bytes()
    assert len(read_numbers(ordered)) == 125


@pytest.mark.parametrize("frames", [1, 30, 31, 60])
def test_last_segment_may_be_short_and_none_is_empty(tmp_path: Path, frames: int) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4", frames=frames)}
    plan = plan_of(paths)
    assert plan.segments == -(-frames // 30)
    assert read_numbers(whole(plan, paths, tmp_path)) == list(range(frames))


def test_times_are_exact_and_lawful(tmp_path: Path) -> None:
    rate = Fraction(30000, 1001)
    paths = {"main": make_video(tmp_path / "v.mp4", frames=100, rate=rate)}
    output = whole(plan_of(paths), paths, tmp_path)
    with av.open(str(output)) as container:
        packets = [(p.pts or 0, p.dts or 0, p.time_base or Fraction(0)) for p in container.demux(video=0) if p.size]
        assert sorted(pts * base for pts, _, base in packets) == [k / rate for k in range(100)]
        assert all(a[1] < b[1] for a, b in itertools.pairwise(packets))
        assert container.streams.video[0].start_time == 0


def test_every_segment_starts_with_a_key_frame_and_decodes_alone(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4")}
    for index, path in enumerate(render_all(plan_of(paths), paths, tmp_path)):
        with av.open(str(path)) as container:
            assert next(p for p in container.demux(video=0) if p.size).is_keyframe
            assert container.streams.video[0].start_time == 0
        assert read_numbers(path) == list(range(30 * index, 30 * index + 30))


def test_no_slices_no_source_key_frames_fixed_threads(tmp_path: Path) -> None:
    """The source has a key frame at every fifth frame; ours has its own only."""
    paths = {"main": make_video(tmp_path / "v.mp4", gop=5)}
    path = render_all(plan_of(paths), paths, tmp_path)[0]
    assert b"sliced_threads=0" in path.read_bytes() and b" threads=1 " in path.read_bytes()
    with av.open(str(path)) as container:
        assert sum(p.is_keyframe for p in container.demux(video=0) if p.size) == 1


def test_color_tags_and_size(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4", tags=1)}
    output = whole(plan_of(paths), paths, tmp_path)
    with av.open(str(output)) as container:
        context = container.streams.video[0].codec_context
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
    data = output.read_bytes()
    assert b"colrnclx" in data
    assert data.index(b"moov") < data.index(b"mdat"), "faststart"
    assert b"Lavf" not in data


def test_join_refuses_another_encoders_segment(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4")}
    plan = plan_of(paths)
    segments = render_all(plan, paths, tmp_path)
    encoder = only(plan).encoder.model_copy(update={"options": {"preset": "ultrafast"}})
    other = plan.model_copy(update={"outputs": [only(plan).model_copy(update={"encoder": encoder})]})
    with renderer_of(other, paths) as renderer:
        segments[1].write_bytes(renderer.render(1, *ALWAYS) or b"")
    with pytest.raises(WorkspaceCorrupt, match="segment 1 comes from another encoder"):
        join(plan, only(plan), segments, None, tmp_path / "out.mp4")


def test_join_refuses_a_segment_that_lacks_frames(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4", frames=75)}
    plan = plan_of(paths)
    segments = render_all(plan, paths, tmp_path)
    segments[0].write_bytes(segments[2].read_bytes())
    with pytest.raises(WorkspaceCorrupt, match="segment 0 has 15 frames instead of 30"):
        join(plan, only(plan), segments, None, tmp_path / "out.mp4")


def test_told_to_stop_drops_the_segment(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4")}
    with renderer_of(plan_of(paths), paths) as renderer:
        assert renderer.render(0, lambda left: left > 20, lambda: None) is None


def test_decoded_frames_are_not_written_into(tmp_path: Path) -> None:
    """A stream of P-frames only: drawing into a reference would show in every later frame."""
    paths = {"main": make_video(tmp_path / "v.mp4", gop=90, options={"bf": "0"})}
    box = {"box": {"fill": "white"}, "end": "400ms", "keyframes": [{"left": 0, "top": 0, "width": 1, "height": 1}]}
    plan = plan_of(paths, timeline={"overlays": [box]})
    assert read_numbers(whole(plan, paths, tmp_path))[10:] == list(range(10, 90))


@pytest.mark.parametrize(
    ("video", "size"),
    [({}, (96, 64)), ({"width": 48}, (48, 32)), ({"height": 128}, (192, 128)), ({"width": 64, "height": 64}, (64, 64))],
)
def test_output_size(tmp_path: Path, video: dict[str, Any], size: tuple[int, int]) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4", frames=3)}
    plan = plan_of(paths, outputs=[{"uri": "file:///tmp/o.mp4", "video": video}])
    with av.open(str(whole(plan, paths, tmp_path))) as container:
        frame = next(container.decode(video=0))
        assert (frame.width, frame.height) == size


def test_odd_source_and_contain(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mkv", frames=3, size=(96, 54))}
    plan = plan_of(paths, outputs=[{"uri": "file:///tmp/o.mp4", "video": {"width": 96, "height": 96}}])
    with renderer_of(plan, paths) as renderer:
        luma = renderer.frame(1).to_ndarray(format="gray")
    assert luma[:18].max() < 20 and luma[-18:].max() < 20, "black above and below"
    assert luma[30:60].max() > 100


def test_still_and_moving_crops_agree(tmp_path: Path) -> None:
    """The fast road (whole pixels) and the smooth one show the same part of the picture."""
    paths = {"main": make_video(tmp_path / "v.mp4", frames=30)}
    frames = []
    for end in (0.5, 0.5001):
        keys = [
            {"left": 0.5, "top": 0, "width": 0.5, "height": 1},
            {"time": "100s", "left": end, "top": 0, "width": 0.4999, "height": 1},
        ]
        clips = [{"framing": {"keyframes": keys if end != 0.5 else keys[:1]}}]
        plan = plan_of(
            paths,
            timeline={"clips": clips},
            outputs=[{"uri": "file:///tmp/o.mp4", "video": {"width": 48, "height": 64}}],
        )
        with renderer_of(plan, paths) as renderer:
            frames.append(renderer.frame(7).to_ndarray(format="gray").astype(int))
    assert np.abs(frames[0] - frames[1]).mean() < 4


def test_sound_is_cut_on_the_sample(tmp_path: Path) -> None:
    """A click stands at every full second of the source, and so at known samples of the cut."""
    paths = {"main": make_video(tmp_path / "v.mp4", frames=100, sound=True)}
    plan = plan_of(paths, timeline={"clips": [{"start": "600ms", "end": "1.4s"}, {"start": "2.8s", "end": "3.6s"}]})
    samples = sound(plan, paths, tmp_path)
    clicks = [int(np.abs(samples[a:b]).argmax()) + a for a, b in ((0, 38400), (38400, 76800))]
    assert np.allclose(clicks, [19200, 38400 + 9600], atol=1)
    assert abs(samples.shape[0] - 76800) <= 1024


def test_uncut_sound_is_copied(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4", sound=True)}
    plan = plan_of(paths)
    held = only(plan).audio
    assert held and held.copy_of == "main"
    write_sound(plan, paths, tmp_path / "a.m4a")

    def packets(path: Path) -> list[tuple[int | None, bytes]]:
        with av.open(str(path)) as container:
            return [(p.pts, bytes(p)) for p in container.demux(audio=0) if p.size]

    assert packets(tmp_path / "a.m4a") == packets(paths["main"])


def test_clip_without_sound_gives_silence(tmp_path: Path) -> None:
    paths = {"a": make_video(tmp_path / "a.mp4", frames=25, sound=True), "b": make_video(tmp_path / "b.mp4", frames=50)}
    plan = plan_of(paths, timeline={"clips": [{"input": "a"}, {"input": "b"}]})
    samples = sound(plan, paths, tmp_path)
    assert np.abs(samples[10_000:40_000]).max() > 0.03
    assert np.abs(samples[60_000:140_000]).max() < 0.01


def test_not_a_video(tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    path.write_bytes(b"nonsense" * 1000)
    with pytest.raises(InputInvalid, match="input main is not a media file"):
        probe(str(path), "main")


def test_hdr_is_refused_clearly(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4", frames=5, options={"x264-params": "transfer=smpte2084"}, tags=16)}
    with pytest.raises(InputInvalid, match="HDR"):
        plan_of(paths)


@pytest.mark.parametrize(
    ("clip", "words"),
    [
        ({"start": "1s", "end": "9s"}, "reaches past the end of input main, which is 3.6s long"),
        ({"start": "1s", "end": "1010ms"}, "fall on the same frame"),
        (
            {"framing": {"keyframes": [{"time": "2s", "left": 0, "top": 0, "width": 1, "height": 1}] * 2}},
            "stand in order",
        ),
    ],
)
def test_what_only_the_plan_can_see(tmp_path: Path, clip: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecInvalid, match=words):
        plan_of({"main": make_video(tmp_path / "v.mp4")}, timeline={"clips": [clip]})


@pytest.mark.parametrize("size", [(96, 54), (98, 62), (99, 67), (97, 65)])
@pytest.mark.parametrize("video", [{}, {"width": 64}])
def test_any_source_size(tmp_path: Path, size: tuple[int, int], video: dict[str, Any]) -> None:
    """Odd sizes are encoded as 4:4:4, which has no chroma to halve."""
    path = tmp_path / "v.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv444p"
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((*size[::-1], 3), 200, np.uint8))))
        container.mux(stream.encode(None))
    plan = plan_of({"main": path}, outputs=[{"uri": "file:///tmp/o.mp4", "video": video}])
    assert all(side % 2 == 0 for side in only(plan).size)
    with renderer_of(plan, {"main": path}) as renderer:
        frame = renderer.frame(1)
    assert (frame.width, frame.height, frame.format.name) == (*only(plan).size, "yuv420p")


def test_clips_with_another_color_matrix_are_converted(tmp_path: Path) -> None:
    paths = {n: make_video(tmp_path / f"{n}.mp4", frames=3, tags=t) for n, t in (("a", 1), ("b", 6))}
    plan = plan_of(paths, timeline={"clips": [{"input": "a"}, {"input": "b"}]})
    with renderer_of(plan, paths) as renderer:
        assert int(renderer.frame(4).colorspace) == 1


def test_a_hole_in_the_sound_stays_a_hole(tmp_path: Path) -> None:
    path = make_video(tmp_path / "v.mp4", frames=125, sound=True)
    holed = tmp_path / "holed.mkv"
    with av.open(str(path), "r") as source, av.open(str(holed), "w") as target:
        copies = {s.index: target.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            at = float((packet.pts or 0) * (packet.time_base or 0))
            if packet.size and not (packet.stream.type == "audio" and 1.5 < at < 2.5):
                packet.stream = copies[packet.stream.index]
                target.mux(packet)
    plan = plan_of({"main": holed}, timeline={"clips": [{"start": "1s", "end": "4s"}]})
    samples = sound(plan, {"main": holed}, tmp_path)
    assert np.abs(samples[30_000:66_000]).max() < 0.01, "the hole"
    click = int(np.abs(samples[90_000:100_000]).argmax()) + 90_000
    assert abs(click - 96_000) < 100, "the click of 3 s stands at 2 s of the cut"


def test_still_picture_is_not_sought_for_every_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_video(tmp_path / "v.mp4", frames=3, times=[0, 3600, 90000 * 30])
    sought: list[int] = []
    seek = FrameSource._seek

    def counted(self: FrameSource, wanted: int) -> None:
        sought.append(wanted)
        seek(self, wanted)

    monkeypatch.setattr(FrameSource, "_seek", counted)
    with FrameSource(str(path), video_facts(path), ConstantClock(Fraction(25))) as source:
        assert [number_of(source.at(k)) for k in (0, 5, 400, 700, 749, 750, 2000)] == [0, 1, 1, 1, 1, 2, 2]
    assert sought == [0]
