"""`spotreel attempt`: the pod's entry point. Reads the order, works, leaves a last word."""

import logging
import os
from functools import partial
from pathlib import Path

from pydantic import ValidationError

# A pod's store is S3: loaded before there are threads, which might import at the same time.
import job_runner.workspace.clients  # noqa: F401
from job_runner.log_tail import keep_log
from job_runner.push import Pusher
from job_runner.session import Session, on_stop
from job_runner.stop import Stop
from job_runner.trust import trust_as_told
from job_runner.workspace.store import Store
from videojob_api.dump import dump_on_signal
from videojob_api.exit_codes import ExitCode
from videojob_api.logs import start_logging
from videojob_api.names import Outcome
from videojob_api.order import Order
from videojob_api.report import Report

log = logging.getLogger(__name__)
LAST_WORD_SECONDS = 10.0
EXIT_SECONDS = 2.0
LOG_SECONDS, LOG_PATIENCE = 5.0, 1.0


def attempt(order_file: Path, token: Path, secrets: Path, crash: int = 0) -> int:
    """The exit code. `token` is the file of the progress token, `secrets` the folder of mounted Secrets.

    `crash` is the signal that has ended the work, if it has: all that is left to do is to say why.
    """
    try:
        order = Order.model_validate_json(order_file.read_text())
    except (OSError, ValidationError) as error:
        return _unreadable(str(error))
    start_logging(order.log_format, order.log_level, attempt=order.attempt, job=order.job)
    dump_on_signal()
    trust_as_told()
    stop = Stop(order.grace_period_seconds)
    on_stop(stop.request)
    session = Session(order, stop, secrets)
    # After a crash the log of the process that crashed stands there, which says more.
    keeper = None if crash else keep_log(partial(_workspace, session, order), order.attempt, _keeps(order))
    pusher = Pusher(order.report_to, token, session.tracker.report, order.report_ca) if order.report_to else None
    if pusher and not crash:
        pusher.start()
    last = session.after_crash(crash) if crash else session.run()
    write_last_word(last)
    log.info("ended", extra={"exit_code": last.exit_code, "ended": last.message})
    if keeper:
        # Beside the last report, which counts for more.
        keeper.finish(0)
    if pusher:
        # An exit code of our own says more than a SIGKILL in the middle of a last try.
        seconds = min(LAST_WORD_SECONDS, stop.seconds_to_kill() - EXIT_SECONDS)
        log.info("last report", extra={"acknowledged": pusher.finish(last, seconds)})
    if keeper:
        keeper.finish(min(LOG_SECONDS, stop.seconds_to_kill() - EXIT_SECONDS))
    return last.exit_code or 0


def _workspace(session: Session, order: Order) -> Store:
    return session.places(LOG_PATIENCE).folder(order.workspace)


def _keeps(order: Order) -> bool:
    """Whether a workspace stays as it is after success."""
    return bool(order.work.checkpoint and order.work.checkpoint.retain == "Always")


def _unreadable(message: str) -> int:
    code = ExitCode.CONFIG_INVALID
    write_last_word(
        Report(attempt="", outcome=Outcome.FAILED, exit_code=code, message=f"the order cannot be read: {message}")
    )
    return int(code)


def write_last_word(report: Report) -> None:
    """As the container's termination message, where Kubernetes or its stand-in asks for it."""
    path = Path(os.environ.get("SPOTREEL_TERMINATION_LOG", "/dev/termination-log"))
    try:
        path.write_text(report.termination_message())
    except OSError as error:
        log.warning("no termination message", extra={"error": str(error)})
