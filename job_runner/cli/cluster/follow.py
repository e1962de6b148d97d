"""A job looked at until its end, which Ctrl-C does not bring about."""

from job_runner.cli.cluster.following import end_lines, shown
from job_runner.cli.say import complain, say
from job_runner.errors import SpecInvalid
from spotreel.client import Client
from spotreel.job import Job
from videojob_api.values import BadValueError, parse_duration


def follow(client: Client, name: str, timeout: float | None) -> Job:
    """The job at its end, with a progress line until then. Ctrl-C ends the looking, not the job."""
    events = client.events(name, timeout)
    try:
        job = next(events)
        with shown(job) as followed:
            for job in events:
                followed.put(job)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"stopped looking; {name} goes on: {come_back(client, name)} shows it again") from None
    return job


def come_back(client: Client, name: str) -> str:
    """The command that follows a job."""
    return f"spotreel wait {name} -n {client.namespace}"


def say_end(job: Job) -> None:
    """On standard output what was made, else on standard error why nothing was."""
    for line in end_lines(job):
        say(line) if job.succeeded else complain(f"spotreel: {line}")


def seconds(text: str | None, option: str = "timeout") -> float | None:
    """Of an option. Raises SpecInvalid."""
    try:
        return None if text is None else float(parse_duration(text))
    except BadValueError as error:
        raise SpecInvalid(f"--{option} {text}: {error}") from error
