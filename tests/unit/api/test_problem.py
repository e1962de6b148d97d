"""A problem is written as people and compilers write it."""

import pytest

from videojob_api.problem import Path, Problem, dotted


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ((), ""),
        (("spec",), "spec"),
        (("timeline", "clips", 0, "end"), "timeline.clips[0].end"),
        (("timeline", "overlays", 3, "keyframes", 12), "timeline.overlays[3].keyframes[12]"),
    ],
)
def test_a_path_is_written_with_dots_and_brackets(path: Path, words: str) -> None:
    assert dotted(path) == words


def test_a_problem_names_its_field_unless_it_is_of_the_whole() -> None:
    assert str(Problem(("outputs", 0), "is wrong")) == "outputs[0]: is wrong"
    assert str(Problem((), "the file holds nothing")) == "the file holds nothing"


def test_located_as_compilers_do() -> None:
    problem = Problem(("clips", 1), "is wrong", line=14, column=7)
    assert problem.located("job.yaml") == "job.yaml:14:7  clips[1]: is wrong"
