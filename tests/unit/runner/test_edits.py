"""Edits of whole timelines, proven on the output's frames and samples."""

import os
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from job_runner.errors import SpecInvalid
from job_runner.media.audio import _sample, make_audio
from job_runner.media.encode import opens
from job_runner.media.loudness import measured
from job_runner.media.probe import probe
from job_runner.media.render import SegmentRenderer
from job_runner.plan.plan import Plan
from tests.unit.runner import odd
from tests.unit.runner.jobs import order, run
from tests.unit.runner.media import make_video, number_of, plan_of, read_numbers

Float = npt.NDArray[np.float64]
FULL = {"left": 0, "top": 0, "width": 1, "height": 1}


def luma(plan: Plan, paths: dict[str, Path], numbers: list[int]) -> list[Float]:
    with SegmentRenderer(plan, lambda name: str(paths[name])) as renderer:
        return [renderer.frame(k).to_ndarray(format="gray").astype(float) for k in numbers]


def sound(plan: Plan, paths: dict[str, Path], folder: Path) -> Float:
    """Decoded samples of the first channel."""
    make_audio(plan, lambda name: str(paths[name]), folder / "a.m4a")
    with av.open(str(folder / "a.m4a")) as container:
        return np.asarray(np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], 1)[0], float)


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


# sound


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


# output


CODECS = [(codec, f"yuv420p{depth}") for codec in ("h264", "hevc", "av1") for depth in ("", "10le")]


@pytest.mark.parametrize("container", ["mp4", "mov", "mkv"])
@pytest.mark.parametrize(("codec", "pixel"), CODECS)
def test_codecs_and_containers(tmp_path: Path, codec: str, pixel: str, container: str) -> None:
    if (codec, container) == ("av1", "mov"):
        pytest.skip("refused by the CRD")
    clip = make_video(tmp_path / "v.mp4", frames=70, sound=True, rate=Fraction(30000, 1001))
    video = {"encoder": "CPU", "codec": codec, "pixelFormat": pixel, "preset": "Fast", "color": {"range": "tv"}}
    output = {"uri": (tmp_path / f"o.{container}").as_uri(), "container": container, "video": video}
    word = run(order(tmp_path, clip, outputs=[output]))
    assert word.exit_code == 0, word.message
    assert read_numbers(tmp_path / f"o.{container}") == list(range(70))
    data = (tmp_path / f"o.{container}").read_bytes()
    assert not re.search(rb"Lavf\d", data) and (container == "mkv" or data.index(b"moov") < data.index(b"mdat"))
    with av.open(str(tmp_path / f"o.{container}")) as made:
        stream = made.streams.video[0]
        assert stream.codec_context.codec.canonical_name == codec and stream.codec_context.pix_fmt == pixel
        assert stream.codec_context.color_range == 1 and stream.codec_context.colorspace == 1
        assert codec != "hevc" or container == "mkv" or stream.codec_context.codec_tag == "hvc1"
        times = sorted(p.pts * p.time_base for p in made.demux(stream) if p.size and p.pts is not None and p.time_base)
        rounding = Fraction(1, 2000) if container == "mkv" else 0
        assert all(abs(t - times[0] - Fraction(1001 * k, 30000)) <= rounding * 2 for k, t in enumerate(times))
        assert len(made.streams.audio) == 1


@pytest.mark.skipif(not hasattr(os, "sched_getscheduler"), reason="no such schedulers here")
def test_no_encoder_makes_itself_real_time(tmp_path: Path) -> None:
    """SVT-AV1 does, if root opens it, and every child of the process inherits it."""
    output = {"uri": (tmp_path / "o.mp4").as_uri(), "video": {"encoder": "CPU", "codec": "av1", "preset": "Fast"}}
    assert run(order(tmp_path, make_video(tmp_path / "v.mp4", frames=70), outputs=[output])).exit_code == 0
    policies = {os.sched_getscheduler(int(thread.name)) for thread in Path("/proc/self/task").iterdir()}
    assert os.SCHED_FIFO not in policies and os.SCHED_RR not in policies


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_passthrough_keeps_every_frames_time(tmp_path: Path, suffix: str) -> None:
    times = odd.random_times(11)
    clip = make_video(tmp_path / f"v.{suffix}", frames=90, times=times, sound=True)
    video = {"encoder": "CPU", "preset": "Fast", "frameRate": "passthrough"}
    word = run(order(tmp_path, clip, outputs=[{"uri": (tmp_path / "o.mp4").as_uri(), "video": video}]))
    assert word.exit_code == 0, word.message
    assert frame_times(tmp_path / "o.mp4") == frame_times(clip)
    assert read_numbers(tmp_path / "o.mp4") == list(range(90))
    again, before = probe(str(tmp_path / "o.mp4"), "o")[0], probe(str(clip), "v")[0]
    assert again and before and abs(again.duration - before.duration) < Fraction(1, 20), "told by the header"


def test_passthrough_of_a_part(tmp_path: Path) -> None:
    times = odd.random_times(12)
    clip = make_video(tmp_path / "v.mp4", frames=90, times=times)
    start, end = Fraction(times[31], 90000), Fraction(times[70], 90000)
    part = [{"start": f"{float(start):.4f}s", "end": f"{float(end):.4f}s"}]
    video = {"encoder": "CPU", "preset": "Fast", "frameRate": "passthrough"}
    word = run(
        order(
            tmp_path, clip, timeline={"clips": part}, outputs=[{"uri": (tmp_path / "o.mp4").as_uri(), "video": video}]
        )
    )
    assert word.exit_code == 0, word.message
    assert read_numbers(tmp_path / "o.mp4") == list(range(31, 70))
    assert frame_times(tmp_path / "o.mp4") == [t - start for t in frame_times(clip)[31:70]]


def frame_times(path: Path) -> list[Fraction]:
    """Counted from the first frame."""
    with av.open(str(path)) as container:
        times = [f.pts * f.time_base for f in container.decode(video=0) if f.pts is not None and f.time_base]
    return [t - times[0] for t in times]


HDR10 = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:hdr10=1:repeat-headers=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400:log-level=error"  # noqa: E501


def hdr(path: Path) -> Path:
    def tag(stream: Any) -> None:
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = 9, 16, 9, 1

    return odd.encoded(path, codec="libx265", pixel_format="yuv420p10le", options={"x265-params": HDR10}, setup=tag)


@pytest.mark.parametrize("codec", ["hevc", "av1"])
def test_hdr10_is_kept(tmp_path: Path, codec: str) -> None:
    """10 bit, tags, mastering metadata; and white text at the brightness of paper, not of the sun."""
    clip = hdr(tmp_path / "v.mp4")
    text = {"box": {"fill": "white"}, "keyframes": [{"left": 0, "top": 0, "width": 0.5, "height": 0.5}]}
    output = {"uri": (tmp_path / "o.mp4").as_uri(), "video": {"encoder": "CPU", "codec": codec, "crf": 10}}
    word = run(order(tmp_path, clip, outputs=[output], timeline={"overlays": [text]}))
    assert word.exit_code == 0, word.message
    with av.open(str(tmp_path / "o.mp4")) as made:
        context = made.streams.video[0].codec_context
        frame = next(made.decode(video=0))
        assert (context.color_primaries, context.color_trc, context.colorspace) == (9, 16, 9)
        assert frame.format.name == "yuv420p10le"
        kinds = {data.type.name for data in frame.side_data}  # type: ignore[attr-defined]
        assert {"MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL"} <= kinds
        white = frame.to_ndarray()[:20, :30].mean()
    assert white == pytest.approx(64 + 0.58 * 876, abs=8)
    before, after = probe(str(clip), "v")[0], probe(str(tmp_path / "o.mp4"), "o")[0]
    assert before and after and before.mastering and after.mastering
    assert np.allclose(after.mastering.display, before.mastering.display, rtol=0.01, atol=2)
    assert after.mastering.light == [1000, 400]


def test_hlg_is_kept(tmp_path: Path) -> None:
    def tag(stream: Any) -> None:
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = 9, 18, 9, 1

    clip = odd.encoded(
        tmp_path / "v.mp4", codec="libx265", pixel_format="yuv420p10le", setup=tag,
        options={"x265-params": "colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc:log-level=error"},
    )  # fmt: skip
    output = {"uri": (tmp_path / "o.mp4").as_uri(), "video": {"encoder": "CPU", "codec": "hevc"}}
    word = run(order(tmp_path, clip, outputs=[output]))
    assert word.exit_code == 0, word.message
    with av.open(str(tmp_path / "o.mp4")) as made:
        context = made.streams.video[0].codec_context
        assert (context.color_trc, context.pix_fmt) == (18, "yuv420p10le")
    assert read_numbers(tmp_path / "o.mp4") == list(range(90))


@pytest.mark.parametrize(
    ("video", "words"),
    [
        ({"codec": "h264"}, "8 bit or h264 cannot hold"),
        ({"codec": "hevc", "pixelFormat": "yuv420p"}, "8 bit or h264 cannot hold"),
        ({"codec": "hevc", "color": {"transfer": "bt709"}}, "light is not re-graded"),
    ],
)
def test_hdr_is_never_silently_wrong(tmp_path: Path, video: dict[str, Any], words: str) -> None:
    output = {"uri": (tmp_path / "o.mp4").as_uri(), "video": {"encoder": "CPU", **video}}
    word = run(order(tmp_path, hdr(tmp_path / "v.mp4"), outputs=[output]))
    assert word.exit_code in (64, 65) and words in word.message


def test_hdr_and_sdr_do_not_mix(tmp_path: Path) -> None:
    paths = {"a": make_video(tmp_path / "a.mp4", frames=5), "b": hdr(tmp_path / "b.mp4")}
    with pytest.raises(Exception, match="input b is PQ"):
        plan_of(paths, timeline={"clips": [{"input": "a"}, {"input": "b"}]})


def test_full_range_comes_out_right(tmp_path: Path) -> None:
    """The same grey from a full-range source, in limited range and in full."""
    clip = odd.encoded(tmp_path / "v.mp4", pixel_format="yuvj420p", frames=5)
    for name, full in (("tv", False), ("pc", True)):
        output = {
            "uri": (tmp_path / f"{name}.mp4").as_uri(),
            "video": {"encoder": "CPU", "crf": 5, "color": {"range": name}},
        }
        (tmp_path / name).mkdir()
        word = run(order(tmp_path / name, clip, outputs=[output]))
        assert word.exit_code == 0, word.message
        with av.open(str(tmp_path / f"{name}.mp4")) as made:
            frame = next(made.decode(video=0))
            assert (int(made.streams.video[0].codec_context.color_range) == 2) == full
            plane = np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(-1, frame.planes[0].line_size)[:, :96]
        with av.open(str(clip)) as source:
            before = np.asarray(next(source.decode(video=0)).to_ndarray()[:64], float)
        wanted = before if full else 16 + before * 219 / 255
        assert np.abs(plane - wanted).mean() < 2


def test_nvenc_without_a_gpu_sends_the_job_elsewhere(tmp_path: Path) -> None:
    if opens("h264_nvenc", {}, "yuv420p") is None:
        pytest.skip("this machine has NVENC")
    output = {"uri": (tmp_path / "o.mp4").as_uri(), "video": {"encoder": "NVENC"}}
    word = run(order(tmp_path, make_video(tmp_path / "v.mp4", frames=5), outputs=[output]))
    assert word.exit_code == 76 and "use a GPU with NVENC, or Auto" in word.message


def test_auto_says_why_it_took_the_cpu(tmp_path: Path) -> None:
    plan = plan_of({"main": make_video(tmp_path / "v.mp4", frames=5)}, outputs=[{"uri": "file:///tmp/o.mp4"}])
    assert plan.encoder.name.endswith("nvenc") or "h264_nvenc does not open" in (plan.encoder.fallback or "")
