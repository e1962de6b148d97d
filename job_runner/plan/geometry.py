"""Sizes and rectangles: what part of which picture lands where. Pure."""

from dataclasses import dataclass
from fractions import Fraction

from job_runner.errors import SpecInvalid
from videojob_api.output import Video
from videojob_api.timeline import Framing

Size = tuple[int, int]


@dataclass(frozen=True)
class Rect:
    """Pixels from the top left; floats where a border lies inside a pixel."""

    left: float
    top: float
    width: float
    height: float

    def inside(self, size: Size) -> "Rect":
        """Cut to the largest even-sided picture that a frame of this size holds: chroma has no half pixels."""
        right, bottom = size[0] // 2 * 2, size[1] // 2 * 2
        left, top = min(max(self.left, 0.0), right - 2), min(max(self.top, 0.0), bottom - 2)
        return Rect(left, top, min(self.left + self.width, right) - left, min(self.top + self.height, bottom) - top)

    def whole(self) -> "Rect":
        """Snapped to even pixels, where chroma has pixels too."""
        left, top = _even(self.left), _even(self.top)
        return Rect(
            left, top, max(2, _even(self.left + self.width) - left), max(2, _even(self.top + self.height) - top)
        )


@dataclass(frozen=True)
class Placement:
    """`crop` of the source is scaled to `size` and put at `left`, `top` of the output; around it is the background."""

    crop: Rect
    size: Size
    left: int
    top: int


def _even(value: float) -> int:
    return 2 * round(value / 2)


WIDEST_PIXEL = 5
MAX_SIDE = 8192


def plausible_aspect(sar: Fraction | None) -> Fraction:
    """A sample aspect ratio as cameras have it; what a damaged header claims beyond that is taken for square."""
    return sar if sar and Fraction(1, WIDEST_PIXEL) <= sar <= WIDEST_PIXEL else Fraction(1)


def output_size(video: Video, source: Size, framing: Framing | None) -> Size:
    """Width and height, even; one alone keeps the aspect of the source, or of its first framing.

    Raises SpecInvalid for a size that no encoder takes.
    """
    size = _wanted_size(video, source, framing)
    if max(size) > MAX_SIDE or min(size) < 2 or size[0] % 2 or size[1] % 2:
        raise SpecInvalid(
            f"outputs[0].video: the picture would have {size[0]}x{size[1]} pixels; set an even width and height "
            f"of at most {MAX_SIDE}"
        )
    return size


def _wanted_size(video: Video, source: Size, framing: Framing | None) -> Size:
    width, height = _framed(source, framing)
    aspect = Fraction(width).limit_denominator(10**6) / Fraction(height).limit_denominator(10**6)
    if video.width and video.height:
        return video.width, video.height
    if video.width:
        return video.width, max(16, _even(float(video.width / aspect)))
    if video.height:
        return max(16, _even(float(video.height * aspect))), video.height
    return int(width) // 2 * 2, int(height) // 2 * 2


def _framed(source: Size, framing: Framing | None) -> tuple[float, float]:
    if framing is None:
        return source
    key = framing.points[0]
    return max(16.0, source[0] * key.width), max(16.0, source[1] * key.height)


def place(crop: Rect, output: Size, fit: str) -> Placement:
    """How `crop` fills the output: Cover cuts what sticks out, Contain leaves borders."""
    wide = crop.width * output[1] > crop.height * output[0]
    if fit == "Cover":
        return Placement(_cover(crop, output, wide), output, 0, 0)
    scale = output[0] / crop.width if wide else output[1] / crop.height
    width = min(output[0], max(2, _even(crop.width * scale)))
    height = min(output[1], max(2, _even(crop.height * scale)))
    return Placement(crop, (width, height), _even((output[0] - width) / 2), _even((output[1] - height) / 2))


def _cover(crop: Rect, output: Size, wide: bool) -> Rect:
    if wide:
        width = crop.height * output[0] / output[1]
        return Rect(crop.left + (crop.width - width) / 2, crop.top, width, crop.height)
    height = crop.width * output[1] / output[0]
    return Rect(crop.left, crop.top + (crop.height - height) / 2, crop.width, height)
