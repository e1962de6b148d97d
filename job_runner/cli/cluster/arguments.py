"""What may be typed for jobs in a cluster. Nothing of the client is loaded here."""

import argparse
from collections.abc import Callable

Add = Callable[[str, str, str], argparse.ArgumentParser]
"""Makes the parser of a command from its name, what it does, and examples."""

AddEdits = Callable[[argparse.ArgumentParser], None]
"""Adds the edits of `spotreel render`."""

COMMANDS = (
    "submit", "list", "status", "wait", "logs", "fetch", "cancel", "suspend", "unsuspend", "rerun", "classes", "clean",
)  # fmt: skip

JOB_NAMES = {
    "bash": '_spotreel_jobs() { compgen -W "$(spotreel list -o name 2>/dev/null)" -- "$1"; }\n',
    "zsh": "_spotreel_jobs() { compadd -- $(spotreel list -o name 2>/dev/null) }\n",
}
"""What shells run to complete a job's name: those of the current context's namespace."""

WAIT = """examples:
  spotreel wait final-reel --timeout 1h && echo complete

exit codes:
    0  complete
    1  failed
   66  there is no such job, or it was deleted
   75  interrupted; the job goes on
  124  not ended in time; the job goes on
"""


SUBMIT = """examples:
  spotreel submit videojob.yaml --wait
  spotreel submit match.mp4 --to s3://media/out/reel.mp4 --upload-to s3://media/in/ --start 12.5s --end 40s --wait
  spotreel submit match.mp4 --to s3://media/out/reel.mp4 --upload-to s3://media/in/ --mute --fetch reel.mp4
  spotreel submit videojob.yaml --upload-to s3://media/in/ --dry-run=client -o yaml

Local files are uploaded below --upload-to, with the keys of this environment (AWS_PROFILE, AWS_ACCESS_KEY_ID,
AWS_ENDPOINT_URL), under a name made of their bytes: what is there is not sent again, and an upload that was interrupted
goes on. The same command twice is one job. Ctrl-C ends the looking, not the job.
With --wait or --fetch the exit code is that of spotreel render; 124: not ended within --timeout.
"""


CLEAN = """examples:
  spotreel clean s3://media/checkpoints/            # lists
  spotreel clean s3://media/checkpoints/ --yes      # deletes

Only what runners make in folders NAMESPACE/NAME-UID/ is looked at; outputs and all other objects stay. A bucket that
several clusters share needs care: jobs of another cluster are not known here, and look as if they were no more.
"""

RERUN = """examples:
  spotreel rerun final-reel                    # final-reel-2, to s3://…/final-reel-2.mp4
  spotreel rerun final-reel --name again --wait

With --name the same command twice is one copy. A job that failed can also go on, with the segments it has: see the
annotation spotreel.dev/retry.
"""


def add_cluster(add: Add, add_edits: AddEdits) -> None:
    """All commands of jobs in a cluster."""
    _submit(add, add_edits)
    _list(add)
    _status(add)
    wait = _of_job(add, "wait", "wait for either end of a job, with its progress", WAIT)
    add_timeout(wait)
    _logs(add)
    _fetch(add)
    _of_job(add, "cancel", "delete a job and its runners; output and finished segments stay in the store")
    _of_job(add, "suspend", "stop a job's runners; finished segments are kept")
    _of_job(add, "unsuspend", "let a suspended job go on")
    _rerun(add)
    _classes(add)
    _clean(add)


def _classes(add: Add) -> None:
    made = add("classes", "what the platform offers: classes that jobs may name", "")
    what = "where its configuration is (default: spotreel-system)"
    made.add_argument("--operator-namespace", default="spotreel-system", metavar="NAME", help=what)
    add_access(made)


def _clean(add: Add) -> None:
    made = add("clean", "list, or delete, segments whose jobs are no more", CLEAN)
    made.add_argument("uri", metavar="URI", help="s3://bucket/folder/ that has workspaces below it")
    made.add_argument("--yes", action="store_true", help="delete what is listed")
    made.add_argument(
        "--older", metavar="TIME", default="24h", help="only where nothing has changed since (default: 24h)"
    )
    made.add_argument("-A", "--all-namespaces", action="store_true", help="of all namespaces, not of one")
    add_access(made)


def _rerun(add: Add) -> None:
    made = _of_job(add, "rerun", "run a copy of a job, under another name", RERUN)
    made.add_argument("--name", help="of the copy (default: NAME-2, or the next that is free)")
    made.add_argument("--to", metavar="URI", help="of its output (default: the old one's, with the new name)")
    made.add_argument("--wait", action="store_true", help="until it has ended, with its progress")
    add_timeout(made)


def add_access(parser: argparse.ArgumentParser) -> None:
    """Which cluster and namespace, as for kubectl."""
    group = parser.add_argument_group("cluster")
    group.add_argument("-n", "--namespace", metavar="NAME", help="default: that of the context")
    group.add_argument("--context", metavar="NAME", help="of the kubeconfig (default: its current one)")
    group.add_argument("--kubeconfig", metavar="FILE", help="default: KUBECONFIG, ~/.kube/config, or this pod's own")


def add_timeout(parser: argparse.ArgumentParser) -> None:
    """How long somebody waits; the job goes on."""
    parser.add_argument("--timeout", metavar="TIME", help="such as 90s or 1h (default: no end)")


def _submit(add: Add, add_edits: AddEdits) -> None:
    made = add("submit", "run a VideoJob in a cluster; files of this machine are uploaded", SUBMIT)
    made.usage = "spotreel submit FILE.yaml [options]\n       spotreel submit INPUT [INPUT ...] --to URI [edits]"
    made.add_argument("files", nargs="+", metavar="FILE", help="a VideoJob's YAML; or inputs, local or s3://")
    made.add_argument("--to", metavar="URI", help="s3://bucket/key of the output, instead of the file's outputs[0].uri")
    made.add_argument("--upload-to", metavar="URI", help="s3://bucket/folder/ for local files")
    made.add_argument("--name", help="of the VideoJob (default: the file's, or after the output)")
    made.add_argument("--class", dest="job_class", metavar="NAME", help="of the platform (default: the namespace's)")
    made.add_argument("--parallelism", type=int, metavar="N", help="runners that work at it, 1 to 64 (default: 1)")
    made.add_argument("--overwrite", "-y", action="store_true", help="replace an output that is there")
    made.add_argument("--wait", action="store_true", help="until it has ended, with its progress")
    made.add_argument("--fetch", metavar="FILE", help="wait, then bring the output to this file or folder")
    add_timeout(made)
    made.add_argument(
        "--dry-run", nargs="?", const="client", choices=("client", "server"), help="only show, or check, it"
    )
    made.add_argument("-o", "--output", choices=("yaml", "json", "name"), help="show the VideoJob so")
    add_access(made)
    add_edits(made)
    made.set_defaults(highlights=None, padding=None, max_total=None)


def _of_job(add: Add, name: str, help: str, epilog: str = "") -> argparse.ArgumentParser:
    made = add(name, help, epilog)
    _add_job(made)
    add_access(made)
    return made


def _add_job(parser: argparse.ArgumentParser) -> None:
    job = parser.add_argument("job", metavar="NAME", help="of the VideoJob")
    job.complete = dict.fromkeys(JOB_NAMES, "_spotreel_jobs")  # type: ignore[attr-defined]


def _logs(add: Add) -> None:
    made = _of_job(add, "logs", "what a job's runner says")
    made.add_argument("-f", "--follow", action="store_true", help="go on until its end")
    made.add_argument("--attempt", metavar="N-N", help="as status names them, such as 0-1 (default: the one at work)")
    made.add_argument("--tail", type=int, metavar="LINES", help="only the last ones")


def _fetch(add: Add) -> None:
    made = add("fetch", "bring what a job has made to this machine", "")
    _add_job(made)
    made.add_argument("to", nargs="?", metavar="FILE", help="or a folder (default: the output's name, here)")
    made.add_argument("--result", metavar="ANALYSIS", help="its rows instead of the output")
    made.add_argument("--overwrite", "-y", action="store_true", help="replace another file that is there")
    add_access(made)


def _list(add: Add) -> None:
    made = add("list", "jobs of a namespace: phase, progress, cost, age", "")
    made.add_argument("-A", "--all-namespaces", action="store_true", help="of all namespaces")
    made.add_argument("-o", "--output", choices=("name", "json"), help="instead of the table")
    add_access(made)


def _status(add: Add) -> None:
    made = _of_job(add, "status", "one job: how far it is, its attempts, its cost, what it has made")
    made.add_argument("-o", "--output", choices=("json", "yaml"), help="the whole VideoJob instead")
