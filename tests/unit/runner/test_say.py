"""Lines for people and for programs, also where nobody can read them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from job_runner.cli.say import complain, say, say_json

SPOTREEL = str(Path(sys.executable).parent / "spotreel")


def test_what_moves_a_cursor_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    say("wrote  \x1b[2Ja\nb\x9b.analysis")
    complain("no \r file")
    assert capsys.readouterr() == ("wrote  ?[2Ja?b?.analysis\n", "no ? file\n")


def test_programs_are_told_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    say_json({"file": "a\n\x9b"})
    assert json.loads(capsys.readouterr().out) == {"file": "a\n\x9b"}


@pytest.mark.parametrize(("to", "why"), [(">&-", "it is closed"), (">/dev/full", "No space left on device")])
def test_an_output_that_cannot_be_written_is_one_line(to: str, why: str) -> None:
    said = subprocess.run(["bash", "-c", f"'{SPOTREEL}' completion bash {to}"], capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (74, f"spotreel: standard output cannot be written ({why})\n")


@pytest.mark.parametrize("command", ["completion bash"])
def test_a_reader_that_has_gone_is_no_error(command: str) -> None:
    pipe, out = os.pipe()
    os.close(pipe)
    said = subprocess.run([SPOTREEL, *command.split()], stdout=out, stderr=subprocess.PIPE, text=True)
    os.close(out)
    assert (said.returncode, said.stderr) == (0, "")
