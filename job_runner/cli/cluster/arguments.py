"""What may be typed for jobs in a cluster. Nothing of the client is loaded here."""

import argparse
from collections.abc import Callable

Add = Callable[[str, str, str], argparse.ArgumentParser]
"""Makes the parser of a command from its name, what it does, and examples."""

COMMANDS = ("list", "status", "wait", "cancel", "suspend", "unsuspend")

WAIT = """examples:
  spotreel wait final-reel --timeout 1h && echo complete

exit codes:
    0  complete
    1  failed
   66  there is no such job, or it was deleted
   75  interrupted; the job goes on
  124  not ended in time; the job goes on
"""


def add_cluster(add: Add) -> None:
    """All commands of jobs in a cluster."""
    _list(add)
    _status(add)
    wait = _of_job(add, "wait", "wait for either end of a job, with its progress", WAIT)
    add_timeout(wait)
    _of_job(add, "cancel", "delete a job and its runners; output and finished segments stay in the store")
    _of_job(add, "suspend", "stop a job's runners; finished segments are kept")
    _of_job(add, "unsuspend", "let a suspended job go on")


def add_access(parser: argparse.ArgumentParser) -> None:
    """Which cluster and namespace, as for kubectl."""
    group = parser.add_argument_group("cluster")
    group.add_argument("-n", "--namespace", metavar="NAME", help="default: that of the context")
    group.add_argument("--context", metavar="NAME", help="of the kubeconfig (default: its current one)")
    group.add_argument("--kubeconfig", metavar="FILE", help="default: KUBECONFIG, ~/.kube/config, or this pod's own")


def add_timeout(parser: argparse.ArgumentParser) -> None:
    """How long somebody waits; the job goes on."""
    parser.add_argument("--timeout", metavar="TIME", help="such as 90s or 1h (default: no end)")


def _of_job(add: Add, name: str, help: str, epilog: str = "") -> argparse.ArgumentParser:
    made = add(name, help, epilog)
    made.add_argument("job", metavar="NAME", help="of the VideoJob")
    add_access(made)
    return made


def _list(add: Add) -> None:
    made = add("list", "jobs of a namespace: phase, progress, cost, age", "")
    made.add_argument("-A", "--all-namespaces", action="store_true", help="of all namespaces")
    made.add_argument("-o", "--output", choices=("name", "json"), help="instead of the table")
    add_access(made)


def _status(add: Add) -> None:
    made = _of_job(add, "status", "one job: how far it is, its attempts, its cost, what it has made")
    made.add_argument("-o", "--output", choices=("json", "yaml"), help="the whole VideoJob instead")
