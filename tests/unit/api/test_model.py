"""What every model of the API does, and that what a copy changes has a name."""

import pytest
from pydantic import ValidationError

from job_runner.plan.plan import Plan
from tests.testbed.cache import ROOT
from videojob_api.model import Lenient, Model, rule, rules
from videojob_api.status import Attempt, Counts, VideoJobStatus

SOURCES = [path for room in ("crds", "operator", "job_runner", "spotreel") for path in (ROOT / room).rglob("*.py")]


class Reel(Model):
    model_config = rules(rule("has(self.frameRate)", "frameRate is needed", fieldPath=".frameRate"))

    frame_rate: int | None = None
    title: str = "reel"


class Trailer(Reel):
    music: str | None = None


class Told(Lenient):
    frame_rate: int = 25


def test_camel_case_outside_and_nothing_that_was_left_out() -> None:
    assert Reel().plain() == {"title": "reel"}
    assert Reel(frame_rate=25).plain() == {"frameRate": 25, "title": "reel"}
    assert Reel.model_validate({"frameRate": 25}) == Reel(frame_rate=25)


def test_unknown_fields_are_refused_unless_another_version_may_have_written_them() -> None:
    with pytest.raises(ValidationError, match="fps"):
        Reel.model_validate({"fps": 25})
    assert Told.model_validate({"frameRate": 24, "fps": 25}) == Told(frame_rate=24)


def test_it_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Reel().title = "other"  # type: ignore[misc]


def test_rules_are_inherited() -> None:
    wanted = [{"rule": "has(self.frameRate)", "message": "frameRate is needed", "fieldPath": ".frameRate"}]
    for model in (Reel, Trailer):
        assert model.model_json_schema()["x-kubernetes-validations"] == wanted


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
