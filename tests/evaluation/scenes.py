"""Six minutes whose motion is known, and real footage between stretches that stand still; each encoded by x264."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.video.stream import VideoStream

from tests.testbed import cache

RATE, WIDTH, HEIGHT, CRF = 25, 640, 360, 28
MINUTE = 60 * RATE
MARGIN = 320
Pixels = npt.NDArray[np.float32]
Stretch = tuple[int, int]
"""Frames from the first to before the last."""


@dataclass(frozen=True)
class Scene:
    """A minute: how the camera, the light and the sensor are. `when` are seconds in which somebody moves."""

    name: str
    words: str
    when: tuple[tuple[float, float], ...]
    noise: float = 4.0
    size: tuple[int, int] = (90, 40)
    contrast: float = 1.0
    light: Callable[[int], float] = lambda k: 1.0
    flash: Callable[[int], float] = lambda k: 0.0
    camera: Callable[[int], tuple[float, float]] = lambda k: (0.0, 0.0)
    background: Callable[[int], int] = lambda k: 0

    @property
    def truth(self) -> list[Stretch]:
        """In frames."""
        return [(round(a * RATE), round(b * RATE)) for a, b in self.when]


def _pan(number: int) -> tuple[float, float]:
    """Four seconds of 3 pixels a picture: to the right and a little down while somebody walks, then twice alone."""
    right = 3.0 * (np.clip(number - 200, 0, 100) - np.clip(number - 520, 0, 100) + np.clip(number - 1100, 0, 100))
    return float(right), float(right) / 8


def _shake(number: int) -> tuple[float, float]:
    """A hand: several slow swings, up to about two pixels a picture."""
    t = number / RATE
    right = 7 * np.sin(4.1 * t) + 3 * np.sin(9.7 * t + 1) + 1.5 * np.sin(17.3 * t)
    down = 5 * np.sin(3.3 * t + 2) + 2 * np.sin(11.9 * t) + 1.0 * np.sin(19.1 * t + 1)
    return float(right), float(down)


def _fades(number: int) -> float:
    """To black and back, a second each way, at 30 s."""
    return float(np.clip(abs(number - 30 * RATE) / RATE, 0, 1))


USUAL = ((6, 10), (17, 19), (26, 31), (38, 41.5), (50, 56))
SCENES = (
    Scene("tripod", "a person walks and stands, sensor noise", USUAL),
    Scene("lamp", "the light flickers by 6 %, and a cloud passes", USUAL, noise=6,
          light=lambda k: 1 + 0.06 * np.sin(k * 0.78) + 0.2 * np.sin(k * 0.006)),
    Scene("edited", "another scene every 7 s, two flashes, a fade through black",
          ((8, 12), (16, 19.5), (37, 41), (50, 55)),
          background=lambda k: k // (7 * RATE), flash=lambda k: 70.0 * (k in (375, 376, 1130, 1131)), light=_fades),
    Scene("pan", "the camera turns three times", USUAL, camera=_pan),
    Scene("hand", "the camera is held in a hand", USUAL, camera=_shake),
    Scene("night", "little contrast, much noise", USUAL, noise=8, contrast=0.35),
)  # fmt: skip


@lru_cache(maxsize=2)
def background(seed: int) -> Pixels:
    """Smooth patches, edges of walls and small texture, larger than the picture."""
    dice = np.random.default_rng(seed)
    size = (HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN)
    whole = np.zeros(size, np.float32)
    for cell, weight in ((160, 60), (40, 30), (10, 18), (4, 8)):
        rows, columns = -(-size[0] // cell), -(-size[1] // cell)
        whole += weight * np.kron(dice.standard_normal((rows, columns)), np.ones((cell, cell)))[: size[0], : size[1]]
    return np.asarray(np.clip(118 + whole * 0.7, 20, 230), np.float32)


def actor(size: tuple[int, int], seed: int) -> Pixels:
    """Clothes, with folds."""
    dice = np.random.default_rng(seed)
    folds = np.kron(dice.standard_normal((size[0] // 6 + 1, size[1] // 6 + 1)), np.ones((6, 6)))
    return np.asarray(np.clip(70 + 40 * folds[: size[0], : size[1]], 16, 235), np.float32)


def pictures(scene: Scene, seed: int = 0) -> Iterator[npt.NDArray[np.uint8]]:
    """The luma of each picture; another `seed` has other walls, another person and other noise."""
    dice, person = np.random.default_rng(7 + seed), actor(scene.size, 3 + seed)
    place = 0.0
    for number in range(MINUTE):
        place += 4.0 * any(a <= number < b for a, b in scene.truth)
        world = background(100 * (seed + 1) + scene.background(number)).copy()
        _stand(world, person, place, number if any(a <= number < b for a, b in scene.truth) else 0)
        seen = _seen(world, *scene.camera(number))
        lit = 16 + (seen - 16) * scene.contrast * scene.light(number) + scene.flash(number)
        yield np.clip(lit + scene.noise * dice.standard_normal(lit.shape), 16, 235).round().astype(np.uint8)


def _stand(world: Pixels, person: Pixels, place: float, step: int) -> None:
    """A person who walks to and fro in the middle of the picture; between pixels, both neighbours are mixed."""
    high, wide = person.shape
    way = WIDTH - wide - 80
    along = place % (2 * way)
    left = MARGIN + 40 + (along if along < way else 2 * way - along)
    top = MARGIN + HEIGHT // 2 - high // 2 + int(3 * np.sin(step * 0.5))
    world[top : top + high, int(left) : int(left) + wide] = person


def _seen(world: Pixels, right: float, down: float) -> Pixels:
    """What a camera sees that has turned by parts of pixels."""
    x, y = int(np.floor(right)), int(np.floor(down))
    fx, fy = np.float32(right - x), np.float32(down - y)
    part = world[MARGIN + y : MARGIN + y + HEIGHT + 1, MARGIN + x : MARGIN + x + WIDTH + 1]
    across = part[:, :-1] * (1 - fx) + part[:, 1:] * fx
    return np.asarray(across[:-1] * (1 - fy) + across[1:] * fy, np.float32)


def written(path: Path, lumas: Iterator[npt.NDArray[np.uint8]], size: tuple[int, int] = (WIDTH, HEIGHT)) -> Path:
    """As a camera's encoder would leave it."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": str(CRF), "preset": "veryfast"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number, luma in enumerate(lumas):
            frame = av.VideoFrame.from_ndarray(luma, "gray").reformat(
                format="yuv420p", src_color_range=1, dst_color_range=1
            )
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


REAL = ("bikes.mp4", "bigbuckbunny.mp4", "carphone_pristine.mp4")
STILL = 6 * RATE


def real(path: Path) -> list[Stretch]:
    """Real footage as it is, each piece followed by its last picture for six seconds, with a sensor's noise on all.

    Writes the file; what moves is known, because the rest stands still.
    """
    truth: list[Stretch] = []

    def lumas() -> Iterator[npt.NDArray[np.uint8]]:
        dice, number = np.random.default_rng(11), 0
        for name in REAL:
            shown = list(_luma_of(cache.footage() / name))
            truth.append((number, number + len(shown)))
            for luma in [*shown, *[shown[-1]] * STILL]:
                yield np.clip(luma + 3 * dice.standard_normal(luma.shape), 16, 235).round().astype(np.uint8)
            number += len(shown) + STILL

    written(path, lumas())
    return truth


def _luma_of(path: Path) -> Iterator[npt.NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.reformat(WIDTH, HEIGHT, "gray", dst_color_range=1).to_ndarray(), np.uint8)
