"""`spotreel clean`: what deleted jobs have left in a store."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from job_runner.cli.cluster.follow import seconds
from job_runner.cli.cluster.table import aligned
from job_runner.cli.cluster.words import age
from job_runner.cli.progress import size
from job_runner.cli.say import say
from spotreel.client import Client
from spotreel.leftovers import Leftover
from videojob_api.exit_codes import ExitCode


def clean(client: Client, options: argparse.Namespace) -> int:
    """Lists first, and deletes with --yes only."""
    older = timedelta(seconds=seconds(options.older, "older") or 0)
    found = client.leftovers(options.uri, older=older, all_namespaces=options.all_namespaces)
    for line in leftovers_table(found, datetime.now(UTC)):
        say(line)
    if options.yes:
        for leftover in found:
            client.remove(leftover)
            say(f"deleted  {leftover.uri}")
    return ExitCode.OK


def leftovers_table(found: Sequence[Leftover], now: datetime) -> list[str]:
    """A line for each workspace, and what they come to."""
    if not found:
        return ["nothing is left of jobs that are no more"]
    rows = [(one.uri, str(len(one.keys)), size(one.size), age((now - one.changed).total_seconds())) for one in found]
    whole = f"{len(found)} workspace{'s' * (len(found) != 1)}, {size(sum(one.size for one in found))}"
    return [*aligned([("WORKSPACE", "OBJECTS", "SIZE", "UNCHANGED"), *rows]), f"{whole}; --yes deletes what is listed"]
