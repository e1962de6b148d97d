"""Which colour matrix a picture has, also where its file does not say. Pure.

Code points of ISO/IEC 23091-2. What is untagged is taken as players take it: BT.601 for SD, BT.709 from 1280 pixels
across or more than 576 down, BT.2020 where the primaries are. Sources, graphics and the output all go by this one rule.
"""

from dataclasses import dataclass

from job_runner.errors import InputInvalid
from job_runner.plan.facts import ColorTags
from job_runner.plan.geometry import Size

RGB, BT709, UNTAGGED, BT601, YCGCO, BT2020, IPT = 0, 1, 2, 6, 8, 9, 15
KEPT = (1, 4, 5, 6, 7, 9)
"""What an output may have: each is a matrix over R'G'B' that graphics can be drawn in."""

_OTHERS = {10: "BT.2020 constant luminance", 14: "ICtCp", IPT: "IPT, of Dolby Vision profile 5"}
_TWINS = {5: BT601}
"""The same numbers under two names: BT.601 of 625 and of 525 lines."""
HD_WIDTH, SD_HEIGHT = 1280, 576


@dataclass(frozen=True)
class Signal:
    """What code values mean: a matrix, known or assumed, and full or limited range.

    RGB is a matrix of its own, and grey has none (2).
    """

    matrix: int
    full: bool


def assumed_matrix(primaries: int, size: Size) -> int:
    """Of an untagged picture of this size."""
    if primaries == BT2020:
        return BT2020
    return BT709 if size[0] >= HD_WIDTH or size[1] > SD_HEIGHT else BT601


def matrix_of(tags: ColorTags, size: Size) -> int:
    """The tagged one, else the one assumed."""
    return assumed_matrix(tags.primaries, size) if tags.matrix == UNTAGGED else tags.matrix


def output_matrix(first: ColorTags, size: Size, output: Size) -> int:
    """The first clip's. RGB and its likeness YCgCo become BT.709, or BT.2020 where the primaries are.

    Untagged stays untagged unless another size would make players assume another matrix: then the tag says it.
    """
    if first.matrix in (RGB, YCGCO):
        return BT2020 if first.primaries == BT2020 else BT709
    own = matrix_of(first, size)
    return first.matrix if matrix_of(first, output) == own else own


def changes_matrix(source: int, target: int) -> bool:
    """Whether YCbCr has to be multiplied: neither RGB, which has none yet, nor grey."""
    return source not in (RGB, UNTAGGED) and _TWINS.get(source, source) != _TWINS.get(target, target)


def check_matrix(matrix: int, name: str) -> None:
    """Raises InputInvalid for a matrix that is neither converted nor drawn on."""
    if matrix not in (RGB, UNTAGGED, YCGCO, *KEPT):
        raise InputInvalid(
            f"input {name} has colour matrix {matrix} ({_OTHERS.get(matrix, 'a rare one')}), which is not converted: "
            "convert that input to BT.709 or BT.2020 first"
        )
