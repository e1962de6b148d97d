"""Codecs, containers, frame times and colours of the output."""

import os
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from job_runner.media.encoder_check import opens
from job_runner.media.probe import probe
from tests.unit.runner import odd
from tests.unit.runner.jobs import order, run
from tests.unit.runner.media import make_video, only, plan_of, read_numbers

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
    encoder = only(plan).encoder
    assert encoder.name.endswith("nvenc") or "h264_nvenc does not open" in (encoder.fallback or "")
