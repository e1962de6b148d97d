"""The cut list and its picture lie beside the output, if they may."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from job_runner.analysis.found import Curve, Found
from job_runner.analysis.grids import Grid
from job_runner.analysis.spans import Span
from job_runner.errors import AccessDenied
from job_runner.targets.cut_list import CutsTarget
from job_runner.workspace.directory import DirectoryStore
from tests.unit.runner.jobs import order
from tests.unit.runner.media import make_video
from tests.unit.runner.targets.given import Given

FOUND = Found("moving", "main", Curve(Grid(Fraction(25), 75), [0] * 25 + [50] * 25 + [0] * 25, [Span(25, 50, 50)]))


def target(folder: Path, output: str) -> CutsTarget:
    clip = make_video(folder / "v.mp4", frames=75)
    clips = [{"start": "1s", "end": "2s"}, {"start": "2s"}]
    job = Given(folder, order(folder, clip, output, timeline={"clips": clips}))
    return CutsTarget(job.order, job.order.work.outputs[0], job.planned().plan, [FOUND], job.places)


def test_what_the_output_shows_and_from_when(tmp_path: Path) -> None:
    target(tmp_path, "reel.mp4").make()
    assert json.loads((tmp_path / "reel.cuts.json").read_text()) == {
        "input": "main",
        "analyses": ["moving"],
        "cuts": [{"start": "1s", "end": "2s", "at": "0s"}, {"start": "2s", "end": "3s", "at": "1s"}],
    }
    assert (tmp_path / "reel.cuts.png").read_bytes()[1:4] == b"PNG"


def test_the_picture_has_the_unit_and_the_threshold_of_the_curve(tmp_path: Path) -> None:
    made = target(tmp_path, "reel.mp4")
    named = replace(FOUND, curve=replace(FOUND.curve, unit="%", scale=100, threshold=40))
    for found, folder in ((FOUND, "plain"), (named, "named")):
        replace(made, found=[found]).make()
        (tmp_path / "reel.cuts.png").rename(tmp_path / f"{folder}.png")
    assert (tmp_path / "plain.png").read_bytes() != (tmp_path / "named.png").read_bytes()


def test_it_lies_beside_an_output_without_an_ending(tmp_path: Path) -> None:
    """A dot in a folder's name is none of the file's."""
    (tmp_path / "day.1").mkdir()
    target(tmp_path, "day.1/reel").make()
    assert {path.name for path in (tmp_path / "day.1").iterdir()} == {"reel.cuts.json", "reel.cuts.png"}


def test_without_the_right_to_write_there_the_output_is_right_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = target(tmp_path, "reel.mp4")

    def refused(*given: object, **more: object) -> None:
        raise AccessDenied("only the output's own name")

    monkeypatch.setattr(DirectoryStore, "put_file", refused)
    made.make()
    assert not list(tmp_path.glob("*.cuts.*"))
