"""Where the URL of a database comes from, and that it is asked for before anything is looked at."""

from pathlib import Path

import pytest

from job_runner.errors import ConfigInvalid
from job_runner.targets.tables import VARIABLE, Tables
from tests.unit.runner.looked import MOVING, Desk
from tests.unit.runner.media import make_video
from videojob_api.exit_codes import ExitCode
from videojob_api.results import Result

ROWS = {"analysis": "moving", "sql": {"secretRef": {"name": "db"}}}
WANTED = Result.model_validate(ROWS)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, make_video(tmp_path / "v.mp4", frames=3))


def test_in_a_cluster_it_is_a_secret(desk: Desk) -> None:
    order, secrets = desk.order("job", MOVING), desk.folder / "secrets"
    with pytest.raises(ConfigInvalid, match="Secret db has no key url that can be read"):
        Tables(order, secrets).check(WANTED)
    (secrets / "db").mkdir(parents=True)
    (secrets / "db" / "url").write_text("sqlite:////tmp/x\n")
    Tables(order, secrets).check(WANTED)


def test_at_a_desk_it_is_a_variable_and_missed_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    word = desk.look("job", MOVING, results=[ROWS])
    assert word.exit_code == ExitCode.CONFIG_INVALID
    assert f"set {VARIABLE} to the URL of the database that Secret db has" in (word.message or "")
    assert not (desk.folder / "job" / "work").exists()
