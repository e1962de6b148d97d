"""A call of a model, whatever library runs it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from job_runner.detection.signature import Signature, Tensor
from job_runner.engines.device import CPU
from job_runner.engines.loaded import LoadedModel
from job_runner.engines.model import Array
from job_runner.errors import InputInvalid


class Doubling(LoadedModel):
    """Gives its input, doubled."""

    name, device = "lamps", CPU
    signature = Signature((), (Tensor("twice", "float32", (None,)),), {})

    def called(self, feeds: Mapping[str, Array]) -> Sequence[Any]:
        return [np.multiply(feeds["picture"], np.float32(2))]

    @staticmethod
    def said(error: Exception) -> str:
        return f"it lacks {error}"


def test_it_runs_when_the_answer_is_asked_for() -> None:
    feeds = {"picture": np.ones(2, np.float32)}
    answer = Doubling().start(feeds)
    feeds["picture"][1] = 3
    assert [array.tolist() for array in answer()] == [[2.0, 6.0]]
    assert Doubling().at_once == 1


def test_what_the_library_raises_is_the_models_fault_in_its_words() -> None:
    with pytest.raises(InputInvalid, match=r"^model lamps failed: it lacks 'picture'$"):
        Doubling().run({})
