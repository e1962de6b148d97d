"""Colours come out as they went in, whatever a file is tagged as and whatever is done to it."""

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from PIL import Image

from job_runner.errors import InputInvalid
from job_runner.media.framing import form_of
from job_runner.media.signal import color_of_frame, is_grey, is_ipt, is_rgb, signal_of
from job_runner.plan.facts import ColorTags
from job_runner.plan.plan import Plan
from tests.unit.runner.media import only, plan_of, renderer_of, video_facts
from tests.unit.runner.odd import displayed
from tests.unit.runner.tagged import COLORS, RGB, Tags, at, codes, colored, off, plain

MATRICES = {"untagged": 2, "bt601": 6, "bt709": 1, "bt2020": 9}
FORMATS = {8: "yuv420p", 10: "yuv420p10le"}
RED: RGB = (1.0, 0.0, 0.0)
FULL_VIEW = {"left": 0, "top": 0, "width": 1, "height": 1}
CORNER = {"left": 0, "top": 0, "width": 0.25, "height": 0.25}
PAN = [{"time": "0s", **FULL_VIEW, "width": 0.5}, {"time": "1s", **FULL_VIEW, "width": 0.5, "left": 0.5}]

Edit = dict[str, Any]


def video(**wanted: Any) -> Edit:
    return {"outputs": [{"uri": "file:///tmp/o.mp4", "video": {"encoder": "CPU", **wanted}}]}


EDITS: dict[str, Edit] = {
    "nothing": {},
    "crop": {"timeline": {"clips": [{"framing": {"keyframes": [{**CORNER, "time": "0s"}]}}]}},
    "scale": video(width=160, height=90),
    "border": video(width=96, height=128, background="#FF0000"),
    "pan": {"timeline": {"clips": [{"framing": {"keyframes": PAN}}]}},
    "overlay": {"timeline": {"overlays": [{"box": {"fill": "#FF0000"}, "keyframes": [CORNER]}]}},
    "10 bit": video(codec="hevc", pixelFormat="yuv420p10le"),
    "10 bit and scale": video(codec="hevc", pixelFormat="yuv420p10le", width=160),
    "full range": video(color={"range": "pc"}),
}
RED_AT = {"border": (0.5, 0.05), "overlay": (0.1, 0.1)}


def frames(plan: Plan, paths: dict[str, Path], numbers: list[int]) -> list[VideoFrame]:
    with renderer_of(plan, paths) as renderer:
        return [renderer.frame(k) for k in numbers]


def wanted(rgb: RGB, plan: Plan) -> tuple[float, float, float]:
    """The code values of a colour in the output."""
    form = form_of(only(plan))
    return codes(rgb, form.matrix, form.full, form.depth)


def check(path: Path, edit: Edit, name: str, tags: Tags) -> None:
    paths = {"main": path}
    plan = plan_of(paths, **edit)
    assert (only(plan).color.matrix, form_of(only(plan)).matrix) == (tags.matrix, tags.real)
    found = frames(plan, paths, list(range(len(COLORS))))
    unit = 1 << (form_of(only(plan)).depth - 8)
    for rgb, frame in zip(COLORS, found, strict=True):
        assert off(at(frame), wanted(rgb, plan)) <= 1.5 * unit, (rgb, at(frame), wanted(rgb, plan))
        if name in RED_AT:
            assert off(at(frame, *RED_AT[name]), wanted(RED, plan)) <= 1, (rgb, at(frame, *RED_AT[name]))


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("depth", FORMATS)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", MATRICES)
def test_every_edit_keeps_every_colour(tmp_path: Path, matrix: str, full: bool, depth: int, edit: str) -> None:
    tags = Tags(MATRICES[matrix], full)
    check(colored(tmp_path / "v.mp4", tags, FORMATS[depth]), EDITS[edit], edit, tags)


@pytest.mark.parametrize("depth", FORMATS)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", [*MATRICES.values(), 4, 5, 7])
@pytest.mark.parametrize("kind", ["turned", "mirrored", "interlaced"])
def test_every_kind_of_picture_keeps_its_colours(
    tmp_path: Path, kind: str, matrix: int, full: bool, depth: int
) -> None:
    tags, params = Tags(matrix, full), "qp=0:tff=1" if kind == "interlaced" else "qp=0"
    turn = {"turned": 90, "mirrored": 180}.get(kind)
    path = colored(tmp_path / "v.mov", tags, FORMATS[depth], params=params, turn=turn)
    if kind == "mirrored":
        displayed(path, (-1, 0, 0, 1))
    facts = video_facts(path)
    assert (facts.interlaced, facts.orientation) == (kind == "interlaced", {"turned": 8, "mirrored": 2}.get(kind, 1))
    check(path, {}, kind, tags)


@pytest.mark.parametrize("second", [Tags(m, f) for m in (2, 1, 9) for f in (False, True)], ids=str)
@pytest.mark.parametrize("first", [Tags(m, f) for m in (2, 6, 1, 9) for f in (False, True)], ids=str)
def test_a_crossfade_has_the_first_clips_colours(tmp_path: Path, first: Tags, second: Tags) -> None:
    """One colour fades into itself, whatever both are tagged as: the second is converted to the first's."""
    paths = {
        "a": colored(tmp_path / "a.mp4", first, colors=COLORS[:3] * 4),
        "b": colored(tmp_path / "b.mp4", second, colors=COLORS[:3] * 4),
    }
    clips = [{"input": "a"}, {"input": "b", "transition": {"type": "Crossfade", "duration": "240ms"}}]
    plan = plan_of(paths, timeline={"clips": clips})
    assert plan.frames == 18 and only(plan).color.matrix == first.matrix
    for number, frame in enumerate(frames(plan, paths, list(range(18)))):
        assert off(at(frame), wanted(COLORS[number % 3], plan)) <= 2, number


RGB_FORMATS = {
    "ffv1": ("mkv", "bgr0"), "libx264rgb": ("mp4", "rgb24"), "qtrle": ("mov", "rgb24"), "png": ("mov", "rgb24"),
    "gif": ("gif", "rgb8"), "rawvideo": ("avi", "bgr24"),
}  # fmt: skip


def rgb_video(path: Path, codec: str, pixel_format: str) -> Path:
    """A frame of each colour, exactly."""
    if codec == "gif":
        images = [Image.new("RGB", (96, 64), tuple(round(255 * value) for value in rgb)) for rgb in COLORS]
        images[0].save(path, save_all=True, append_images=images[1:], duration=40)
        return path
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, pixel_format
        if codec == "libx264rgb":
            stream.options = {"qp": "0"}
        for number, rgb in enumerate(COLORS):
            shown = np.full((64, 96, 3), np.rint(np.asarray(rgb) * 255), np.uint8)
            frame = VideoFrame.from_ndarray(shown, "rgb24").reformat(format=pixel_format)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("codec", RGB_FORMATS)
def test_rgb_alone_becomes_bt709_and_says_so(tmp_path: Path, codec: str) -> None:
    suffix, pixel_format = RGB_FORMATS[codec]
    paths = {"main": rgb_video(tmp_path / f"v.{suffix}", codec, pixel_format)}
    plan = plan_of(paths)
    assert only(plan).color.matrix == 1
    check_rgb(plan, paths)


def check_rgb(plan: Plan, paths: dict[str, Path]) -> None:
    for rgb, frame in zip(
        COLORS, frames(plan, paths, list(range(plan.frames - len(COLORS), plan.frames))), strict=True
    ):
        assert off(at(frame), wanted(rgb, plan)) <= 1.6, (rgb, at(frame), wanted(rgb, plan))


@pytest.mark.parametrize("tags", [Tags(2), Tags(6), Tags(1), Tags(9, True)], ids=str)
@pytest.mark.parametrize("codec", RGB_FORMATS)
def test_rgb_after_a_clip_has_that_clips_colours(tmp_path: Path, codec: str, tags: Tags) -> None:
    suffix, pixel_format = RGB_FORMATS[codec]
    first = colored(tmp_path / "a.mp4", tags)
    paths = {"a": first, "b": rgb_video(tmp_path / f"v.{suffix}", codec, pixel_format)}
    check_rgb(plan_of(paths), paths)


def test_untagged_keeps_what_players_assume_when_it_gets_another_size(tmp_path: Path) -> None:
    """SD made HD, and HD made SD: the tag says what was assumed; with the same assumption nothing is said."""
    small = {"main": colored(tmp_path / "s.mp4", colors=COLORS[:1])}
    large = {"main": colored(tmp_path / "l.mp4", size=(1280, 720), colors=COLORS[:1])}
    for paths, width, tagged, real in (
        (small, 1280, 6, 6),
        (small, 320, 2, 6),
        (large, 320, 1, 1),
        (large, 1600, 2, 1),
    ):
        plan = plan_of(paths, **video(width=width))
        assert (only(plan).color.matrix, form_of(only(plan)).matrix) == (tagged, real)
        with av.open(str(paths["main"])) as container:
            own = at(next(container.decode(video=0)))
        assert off(at(frames(plan, paths, [0])[0]), own) <= 1


@pytest.mark.parametrize(
    ("name", "rgb", "grey"),
    [("yuv420p", False, False), ("gray10le", False, True), ("ya8", False, True), ("pal8", True, False),
     ("gbrp10le", True, False), ("rgba64le", True, False), ("xyz12le", True, False), ("nv12", False, False),
     ("monow", False, True)],
)  # fmt: skip
def test_what_a_pixel_format_is(name: str, rgb: bool, grey: bool) -> None:
    assert (is_rgb(name), is_grey(name)) == (rgb, grey)


@pytest.mark.parametrize(
    ("name", "tags", "stream", "matrix", "color_range"),
    [("yuv420p", (1, 1), ColorTags(), 1, 1), ("yuv420p", (2, 0), ColorTags(matrix=9, range=1), 9, 1),
     ("yuv420p", (0, 1), ColorTags(), 2, 1), ("yuvj420p", (5, 1), ColorTags(), 5, 2),
     ("rgb24", (2, 1), ColorTags(), 0, 2), ("yuv420p", (3, 0), ColorTags(matrix=3), 2, 0)],
)  # fmt: skip
def test_tags_of_a_frame(name: str, tags: tuple[int, int], stream: ColorTags, matrix: int, color_range: int) -> None:
    frame = VideoFrame(16, 16, name)
    frame.colorspace, frame.color_range = tags
    found = color_of_frame(frame, stream)
    assert (found.matrix, found.range) == (matrix, color_range)


def changing(path: Path, parts: list[Path]) -> Path:
    """H.264 streams one after the other in one MPEG-TS, as where a broadcast changes over."""
    raw = path.with_name("joined.h264")
    raw.write_bytes(b"".join(part.read_bytes() for part in parts))
    with av.open(str(raw)) as inside, av.open(str(path), "w", format="mpegts") as outside:
        copy = outside.add_stream_from_template(inside.streams.video[0], opaque=True)
        for number, packet in enumerate(p for p in inside.demux() if p.size):
            packet.stream, packet.time_base = copy, Fraction(1, 25)
            packet.pts = packet.dts = number
            outside.mux(packet)
    return path


@pytest.mark.parametrize("second", [Tags(6), Tags(9), Tags(1, True), Tags(6, True)], ids=str)
def test_tags_may_change_in_mid_stream(tmp_path: Path, second: Tags) -> None:
    """Each frame is converted by its own, wherever decoding begins."""
    params = "qp=0:bframes=0:scenecut=0"
    parts = [colored(tmp_path / f"{number}.h264", tags, params=params) for number, tags in enumerate((Tags(1), second))]
    paths = {"main": changing(tmp_path / "v.ts", parts)}
    plan = plan_of(paths)
    assert plan.frames == 12 and only(plan).color.matrix == 1
    for number in (*range(12), 2, 11, 7):
        assert off(at(frames(plan, paths, [number])[0]), wanted(COLORS[number % 6], plan)) <= 2, number


def test_rare_matrices_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match=r"input main has colour matrix 14 \(ICtCp\)"):
        plan_of({"main": colored(tmp_path / "v.mkv", Tags(14))})


def dovi(profile: int, full: int) -> bytes:
    """FFmpeg's AVDOVIMetadata as far as its header: offsets first, then rpu_type, rpu_format …"""
    header = struct.pack("=BxH7B", 2, 18, profile, 0, 0, 0, 23, 1, full)
    return struct.pack("=5Q2i", 48, 80, 0, 0, 0, 0, 0) + header + bytes(64)


@pytest.mark.parametrize(("profile", "full", "ipt"), [(0, 1, True), (0, 0, False), (1, 0, False), (1, 1, False)])
def test_dolby_vision_that_nobody_else_can_show(profile: int, full: int, ipt: bool) -> None:
    """Profile 5 alone; 7 and 8 have a picture of their own."""
    assert is_ipt(dovi(profile, full)) == ipt
    assert not is_ipt(None) and not is_ipt(b"") and not is_ipt(dovi(profile, full)[:50])


def test_untagged_is_one_thing_throughout_a_file() -> None:
    """Also where a stream changes its size in the middle."""
    frame = plain(COLORS[0], Tags(), "yuv420p", (96, 64))
    assert signal_of(frame, ColorTags(), (1920, 1080)).matrix == 1
    assert signal_of(frame, ColorTags(), (640, 360)).matrix == 6
