"""What models of all libraries that run here have in common: a call, its errors, and the types of its numbers."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from job_runner.detection.signature import Signature
from job_runner.engines.model import Answer, Array
from job_runner.engines.outputs import numbers
from job_runner.errors import InputInvalid


class LoadedModel(ABC):
    """A model that is loaded; threads may call it at the same time. `name` is what messages call it.

    `device` is what it runs on, which need not be what was asked for.
    """

    name: str
    device: str
    signature: Signature

    @property
    def at_once(self) -> int:
        """One: it has all cores."""
        return 1

    def start(self, feeds: Mapping[str, Array]) -> Answer:
        """Runs when the answer is asked for."""
        return partial(self.run, feeds)

    def run(self, feeds: Mapping[str, Array]) -> Sequence[Array]:
        """The outputs, in the model's order. Raises InputInvalid with what the library says."""
        try:
            found = self.called(feeds)
        except Exception as error:
            raise InputInvalid(f"model {self.name} failed: {self.said(error)}") from error
        names = [output.name for output in self.signature.outputs]
        return [numbers(array, name, self.name) for array, name in zip(found, names, strict=True)]

    @abstractmethod
    def called(self, feeds: Mapping[str, Array]) -> Sequence[Any]:
        """What the library gives; raises whatever it raises."""

    @staticmethod
    @abstractmethod
    def said(error: Exception) -> str:
        """What of the library's error is for people."""
