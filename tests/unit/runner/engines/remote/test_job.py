"""A VideoJob that asks an engine: the rows are those of the same model in the runner, and its errors end it rightly."""

from pathlib import Path

import pytest

from job_runner.plan import windows as plan
from job_runner.results.ndjson import member
from tests.testbed.processes import free_port
from tests.testbed.triton import Triton
from tests.unit.runner.engines.remote.conftest import LAMPS
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.looked import Desk, Object, run
from videojob_api.exit_codes import ExitCode
from videojob_api.names import Outcome

FRAMES = 60
HERE: Object = {"name": "here", "detect": {"model": {"input": "model"}, "batch": 2}}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(plan, "FRAMES", 12)
    return Desk(tmp_path, lamps(tmp_path / "in.mp4", walk(FRAMES)), LAMPS)


def there(url: str, model: str = "lamps", **more: object) -> Object:
    return {"name": "there", "remote": {"url": url, "model": model, "names": ["lamp"], "batch": 2, **more}}


@pytest.mark.parametrize("cores", [1, 3])
def test_the_rows_are_those_of_the_model_in_the_runner(desk: Desk, triton: Triton, cores: int) -> None:
    word = desk.look("job", there(triton.url), HERE, cores=cores)
    assert word.exit_code == 0, word.message
    found = desk.detections("job", "there")
    assert [(row.x1, row.y1, row.x2, row.y2) for row in found] == walk(FRAMES)
    assert member(found) == member(desk.detections("job", "here"))
    assert '"version":"3"' in (desk.folder / "job" / "work" / "analyses.json").read_text().replace(" ", "")


@pytest.mark.parametrize(
    ("model", "more", "code", "words"),
    [
        ("none", {}, ExitCode.SPEC_INVALID, "has no model none"),
        ("lamps", {"version": "9"}, ExitCode.SPEC_INVALID, "has no model lamps version 9"),
        ("lamps", {"batch": 5}, ExitCode.INPUT_INVALID, "batch-size must be <= 4"),
        ("empty", {}, ExitCode.INPUT_INVALID, "its output found came with 0 bytes"),
    ],
)
def test_what_is_wrong_ends_it_for_good(
    desk: Desk, triton: Triton, model: str, more: dict[str, object], code: int, words: str
) -> None:
    word = desk.look("job", there(triton.url, model, **more))
    assert (word.exit_code, word.outcome) == (code, Outcome.FAILED) and words in word.message


def test_an_engine_that_is_away_is_a_disruption(desk: Desk, triton: Triton) -> None:
    order = desk.order("job", there(f"grpc://127.0.0.1:{free_port()}")).model_copy(update={"patience_seconds": 0.3})
    word = run(order)
    assert (word.exit_code, word.outcome) == (ExitCode.STORE_UNREACHABLE, Outcome.DISRUPTED), word.message
    assert "does not answer (UNAVAILABLE: " in word.message


def test_one_that_the_platform_does_not_name_is_not_asked(desk: Desk, triton: Triton) -> None:
    order = desk.order("job", there(triton.url)).model_copy(update={"allowed_endpoints": ["", "grpc://triton:8001"]})
    word = run(order)
    assert word.exit_code == ExitCode.CONFIG_INVALID
    assert f"engine {triton.url} is none of the endpoints that this platform allows" in word.message
