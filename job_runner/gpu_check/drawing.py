"""Every effect on the device against the same on NumPy, byte for byte."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from job_runner.effects.assets import Assets
from job_runner.effects.blend import mix
from job_runner.effects.overlay_kinds import pen
from job_runner.effects.picture import Coding, Edges, Picture
from job_runner.effects.resample import resample
from job_runner.gpu_check.check import Check
from job_runner.gpu_check.compare import compared
from job_runner.gpu_check.found import Found
from job_runner.gpu_check.ground import Ground, Size
from job_runner.gpu_check.tensors import here, ready, settled, there
from job_runner.plan.geometry import Placement, Rect
from videojob_api.overlay import Overlay

Effect = Callable[[Picture, Picture], None]
"""Draws on a picture; what is mixed in or cropped is the other one."""

OVERLAYS: Mapping[str, Mapping[str, Any]] = {
    "box": {"fill": "#ff000080", "stroke": "white"},
    "ellipse": {"fill": "#00ff00c0", "stroke": "black"},
    "spotlight": {"dim": 0.7, "feather": 0.2},
    "blur": {"radius": 0.06, "feather": 0.2},
    "pixelate": {"blockSize": 0.05},
    "text": {"content": "Spotreel"},
    "image": {"input": "logo"},
}
MORE = ("crossfade", "moving crop")
DEPTHS = (8, 10)
PICTURES = 5
SUBJECTS = {f"{kind} {depth} bit": (kind, depth) for kind in (*OVERLAYS, *MORE) for depth in DEPTHS}


def find(subject: str, ground: Ground) -> Found:
    """Some pictures of noise, each with the effect elsewhere."""
    ready(ground.device)
    kind, depth = SUBJECTS[subject]
    return compared(_pair(kind, depth, number, ground) for number in range(PICTURES)).found()


def _pair(kind: str, depth: int, number: int, ground: Ground) -> tuple[Any, Any]:
    effect = effect_of(kind, depth, number, ground.extent.size)
    one, other = (noise(ground.extent.size, depth, seed) for seed in (number, number + 100))
    on_device = there(one, ground.device)
    effect(on_device, there(other, ground.device))
    effect(one, other)
    settled(ground.device)
    return one.planes, here(on_device.planes)


def effect_of(kind: str, depth: int, number: int, size: Size) -> Effect:
    """Of a kind, in a place that the number moves by fractions of a pixel."""
    left, top = 0.1 * size[0] + 7.3 * number, 0.15 * size[1] + 3.7 * number
    if kind == "crossfade":
        return lambda picture, other: mix(picture, other, 0.1 + 0.17 * number)
    if kind == "moving crop":
        # Larger and smaller than what it becomes.
        share = 0.3 + 0.15 * number
        crop = Rect(left, top, share * size[0], share * size[1])
        place = Placement(crop, (size[0] // 4 * 2, size[1] // 4 * 2), 4, 2)
        return lambda picture, other: resample(other, place, picture)
    edges = Edges(left, top, left + 0.6 * size[0], top + 0.5 * size[1])
    draw = pen(_overlay(kind), Coding(depth=depth), Assets(images={"logo": _logo()}))
    return lambda picture, other: draw(picture, edges, 1 - 0.15 * number)


def _overlay(kind: str) -> Overlay:
    everywhere = {"left": 0, "top": 0, "width": 1, "height": 1}
    return Overlay.model_validate({kind: OVERLAYS[kind], "keyframes": [everywhere]})


def _logo() -> Any:
    """Colours and alpha that change from pixel to pixel."""
    return np.random.default_rng(7).integers(0, 256, (90, 160, 4), np.uint8)


def noise(size: Size, depth: int, seed: int) -> Picture:
    """All values that such a picture may have."""
    random, kind = np.random.default_rng(seed), np.uint8 if depth == 8 else np.uint16
    width, height = size
    shapes = ((height, width), (height // 2, width // 2), (height // 2, width // 2))
    y, u, v = (random.integers(0, 1 << depth, shape, kind) for shape in shapes)
    return Picture(y, u, v, depth)


CHECK = Check("effects", tuple(SUBJECTS), find)
