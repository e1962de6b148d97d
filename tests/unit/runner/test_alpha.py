"""Clips with alpha: what is transparent shows the background, as borders do."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from PIL import Image

from job_runner.effects.color import color_of
from job_runner.media.cpu.scale import Scaler
from job_runner.media.framing import form_of
from job_runner.media.recipe import Form, Recipe
from job_runner.media.signal import has_alpha, is_transparent, signal_of
from job_runner.plan.facts import ColorTags
from job_runner.plan.plan import Plan
from tests.unit.runner.media import only, plan_of
from tests.unit.runner.tagged import RGB, Tags, at, codes, colored, off
from tests.unit.runner.test_signal import PAN, frames, video

INK: RGB = (200 / 255, 100 / 255, 50 / 255)
SHARES = {1 / 6: 0.0, 1 / 2: 128 / 255, 5 / 6: 1.0}
"""Alpha of the left, middle and right third."""

BLUE: RGB = (0.2, 0.4, 1.0)


def thirds(width: int = 96, height: int = 64) -> Any:
    picture = np.zeros((height, width, 4), np.uint8)
    picture[..., :3] = np.rint(np.asarray(INK) * 255)
    for third, share in enumerate(SHARES.values()):
        picture[:, third * width // 3 : (third + 1) * width // 3, 3] = round(share * 255)
    return picture


def clip(path: Path, codec: str, pixel_format: str) -> Path:
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, pixel_format
        if pixel_format.startswith("yuva"):
            stream.codec_context.colorspace = 1
            stream.options = {"alpha_bits": "16", "profile": "4444"}
        for number in range(3):
            frame = VideoFrame.from_ndarray(thirds(), "rgba")
            frame = frame.reformat(format=pixel_format, dst_colorspace="itu709") if codec != "png" else frame
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def still(path: Path) -> Path:
    Image.fromarray(thirds()).save(path, lossless=True, exact=True)
    return path


KINDS = {
    "png": lambda folder: still(folder / "v.png"),
    "webp": lambda folder: still(folder / "v.webp"),
    "png in mov": lambda folder: clip(folder / "v.mov", "png", "rgba"),
    "qtrle": lambda folder: clip(folder / "v.mov", "qtrle", "argb"),
    "prores 4444": lambda folder: clip(folder / "v.mov", "prores_ks", "yuva444p10le"),
    "ffv1": lambda folder: clip(folder / "v.mkv", "ffv1", "bgra"),
}


def check(plan: Plan, paths: dict[str, Path], background: RGB, number: int = 0) -> None:
    form, frame = form_of(only(plan)), frames(plan, paths, [number])[0]
    for place, share in SHARES.items():
        mixed = tuple(share * ink + (1 - share) * under for ink, under in zip(INK, background, strict=True))
        wanted = codes((mixed[0], mixed[1], mixed[2]), form.matrix, form.full, form.depth)
        assert off(at(frame, place), wanted) <= 3 * (1 << (form.depth - 8)), (place, at(frame, place), wanted)


@pytest.mark.parametrize("background", [(0.0, 0.0, 0.0), BLUE])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_transparent_shows_the_background(tmp_path: Path, kind: str, background: RGB) -> None:
    paths = {"main": KINDS[kind](tmp_path)}
    color = "#" + "".join(f"{round(255 * value):02X}" for value in background)
    for wanted in ({}, {"width": 192}, {"codec": "hevc", "pixelFormat": "yuv420p10le"}, {"color": {"range": "pc"}}):
        check(plan_of(paths, **video(background=color, **wanted)), paths, background)


def test_also_when_the_crop_moves(tmp_path: Path) -> None:
    paths = {"main": still(tmp_path / "v.png")}
    whole = [{"time": "0s", "left": 0, "top": 0, "width": 1, "height": 1}, {**PAN[1], "width": 1, "left": 0.0001}]
    clips = [{"framing": {"keyframes": whole, "background": "#3366FF"}}]
    check(plan_of(paths, timeline={"clips": clips}), paths, BLUE)


@pytest.mark.parametrize("tags", [Tags(6), Tags(9), Tags(2)], ids=str)
def test_also_where_another_clip_came_first(tmp_path: Path, tags: Tags) -> None:
    for kind in ("qtrle", "prores 4444"):
        paths = {"a": colored(tmp_path / "a.mp4", tags), "b": KINDS[kind](tmp_path)}
        check(plan_of(paths, **video(background="#3366FF")), paths, BLUE, number=6)


def test_what_is_hidden_does_not_shine_through_when_it_gets_smaller(tmp_path: Path) -> None:
    """White under alpha 0 beside black: no grey on a black background."""
    picture = np.zeros((64, 96, 4), np.uint8)
    picture[:, ::2] = (255, 255, 255, 0)
    picture[:, 1::2] = (0, 0, 0, 255)
    Image.fromarray(picture).save(tmp_path / "v.png")
    paths = {"main": tmp_path / "v.png"}
    frame = frames(plan_of(paths, **video(width=48)), paths, [0])[0]
    assert max(at(frame, x / 48)[0] for x in range(48)) <= 17


def test_gif_with_a_transparent_colour(tmp_path: Path) -> None:
    image = Image.new("P", (96, 64), 1)
    image.putpalette([255, 255, 255, 200, 100, 50])
    image.paste(0, (0, 0, 48, 64))
    image.save(tmp_path / "v.gif", transparency=0)
    paths = {"main": tmp_path / "v.gif"}
    plan = plan_of(paths, **video(background="#3366FF"))
    frame = frames(plan, paths, [0])[0]
    assert off(at(frame, 0.2), codes(BLUE, 1)) <= 2 and off(at(frame, 0.8), codes(INK, 1)) <= 2


def test_raw_captures_leave_their_padding(tmp_path: Path) -> None:
    """Alpha 0 everywhere, as screen grabbers write it: the picture is there all the same."""
    picture = thirds()
    picture[..., 3] = 0
    with av.open(str(tmp_path / "v.avi"), "w") as container:
        stream: Any = container.add_stream("rawvideo", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "bgra"
        frame = VideoFrame.from_ndarray(picture, "rgba").reformat(format="bgra")
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    paths = {"main": tmp_path / "v.avi"}
    assert off(at(frames(plan_of(paths), paths, [0])[0]), codes(INK, 1)) <= 2


@pytest.mark.parametrize("name", ["ya8", "ya16le", "gbrap10le", "rgba64le", "yuva420p", "yuva422p10le", "pal8"])
def test_every_format_with_alpha_is_taken(name: str) -> None:
    form = Form((96, 64), "yuv420p", 1, False)
    border = (51, 102, 255)
    frame = VideoFrame(96, 64, name)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    shown = Scaler().apply(frame, Recipe(1, None, signal_of(frame, ColorTags(), (96, 64)), form, border, alpha=True))
    assert (shown.format.name, shown.width, shown.height) == ("yuv420p", 96, 64)
    assert off(at(shown), color_of(border, form.coding)) <= 1, "transparent all over"
    assert has_alpha(name) and is_transparent(frame, "png") and not is_transparent(frame, "rawvideo")
