"""How checks are run: a line a subject, whatever happens."""

from pathlib import Path

from job_runner.gpu_check.check import NO_GPU, Check, lines
from job_runner.gpu_check.found import Found, NotHereError, Outcome, verdict
from job_runner.gpu_check.ground import Ground


def find(subject: str, ground: Ground) -> Found:
    if subject == "absent":
        raise NotHereError("no such thing")
    return verdict(1 / int(subject) > 0, "positive", inverse=1 / int(subject))


CHECK = Check("inverses", ("4", "-4", "0", "absent"), find)


def test_a_line_for_each_subject(tmp_path: Path) -> None:
    found = [line.found for line in lines([CHECK], Ground("cpu", tmp_path))]
    assert [f.outcome for f in found] == [Outcome.OK, Outcome.FAILED, Outcome.FAILED, Outcome.NOT_RUN]
    assert [f.words for f in found] == ["positive"] * 2 + ["ZeroDivisionError: division by zero", "no such thing"]
    assert found[0].figures == {"inverse": 0.25}


def test_without_a_gpu_nothing_is_tried(tmp_path: Path) -> None:
    made = list(lines([CHECK], Ground("cuda", tmp_path, missing="none is plugged in")))
    assert [line.subject for line in made] == list(CHECK.subjects)
    assert {(line.found.outcome, line.found.words) for line in made} == {(Outcome.NOT_RUN, NO_GPU)}
