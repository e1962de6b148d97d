"""`spotreel gpu-check`: what this machine's GPU does, for people who have one."""

import json
import os
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
from job_runner.session import on_stop
from job_runner.stop import Stop
from videojob_api.exit_codes import ExitCode


def gpu_check(device: str, report: Path | None, ffmpeg: str | None, crash: int = 0) -> int:
    """The exit code; a line as soon as it is known. `crash` is the signal that has ended the checks, if it has."""
    if crash:
        _forget()
        complain(f"spotreel: the check after the last line crashed ({Signals(crash).name})")
        return 128 + crash
    stop = Stop(grace=0)
    on_stop(stop.request)
    with tempfile.TemporaryDirectory(prefix=_prefix()) as scratch:
        ground = _ground(device, Path(scratch), ffmpeg)
        try:
            done = _checked(ground, report, stop)
        except OSError as error:
            complain(f"spotreel: {error.filename or report} cannot be written ({error.strerror}); name another file")
            return ExitCode.SPEC_INVALID
    say(total(done))
    if stop.requested:
        complain("spotreel: stopped before the last check")
        return ExitCode.DISRUPTED
    if ground.missing:
        complain(f"spotreel: no GPU: {ground.missing}")
    return exit_code(done, ground)


def _prefix() -> str:
    """The same for the process that may crash and the one after it: they have one parent."""
    return f"spotreel-gpu-check-{os.getppid()}-"


def _forget() -> None:
    """Clips that the crash has left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_prefix()}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _ground(device: str, folder: Path, ffmpeg: str | None) -> Ground:
    return Ground(
        device=device,
        folder=folder,
        missing=None if device == CPU else missing_gpu(),
        ffmpeg=ffmpeg or shutil.which("ffmpeg"),
        ffprobe=shutil.which("ffprobe"),
    )


def _checked(ground: Ground, report: Path | None, stop: Stop) -> list[Line]:
    """The report is written after each line: a crash must not take with it what is known. A stop waits for a line."""
    done: list[Line] = []
    _write(report, done, ground)
    for line in lines(CHECKS, ground):
        done.append(line)
        say(row(line))
        _write(report, done, ground)
        if stop.requested:
            break
    return done


def _write(report: Path | None, done: list[Line], ground: Ground) -> None:
    if report:
        report.write_text(json.dumps(document(done, ground), indent=1) + "\n")
