import asyncio

from spotreel_operator.app.inbox import Inbox
from spotreel_operator.app.tokens import Sender
from spotreel_operator.runtime.cache import Key
from spotreel_operator.runtime.reports import Reports
from tests.unit.operator.make import at, report
from videojob_api.names import Outcome

SENDER = Sender("ns", "reel-0-1", "reel")


async def test_reports_arrive_and_their_job_is_looked_at() -> None:
    reports, changed = Reports(), list[Key]()
    inbox = Inbox(asyncio.get_running_loop(), reports, changed.append)
    said = report(SENDER.attempt)
    assert inbox.take(SENDER, said, at(3))
    assert reports.of("ns", SENDER.attempt) is None, "not in the caller's thread"
    await asyncio.sleep(0.01)
    heard = reports.of("ns", SENDER.attempt)
    assert heard and heard.report == said and changed == [("ns", "reel")]


async def test_a_last_word_that_waits_is_not_replaced() -> None:
    reports = Reports()
    inbox = Inbox(asyncio.get_running_loop(), reports, lambda _: None)
    late = report(SENDER.attempt)
    last = late.model_copy(update={"outcome": Outcome.SUCCEEDED})
    for said in (late, last, late):
        inbox.take(SENDER, said, at(1))
    await asyncio.sleep(0.01)
    heard = reports.of("ns", SENDER.attempt)
    assert heard and heard.report.outcome == Outcome.SUCCEEDED
