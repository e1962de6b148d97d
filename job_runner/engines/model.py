"""What finds things in pictures: a model that is loaded here, or one on another machine."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]
Answer = Callable[[], Sequence[Array]]
"""Waits for what a call gives. Raises RunnerError."""


class Model(Protocol):
    """Called with arrays by the names of its inputs, answers with its outputs in their order."""

    @property
    def at_once(self) -> int:
        """Calls that may be under way together."""

    def start(self, feeds: Mapping[str, Array]) -> Answer:
        """Begins a call, whose arrays stay as they are until its answer is there."""
