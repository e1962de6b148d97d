"""Who may ask the API server, and when."""

import asyncio

import pytest

from spotreel_operator.app import gate
from spotreel_operator.app.gate import FairGate
from spotreel_operator.app.refusals import Limited


async def test_the_burst_goes_through_at_once() -> None:
    made = FairGate(rate=0.001, burst=3)
    for _ in range(3):
        await made.enter("a")


async def test_one_client_cannot_queue_up_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PATIENCE_SECONDS", 0.2)
    made = FairGate(rate=0.001, burst=1)
    await made.enter("a")
    ends = await asyncio.gather(*(made.enter("a") for _ in range(100)), return_exceptions=True)
    assert all(isinstance(end, Limited) for end in ends)
    assert not made._waiting


async def test_a_newcomer_passes_the_crowd() -> None:
    """Twenty clients keep the gate busy; one that was never let through is the next."""
    made = FairGate(rate=200, burst=1)
    order: list[str] = []

    async def knock(client: str) -> None:
        await made.enter(client)
        order.append(client)

    crowd = [f"crowd-{n}" for n in range(20)]
    await asyncio.gather(*(knock(client) for client in crowd))
    waiting = [asyncio.create_task(knock(client)) for client in crowd for _ in range(4)]
    await asyncio.sleep(0)
    waiting.append(asyncio.create_task(knock("new")))
    await asyncio.sleep(0)
    before = len(order)
    await asyncio.gather(*waiting)
    assert "new" in order[before : before + 2]


async def test_who_waits_takes_turns() -> None:
    made = FairGate(rate=500, burst=1)
    order: list[str] = []

    async def knock(client: str) -> None:
        await made.enter(client)
        order.append(client)

    await knock("first")
    await asyncio.gather(*(knock(client) for client in "aaaabbbb"))
    assert sorted(order[1:3]) == sorted(order[3:5]) == ["a", "b"]


async def test_who_gives_up_is_not_counted() -> None:
    made = FairGate(rate=50, burst=1)
    await made.enter("a")
    tasks = [asyncio.create_task(made.enter("b")) for _ in range(3)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await made.enter("c")
    assert not made._waiting
