"""`spotreel submit`: a VideoJob, with the files of this machine that it reads, goes to a cluster."""

import argparse
from typing import Any

from job_runner.cli.cluster.asked import asked
from job_runner.cli.cluster.fetch import bring, check_target
from job_runner.cli.cluster.follow import come_back, follow, say_end, seconds
from job_runner.cli.cluster.moving import Moving
from job_runner.cli.progress import ProgressLine
from job_runner.cli.say import say, say_json, say_text
from job_runner.cli.shortcuts import OptionError
from spotreel.async_client import Applied
from spotreel.client import Client
from spotreel.submission import Submission
from videojob_api.exit_codes import ExitCode
from videojob_api.manifest import dump

Object = dict[str, Any]


def submit(client: Client, options: argparse.Namespace) -> int:
    """0 once it is there; with --wait the code that `spotreel render` would end with."""
    limit = seconds(options.timeout)
    if limit is not None and not (options.wait or options.fetch):
        raise OptionError(f"--timeout {options.timeout}: of what? It goes with --wait or --fetch")
    document = asked(options, client.namespace)
    if document is None:
        return ExitCode.SPEC_INVALID
    if options.dry_run:
        found = _read(document, options)
        client.apply(found, dry_run=True)
        return _show(found, options.output or "yaml")
    if options.fetch:
        check_target(client, document["metadata"]["name"], options.fetch, options.overwrite)
    applied = _sent(client, document, options.upload_to)
    _say(client, applied, options)
    if not (options.wait or options.fetch):
        return ExitCode.OK
    return _to_the_end(client, applied.job.name, limit, options)


def _to_the_end(client: Client, name: str, limit: float | None, options: argparse.Namespace) -> int:
    job = follow(client, name, limit)
    say_end(job)
    if job.succeeded and options.fetch:
        bring(client, name, options.fetch, overwrite=options.overwrite)
    return job.exit_code


def dry_run(options: argparse.Namespace) -> int:
    """Shows the VideoJob that would be made; needs no cluster, and sends nothing."""
    document = asked(options, options.namespace)
    if document is None:
        return ExitCode.SPEC_INVALID
    return _show(_read(document, options), options.output or "yaml")


def _read(document: Object, options: argparse.Namespace) -> Object:
    """With the places of local files in the store."""
    watcher = Moving()
    with ProgressLine(watcher.text, watcher.news):
        return Submission(document, options.upload_to, watcher).read()


def _sent(client: Client, document: Object, upload_to: str | None) -> Applied:
    """With a line for each file. Ctrl-C leaves what was sent, for the next time."""
    watcher = Moving()
    try:
        with ProgressLine(watcher.text, watcher.news):
            return client.submit(document, upload_to=upload_to, watcher=watcher)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("stopped; no job was made. The same command goes on where this one was") from None


def _say(client: Client, applied: Applied, options: argparse.Namespace) -> None:
    job = applied.job
    if options.output:
        _show(job.body, options.output)
    elif applied.created:
        say(f"submitted  {job.name}; {come_back(client, job.name)} follows it")
    else:
        say(f"{job.name} is there already, and does this very work: {job.phase}")


def _show(document: Object, how: str) -> int:
    if how == "json":
        say_json(document)
    else:
        say_text(dump(document) if how == "yaml" else f"{document['metadata']['name']}\n")
    return ExitCode.OK
