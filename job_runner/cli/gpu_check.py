"""`spotreel gpu-check`: what this machine's GPU does, for people who have one."""

import json
import shutil
import tempfile
from pathlib import Path
from signal import Signals

from job_runner.cli.say import complain, say
from job_runner.gpu_check.check import Line, lines
from job_runner.gpu_check.checks import CHECKS
from job_runner.gpu_check.ground import Ground
from job_runner.gpu_check.presence import missing_gpu
from job_runner.gpu_check.report import document, exit_code, row, total
from job_runner.media.hardware import CPU
from videojob_api.exit_codes import ExitCode


def gpu_check(device: str, report: Path | None, ffmpeg: str | None, crash: int = 0) -> int:
    """The exit code; a line as soon as it is known. `crash` is the signal that has ended the checks, if it has."""
    if crash:
        complain(f"spotreel: the check after the last line crashed ({Signals(crash).name})")
        return 128 + crash
    with tempfile.TemporaryDirectory(prefix="spotreel-gpu-check-") as scratch:
        ground = _ground(device, Path(scratch), ffmpeg)
        try:
            done = _checked(ground, report)
        except OSError as error:
            complain(f"spotreel: {error.filename or report} cannot be written ({error.strerror}); name another file")
            return ExitCode.SPEC_INVALID
    say(total(done))
    if ground.missing:
        complain(f"spotreel: no GPU: {ground.missing}")
    return exit_code(done, ground)


def _ground(device: str, folder: Path, ffmpeg: str | None) -> Ground:
    return Ground(
        device=device,
        folder=folder,
        missing=None if device == CPU else missing_gpu(),
        ffmpeg=ffmpeg or shutil.which("ffmpeg"),
        ffprobe=shutil.which("ffprobe"),
    )


def _checked(ground: Ground, report: Path | None) -> list[Line]:
    """The report is written after each line: a crash must not take with it what is known."""
    done: list[Line] = []
    _write(report, done, ground)
    for line in lines(CHECKS, ground):
        done.append(line)
        say(row(line))
        _write(report, done, ground)
    return done


def _write(report: Path | None, done: list[Line], ground: Ground) -> None:
    if report:
        report.write_text(json.dumps(document(done, ground), indent=1) + "\n")
