"""Messages say where to read on: at the platform's page or the project's, at an anchor that is there."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from spotreel_operator.reconcile.help_links import help_at, help_page
from spotreel_operator.reconcile.internal_error import internal_error
from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.reconcile.reconcile import reconcile
from tests.testbed.cache import ROOT
from tests.unit.operator.histories import attempt, status_with
from tests.unit.operator.make import T0, config, evidence, heard, job, report, snapshot
from videojob_api.names import HELP, Outcome
from videojob_api.reasons import Reason

OURS = "https://wiki.example.com/video/help.html"
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text()


def messages(plan: Plan) -> list[str]:
    assert plan.status
    return [plan.status.message or "", *(c.message for c in plan.status.conditions)]


def stalled(**configuration: Any) -> Plan:
    return reconcile(snapshot(job(className="gold"), configuration=config(**configuration)))


def held_up(**configuration: Any) -> Plan:
    """Something runs, and nothing new may be begun."""
    running = job(status_with(attempt()), className="gold")
    return reconcile(snapshot(running, [evidence(heard=heard(report()))], configuration=config(**configuration)))


def failed(**configuration: Any) -> Plan:
    last = heard(report(outcome=Outcome.FAILED, exit_code=65, message="no video"))
    seen = [evidence(heard=last)]
    return reconcile(snapshot(job(status_with(attempt())), seen, configuration=config(**configuration)))


@pytest.mark.parametrize("plan", [stalled, held_up, failed])
def test_links_lead_to_the_configured_page(plan: Any) -> None:
    own = [m for m in messages(plan(helpURL=OURS)) if "help:" in m]
    assert own and all(f"(help: {OURS}#" in m and HELP not in m for m in own)
    assert any(f"(help: {HELP}#" in m for m in messages(plan()))


def test_faults_of_the_operator_too() -> None:
    body = {"metadata": {"name": "reel", "namespace": "ns"}}
    status = internal_error(body, ValueError("odd"), T0, OURS)
    assert status and status["message"].endswith(f"(help: {OURS}#internalerror)")


@pytest.mark.parametrize("reason", Reason)
def test_the_anchor_is_there(reason: Reason) -> None:
    page, _, anchor = help_at(HELP, reason).removeprefix("help: ").partition("#")
    assert page.endswith("/docs/troubleshooting.md")
    assert anchor in {head.lower() for head in re.findall(r"^### (\w+)$", PAGE, re.MULTILINE)}


def test_without_a_configuration_it_is_the_projects() -> None:
    assert help_page(None) == HELP == help_page(config())


@pytest.mark.parametrize("wrong", ["", "docs", "javascript:alert(1)", "https://a b", f"https://{'a' * 128}"])
def test_an_address_is_one(wrong: str) -> None:
    with pytest.raises(ValidationError, match="helpURL"):
        config(helpURL=wrong)
