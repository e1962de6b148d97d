"""One command for jobs in a cluster: connects, does it, and says in a line what went wrong."""

import argparse
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from job_runner.cli.say import complain
from job_runner.cli.shortcuts import OptionError
from job_runner.errors import RunnerError
from videojob_api.exit_codes import ExitCode

if TYPE_CHECKING:
    from spotreel.client import Client

TIMED_OUT = 124
MISSING = "the library {} is not installed, which talks to clusters: pip install 'spotreel[client]'"

Command = Callable[["Client", argparse.Namespace], int]


def run(options: argparse.Namespace) -> int:
    """The exit code."""
    try:
        from job_runner.cli.cluster.commands import RUN
        from job_runner.cli.cluster.submit import dry_run
        from spotreel.client import Client
        from spotreel.errors import SpotreelError, TimedOut
    except ModuleNotFoundError as error:
        complain("spotreel: " + MISSING.format(error.name))
        return ExitCode.CONFIG_INVALID
    # What the libraries log is said in our words.
    logging.basicConfig(level=logging.CRITICAL + 1)
    try:
        if getattr(options, "dry_run", None) == "client":
            return dry_run(options)
        with Client(options.namespace, context=options.context, kubeconfig=options.kubeconfig) as client:
            return RUN[options.command](client, options)
    except OptionError as error:
        return _said(error, ExitCode.SPEC_INVALID)
    except TimedOut as error:
        return _said(error, TIMED_OUT)
    except (SpotreelError, RunnerError) as error:
        return _said(error, error.code)
    except KeyboardInterrupt as error:
        return _said(error, ExitCode.DISRUPTED)


def _said(error: BaseException, code: int) -> int:
    for line in (str(error) or "stopped").splitlines():
        complain(f"spotreel: {line}")
    return code
