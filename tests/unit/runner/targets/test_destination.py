"""Where an output is to stand: whose file may stand there, and what is said of others."""

from pathlib import Path

import pytest

from job_runner.errors import OutputExists
from job_runner.targets.destination import Destination
from job_runner.workspace.places import Places
from job_runner.workspace.store import Store
from tests.unit.runner.jobs import order
from tests.unit.runner.targets.given import MetadataStore

METADATA = {"job": "t/a-1", "sha256": "x"}


class OnePlace(Places):
    """All URIs lead into one folder, which keeps metadata."""

    def __init__(self, folder: Path) -> None:
        super().__init__(None, None, 0.1)
        self._folder = MetadataStore(folder)

    def file(self, uri: str) -> tuple[Store, str]:
        return self._folder, uri.rpartition("/")[2]


@pytest.fixture
def new(tmp_path: Path) -> Path:
    (tmp_path / "new").write_text("new")
    return tmp_path / "new"


def destination(folder: Path, places: Places, local: bool = True, replaces: bool = False) -> Destination:
    made = order(folder, folder / "v.mp4").model_copy(update={"local_files": local})
    return Destination(made, made.work.outputs[0].uri, replaces, places)


def test_a_free_place_is_written_once(tmp_path: Path, new: Path) -> None:
    made = destination(tmp_path, OnePlace(tmp_path))
    made.check()
    made.write(new, METADATA)
    assert (tmp_path / "out.mp4").read_text() == "new"
    made.check()
    made.write(new, METADATA)


def test_what_another_job_wrote_stays(tmp_path: Path, new: Path) -> None:
    places = OnePlace(tmp_path)
    destination(tmp_path, places).write(new, METADATA | {"job": "t/b-2"})
    with pytest.raises(OutputExists, match=r"out\.mp4 exists; .*choose another name"):
        destination(tmp_path, places).check()


@pytest.mark.parametrize(("local", "remedy"), [(True, "replace it with -y"), (False, "set ifExists: Replace")])
def test_what_somebody_else_wrote_stays(tmp_path: Path, new: Path, local: bool, remedy: str) -> None:
    (tmp_path / "out.mp4").write_text("mine")
    made = destination(tmp_path, Places(None, None, 0.1), local)
    with pytest.raises(OutputExists, match=f"exists; {remedy}"):
        made.check()
    with pytest.raises(OutputExists, match=f"appeared while the job ran; {remedy}"):
        made.write(new, METADATA)
    assert (tmp_path / "out.mp4").read_text() == "mine"


def test_unless_it_is_to_be_replaced(tmp_path: Path, new: Path) -> None:
    (tmp_path / "out.mp4").write_text("mine")
    made = destination(tmp_path, Places(None, None, 0.1), replaces=True)
    made.check()
    made.write(new, METADATA)
    assert (tmp_path / "out.mp4").read_text() == "new"
