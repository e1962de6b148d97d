"""The `spotreel` command."""

import argparse
import re
import sys
from collections.abc import Callable

from job_runner.cli.parser import parser
from videojob_api.names import ExitCode


def main(arguments: list[str] | None = None) -> int:
    """Imports only what the command needs: a pod's start-up counts on every attempt."""
    options = parser().parse_args(_joined(sys.argv[1:] if arguments is None else arguments))
    return _COMMANDS[options.command](options)


def _joined(arguments: list[str]) -> list[str]:
    """`--gain -3dB` as `--gain=-3dB`: argparse takes what begins with a minus for an option."""
    result: list[str] = []
    for argument in arguments:
        if result and result[-1] in _SIGNED and re.match(r"-\d", argument):
            result[-1] += f"={argument}"
        else:
            result.append(argument)
    return result


_SIGNED = ("--gain", "--normalize")


def _attempt(options: argparse.Namespace) -> int:
    from job_runner.cli.attempt import attempt

    return attempt(options.order, options.token, options.secrets)


def _selftest(options: argparse.Namespace) -> int:
    from job_runner.cli.selftest import selftest

    return selftest(options.upload)


def _render(options: argparse.Namespace) -> int:
    from job_runner.cli.render import render

    return render(options)


def _validate(options: argparse.Namespace) -> int:
    from job_runner.cli.validate import validate

    return validate(options.files, options.probe, options.json)


def _probe(options: argparse.Namespace) -> int:
    from job_runner.cli.probe import probe

    return probe(options.files, options.quick, options.json)


def _completion(options: argparse.Namespace) -> int:
    import shtab

    sys.stdout.write(shtab.complete(parser(), options.shell))
    return ExitCode.OK


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "attempt": _attempt,
    "selftest": _selftest,
    "render": _render,
    "validate": _validate,
    "probe": _probe,
    "completion": _completion,
}

if __name__ == "__main__":
    sys.exit(main())
