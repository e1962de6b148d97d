"""The `spotreel` command."""

import argparse
import os
import re
import sys
from collections.abc import Callable

from job_runner.cli.cluster.arguments import COMMANDS as CLUSTER
from job_runner.cli.parser import PROG, parser
from job_runner.cli.say import hold_streams, plainly, say_text, unsaid
from job_runner.supervise import silence_libraries, supervised
from videojob_api.exit_codes import ExitCode


def command() -> int:
    """`spotreel` as it is typed: what FFmpeg may crash is run in a process of its own."""
    hold_streams()
    options = _parsed(sys.argv[1:])
    if options.command in _DECODE or getattr(options, "probe", False):
        return supervised(lambda: _child(options), lambda crash: _child(options, crash))
    return _run(options)


def plugin() -> int:
    """`kubectl spotreel`: kubectl runs a program of this name that is on PATH."""
    os.environ.setdefault(PROG, "kubectl spotreel")
    return command()


def main(arguments: list[str]) -> int:
    """The same in this process, which a crash would end."""
    return _run(_parsed(arguments))


def _parsed(arguments: list[str]) -> argparse.Namespace:
    return parser().parse_args(_joined(arguments))


def _child(options: argparse.Namespace, crash: int = 0) -> int:
    if options.command != "attempt" and not getattr(options, "debug", False):
        silence_libraries()
    return _run(options, crash)


def _run(options: argparse.Namespace, crash: int = 0) -> int:
    """Imports only what the command needs: a pod's start-up counts on every attempt."""
    plainly()
    code = _COMMANDS[options.command](options, crash)
    return code or (ExitCode.DISK_FULL if unsaid() else ExitCode.OK)


def _joined(arguments: list[str]) -> list[str]:
    """`--gain -3dB` as `--gain=-3dB`: argparse takes what begins with a minus for an option."""
    result: list[str] = []
    for argument in arguments:
        if result and result[-1] in _SIGNED and re.match(r"-\.?\d", argument):
            result[-1] += f"={argument}"
        else:
            result.append(argument)
    return result


_SIGNED = ("--gain", "--normalize", "--start", "--end", "--crop", "--box", "--blur", "--pixelate", "--spotlight")
_DECODE = ("attempt", "selftest", "gpu-check", "render", "probe", "analyze")
"""Commands that do nothing else, in most of their uses."""


def _attempt(options: argparse.Namespace, crash: int) -> int:
    from job_runner.cli.attempt import attempt

    return attempt(options.order, options.token, options.secrets, crash)


def _selftest(options: argparse.Namespace, crash: int) -> int:
    from job_runner.cli.selftest import selftest

    return selftest(options.upload, crash)


def _gpu_check(options: argparse.Namespace, crash: int) -> int:
    from job_runner.cli.gpu_check import gpu_check

    return gpu_check(options.device, options.report, options.ffmpeg, crash)


def _render(options: argparse.Namespace, crash: int) -> int:
    from job_runner.cli.render import render

    return render(options, crash)


def _validate(options: argparse.Namespace, crash: int) -> int:
    from job_runner.cli.validate import validate

    return validate(options.files, options.probe, options.json, crash)


def _probe(options: argparse.Namespace, crash: int) -> int:
    from job_runner.cli.probe import probe

    return probe(options.files, options.quick, options.json, crash)


def _analyze(options: argparse.Namespace, crash: int) -> int:
    from job_runner.cli.detect_arguments import check_detection
    from job_runner.cli.say import complain
    from job_runner.cli.shortcuts import OptionError

    try:
        check_detection(options)
    except OptionError as error:
        complain(f"spotreel: {error}")
        return ExitCode.SPEC_INVALID
    if options.model is not None or options.engine is not None:
        from job_runner.cli.analyze_detect import analyze_detect

        return analyze_detect(options, crash)
    from job_runner.cli.analyze import analyze

    return analyze(options, crash)


def _import(options: argparse.Namespace, crash: int) -> int:
    from job_runner.cli.import_rows import import_rows

    return import_rows(options)


def _cluster(options: argparse.Namespace, crash: int) -> int:
    from job_runner.cli.cluster.run import run

    return run(options)


def _completion(options: argparse.Namespace, crash: int) -> int:
    import shtab

    from job_runner.cli.cluster.arguments import JOB_NAMES

    say_text(shtab.complete(parser(), options.shell, preamble=JOB_NAMES.get(options.shell, "")))
    return ExitCode.OK


_COMMANDS: dict[str, Callable[[argparse.Namespace, int], int]] = {
    "attempt": _attempt,
    "selftest": _selftest,
    "gpu-check": _gpu_check,
    "render": _render,
    "validate": _validate,
    "probe": _probe,
    "analyze": _analyze,
    "import": _import,
    **dict.fromkeys(CLUSTER, _cluster),
    "completion": _completion,
}

if __name__ == "__main__":
    sys.exit(command())
