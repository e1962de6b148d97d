"""Alerts fire when they should and not before: promtool's own rule tests."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.chart.render import CHART

CASES = Path(__file__).parent / "alerts.yaml"


@pytest.fixture
def promtool() -> str:
    found = shutil.which("promtool")
    if not found and os.environ.get("SPOTREEL_REQUIRE"):
        pytest.fail("promtool is required here: apt-get install prometheus")
    return found or pytest.skip("promtool is not installed (Debian's package prometheus has it)")


def test_rules(promtool: str, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    shutil.copy(CHART / "files" / "rules.yaml", rules)
    cases = yaml.safe_load(CASES.read_text())
    cases["rule_files"] = [str(rules)]
    file = tmp_path / "cases.yaml"
    file.write_text(yaml.safe_dump(cases))
    for command in (["check", "rules", str(rules)], ["test", "rules", str(file)]):
        result = subprocess.run([promtool, *command], capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr


def test_every_alert_has_a_case() -> None:
    rules = yaml.safe_load((CHART / "files" / "rules.yaml").read_text())["groups"][0]["rules"]
    asked = [case for test in yaml.safe_load(CASES.read_text())["tests"] for case in test["alert_rule_test"]]
    for name in (rule["alert"] for rule in rules):
        mine = [case for case in asked if case["alertname"] == name]
        assert any(case.get("exp_alerts") for case in mine), f"{name} never fires"
        assert any(not case.get("exp_alerts") for case in mine), f"{name} is never quiet"
