"""What each command for jobs in a cluster does."""

import argparse
from datetime import UTC, datetime

from job_runner.cli.cluster.clean import clean
from job_runner.cli.cluster.fetch import fetch
from job_runner.cli.cluster.follow import come_back, follow, say_end, seconds
from job_runner.cli.cluster.offers import offers_table
from job_runner.cli.cluster.overview import overview
from job_runner.cli.cluster.run import Command
from job_runner.cli.cluster.submit import submit
from job_runner.cli.cluster.table import table
from job_runner.cli.say import complain, say, say_json, say_text
from spotreel.client import Client
from spotreel.job import Job
from videojob_api.exit_codes import ExitCode
from videojob_api.manifest import dump


def list_(client: Client, options: argparse.Namespace) -> int:
    """A table, names, or JSON."""
    jobs = client.list(all_namespaces=options.all_namespaces)
    if options.output == "json":
        say_json([job.body for job in jobs])
    elif options.output == "name":
        say_text("".join(f"{job.name}\n" for job in jobs))
    elif jobs:
        for line in table(jobs, datetime.now(UTC), options.all_namespaces):
            say(line)
    else:
        where = "any namespace" if options.all_namespaces else f"namespace {client.namespace}"
        complain(f"spotreel: there is no VideoJob in {where}")
    return ExitCode.OK


def status(client: Client, options: argparse.Namespace) -> int:
    """An overview, or the whole object."""
    job = client.get(options.job)
    if options.output == "json":
        say_json(job.body)
    elif options.output == "yaml":
        say_text(dump(job.body))
    else:
        for line in overview(job, datetime.now(UTC)):
            say(line)
    return ExitCode.OK


def wait(client: Client, options: argparse.Namespace) -> int:
    """0 complete, 1 failed."""
    job = follow(client, options.job, seconds(options.timeout))
    say_end(job)
    return ExitCode.OK if job.succeeded else ExitCode.CRASH


def cancel(client: Client, options: argparse.Namespace) -> int:
    """Says what it leaves."""
    job = client.cancel(options.job)
    say(f"{job.name} is deleted{_left(job)}")
    return ExitCode.OK


def _left(job: Job) -> str:
    """What stays in the store."""
    if job.succeeded:
        uris = [output.uri for output in job.status.outputs or []]
        return f"; what it has made stays: {', '.join(uris)}" if uris else ""
    done = job.status.progress.segments if job.status.progress else None
    return f"; {done} finished segments stay in {job.status.workspace or 'its workspace'}" if done else ""


def suspend(client: Client, options: argparse.Namespace) -> int:
    """Also of a job that is suspended already."""
    job = client.suspend(options.job)
    ended = f"{job.name} has ended already ({job.phase})"
    say(ended if job.finished else f"{job.name} is to stop; spotreel unsuspend {job.name} lets it go on")
    return ExitCode.OK


def unsuspend(client: Client, options: argparse.Namespace) -> int:
    """Also of a job that runs."""
    job = client.suspend(options.job, suspended=False)
    ended = f"{job.name} has ended already ({job.phase})"
    say(ended if job.finished else f"{job.name} goes on: {come_back(client, job.name)} shows it")
    return ExitCode.OK


def logs(client: Client, options: argparse.Namespace) -> int:
    """Line by line, as they come."""
    for line in client.logs(options.job, options.attempt, follow=options.follow, tail=options.tail):
        say(line)
    return ExitCode.OK


def rerun(client: Client, options: argparse.Namespace) -> int:
    """0 once the copy is there; with --wait the code that `spotreel render` would end with."""
    limit = seconds(options.timeout)
    applied = client.rerun(options.job, options.name, to=options.to)
    job = applied.job
    there = f"{job.name} is there already, and is such a copy: {job.phase}"
    say(f"submitted  {job.name}; {come_back(client, job.name)} follows it" if applied.created else there)
    if not options.wait:
        return ExitCode.OK
    job = follow(client, job.name, limit)
    say_end(job)
    return job.exit_code


def classes(client: Client, options: argparse.Namespace) -> int:
    """A table; what a class leaves out is built in."""
    for line in offers_table(client.classes(options.operator_namespace)):
        say(line)
    return ExitCode.OK


RUN: dict[str, Command] = {
    "submit": submit,
    "list": list_,
    "status": status,
    "wait": wait,
    "logs": logs,
    "fetch": fetch,
    "cancel": cancel,
    "suspend": suspend,
    "unsuspend": unsuspend,
    "rerun": rerun,
    "classes": classes,
    "clean": clean,
}
