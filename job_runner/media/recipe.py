"""What happens to a frame on its way into the output, said so that any device can do it."""

from dataclasses import dataclass

from job_runner.effects.picture import Coding
from job_runner.plan.facts import UPRIGHT
from job_runner.plan.geometry import Placement
from job_runner.plan.matrix import Signal
from videojob_api.codecs import PIXEL_FORMATS


@dataclass(frozen=True)
class Form:
    """What every output frame is: size, pixel format, colour matrix, range and transfer function."""

    size: tuple[int, int]
    pixel_format: str
    matrix: int
    full: bool
    transfer: int = 1

    @property
    def depth(self) -> int:
        """Bits of a sample."""
        return PIXEL_FORMATS[self.pixel_format].depth

    @property
    def coding(self) -> Coding:
        """As the effects know it."""
        return Coding(self.matrix, self.transfer, self.depth, self.full)

    def sized(self, size: tuple[int, int]) -> "Form":
        """The same in another size."""
        return Form(size, self.pixel_format, self.matrix, self.full, self.transfer)


@dataclass(frozen=True)
class Recipe:
    """What happens to a frame: stand it upright, crop and scale it into its place in `form`, around it `border`.

    `source` says what its code values mean; another matrix or range than the form's is converted. `border` is sRGB, 0
    to 255 each; with `alpha` it shows through.
    """

    orientation: int
    placement: Placement | None
    source: Signal
    form: Form
    border: tuple[int, int, int]
    alpha: bool = False

    @property
    def is_turned(self) -> bool:
        """Whether the stored picture does not stand upright."""
        return self.orientation != UPRIGHT

    @property
    def size(self) -> tuple[int, int]:
        """Of the picture without its border."""
        return self.placement.size if self.placement else self.form.size
