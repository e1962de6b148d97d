"""What counts of all that is known of an attempt."""

from tests.unit.operator.make import batch_job, ended, evidence, heard, report, success


def test_the_report_that_was_acknowledged_comes_first() -> None:
    said, left = success(), success().model_copy(update={"message": "from the termination message"})
    both = evidence(heard=heard(said), pod=ended(0, last_word=left))
    assert both.last_word == said
    assert evidence(heard=heard(report()), pod=ended(0, last_word=left)).last_word == left, "that was no last word"
    assert evidence(pod=ended(0, last_word=report())).last_word is None


def test_the_exit_code_is_the_runners_then_the_containers_then_the_jobs() -> None:
    word = success().model_copy(update={"exit_code": 75})
    named = batch_job(failed=True, failure_message="Container runner for pod ns/p failed with exit code 70 matching")
    assert evidence(heard=heard(word), pod=ended(137), job=named).exit_code == 75
    assert evidence(pod=ended(137), job=named).exit_code == 137
    assert evidence(pod=None, job=named).exit_code == 70
    assert evidence(pod=None, job=batch_job(failure_message="exit code 1000 is none")).exit_code is None
