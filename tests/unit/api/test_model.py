"""The base of every model: what a copy changes has a name."""

import pytest

from job_runner.plan.plan import Plan
from tests.testbed.cache import ROOT
from videojob_api.model import Lenient, Model
from videojob_api.status import Attempt, Counts, VideoJobStatus

SOURCES = [path for room in ("crds", "operator", "job_runner") for path in (ROOT / room).rglob("*.py")]


@pytest.mark.parametrize(
    ("model", "name"), [(Attempt(name="a"), "instanceType"), (Counts(), "crashs"), (VideoJobStatus(), "class")]
)
def test_a_misspelt_field_is_an_error(model: Model, name: str) -> None:
    """Pydantic alone would give an equal copy."""
    with pytest.raises(TypeError, match=f"{type(model).__name__} has no field {name}"):
        model.model_copy(update={name: 1})


def test_fields_are_changed_in_the_copy_only() -> None:
    one = Counts(crashes=1, attempts=3)
    assert one.model_copy(update={"crashes": 2}) == Counts(crashes=2, attempts=3)
    assert one.model_copy() == one.model_copy(deep=True) == Counts(crashes=1, attempts=3)


def test_the_runners_plan_is_such_a_model() -> None:
    assert issubclass(Plan, Model) and issubclass(Lenient, Model)


def test_no_model_is_made_from_another_base() -> None:
    assert [path.name for path in SOURCES if "(BaseModel)" in path.read_text()] == ["model.py"]
