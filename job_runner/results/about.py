"""What a file of rows says of the input that they were found in."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class About:
    """The input's name, the size of its picture as it is shown, in pixels, and names of classes in the model's order.

    `looked`: numbers of the frames that were looked at, if they are known, also those in which nothing was found.
    """

    input: str
    size: tuple[int, int]
    labels: Sequence[str] = ()
    looked: Sequence[int] = ()
