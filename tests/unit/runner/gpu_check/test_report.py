"""The table, the document, the exit code."""

import json
from pathlib import Path

import pytest

from job_runner.gpu_check.check import Line
from job_runner.gpu_check.found import Found, Outcome
from job_runner.gpu_check.ground import Ground
from job_runner.gpu_check.report import document, exit_code, row, total
from videojob_api.exit_codes import ExitCode


def line(outcome: Outcome) -> Line:
    return Line("decoding", "h264 8 bit", Found(outcome, "90 of 90 frames equal", {"frames": 90}), 0.12345)


OK, DIFFERS, FAILED, NOT_RUN = (line(outcome) for outcome in Outcome)


def test_rows_stand_below_each_other() -> None:
    assert row(OK) == "decoding   h264 8 bit             ok       90 of 90 frames equal"
    assert {row(each).index("90 of") for each in (OK, DIFFERS, FAILED, NOT_RUN)} == {row(OK).index("90 of")}


def test_the_total_names_what_there_is() -> None:
    assert total([OK, NOT_RUN, OK]) == "3 lines: 2 ok, 1 not run"


@pytest.mark.parametrize(
    ("made", "missing", "code"),
    [
        ([OK, DIFFERS, NOT_RUN], None, ExitCode.OK),
        ([OK, FAILED], None, ExitCode.CRASH),
        ([NOT_RUN], "no driver", ExitCode.NODE_UNFIT),
    ],
)
def test_exit_codes(made: list[Line], missing: str | None, code: int, tmp_path: Path) -> None:
    assert exit_code(made, Ground("cuda", tmp_path, missing=missing)) == code


def test_the_document(tmp_path: Path) -> None:
    made = json.loads(json.dumps(document([OK], Ground("cuda", tmp_path, missing="no driver"))))
    assert (made["format"], made["device"], made["noGPU"]) == (1, "cuda", "no driver")
    assert made["software"]["ffmpeg"] and made["spotreel"]
    assert made["lines"] == [
        {
            "check": "decoding",
            "subject": "h264 8 bit",
            "outcome": "ok",
            "words": "90 of 90 frames equal",
            "figures": {"frames": 90},
            "seconds": 0.123,
        }
    ]
