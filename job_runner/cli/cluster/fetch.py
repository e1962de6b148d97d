"""`spotreel fetch`: what a job has made, in a file of this machine."""

import argparse
from pathlib import Path

from job_runner.cli.cluster.moving import Fetching
from job_runner.cli.progress import ProgressLine
from spotreel.client import Client
from spotreel.errors import NoSuchJob, NothingToFetch
from spotreel.fetching import check_free, check_parent, is_same, made_by
from videojob_api.exit_codes import ExitCode


def fetch(client: Client, options: argparse.Namespace) -> int:
    """0 once it is there."""
    bring(client, options.job, options.to, options.result, options.overwrite)
    return ExitCode.OK


def bring(client: Client, name: str, to: str | None, result: str | None = None, overwrite: bool = False) -> None:
    """With a progress line. Ctrl-C leaves no part of a file."""
    watcher = Fetching()
    try:
        with ProgressLine(watcher.text, watcher.news):
            client.fetch(name, to, result=result, overwrite=overwrite, watcher=watcher)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"stopped; {name} is done, and spotreel fetch {name} brings it") from None


def check_target(client: Client, name: str, to: str, overwrite: bool) -> None:
    """Before anything is rendered for it. Raises LocalFileError where the result could not be put there."""
    path = Path(to)
    if path.is_dir():
        return
    check_parent(path)
    if path.exists() and not overwrite and not _is_result(client, name, path):
        check_free(path)


def _is_result(client: Client, name: str, path: Path) -> bool:
    """Of the same command, given before."""
    try:
        return is_same(path, made_by(client.get(name)))
    except (NothingToFetch, NoSuchJob):
        return False
