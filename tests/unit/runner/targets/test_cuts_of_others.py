"""A cut list takes no other file's place, unless its output may."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from job_runner.analysis.found import Curve, Found
from job_runner.analysis.grids import Grid
from job_runner.analysis.spans import Span
from job_runner.targets.cut_list import CutsTarget
from job_runner.workspace.places import Places
from tests.unit.runner.jobs import order
from tests.unit.runner.media import make_video
from tests.unit.runner.targets.given import Given, MetadataStore
from videojob_api.results import Result

FOUND = Found("moving", "main", Curve(Grid(Fraction(25), 75), [0] * 25 + [50] * 25 + [0] * 25, [Span(25, 50, 50)]))
LISTED = "reel.cuts.json"


class Bucket(Places):
    """A folder that tells whose each file is, as a bucket does."""

    def __init__(self, folder: Path) -> None:
        super().__init__(None, None, 0.1)
        self.store = MetadataStore(folder)

    def folder(self, uri: str) -> MetadataStore:
        return self.store


def cuts(folder: Path, bucket: Bucket, local: bool = False, results: Sequence[Result] = (), **more: Any) -> None:
    made = order(folder, make_video(folder / "v.mp4", frames=75), "reel.mp4", **more)
    job = Given(folder, made)
    work = made.work.model_copy(update={"results": results})
    given = made.model_copy(update={"local_files": local, "work": work})
    CutsTarget(given, made.work.outputs[0], job.planned().plan, [FOUND], bucket).make()


def put(bucket: Bucket, folder: Path, name: str, job: str | None) -> None:
    (folder / "theirs").write_text("theirs")
    metadata = {"sha256": "0"} | ({"job": job} if job else {})
    bucket.store.put_file(name, folder / "theirs", metadata, replace=True)


@pytest.fixture
def bucket(tmp_path: Path) -> Bucket:
    (tmp_path / "bucket").mkdir()
    return Bucket(tmp_path / "bucket")


def stays(bucket: Bucket) -> bool:
    return bucket.store.get(LISTED).data == b"theirs"


@pytest.mark.parametrize("job", ["t/another", None])
def test_anothers_stays(tmp_path: Path, bucket: Bucket, job: str | None) -> None:
    put(bucket, tmp_path, LISTED, job)
    cuts(tmp_path, bucket)
    assert stays(bucket) and bucket.store.list("") == {LISTED, "reel.cuts.png"}


def test_what_an_earlier_attempt_wrote_is_replaced(tmp_path: Path, bucket: Bucket) -> None:
    put(bucket, tmp_path, LISTED, "t/a-1")
    cuts(tmp_path, bucket)
    assert not stays(bucket)


def test_anothers_goes_with_an_output_that_replaces(tmp_path: Path, bucket: Bucket) -> None:
    put(bucket, tmp_path, LISTED, "t/another")
    cuts(tmp_path, bucket, outputs=[{"uri": (tmp_path / "reel.mp4").as_uri(), "ifExists": "Replace"}])
    assert not stays(bucket)


def test_what_lay_beside_an_output_at_a_desk_goes_with_it(tmp_path: Path, bucket: Bucket) -> None:
    put(bucket, tmp_path, LISTED, None)
    cuts(tmp_path, bucket, local=True)
    assert not stays(bucket)


def test_a_result_of_the_same_name_is_written_in_its_place(tmp_path: Path, bucket: Bucket) -> None:
    results = [Result(analysis="moving", uri=(tmp_path / LISTED).as_uri(), format="NDJSON")]
    cuts(tmp_path, bucket, local=True, results=results)
    assert bucket.store.list("") == {"reel.cuts.png"}
