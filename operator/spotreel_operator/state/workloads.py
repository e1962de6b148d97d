"""What Kueue says of a Job that it holds back: its Workload's conditions and admission checks, in its own words."""

from collections.abc import Iterable
from typing import Any

from spotreel_operator.state.texts import said

Object = dict[str, Any]
PENDING_CHECKS = ("Pending", "Retry", "Rejected")


def words_of(workload: Object) -> str:
    """Why it is not admitted: for want of quota, or of what an admission check waits for. Empty if it does not say."""
    status = workload.get("status") or {}
    conditions = {c["type"]: c for c in status.get("conditions") or []}
    quota, admitted = (conditions.get(name, {}) for name in ("QuotaReserved", "Admitted"))
    if quota.get("status") == "True":
        return "; ".join(_checks(status)) or _unless_true(admitted)
    return _unless_true(quota) or said(conditions.get("Evicted", {}), "message")


def _checks(status: Object) -> Iterable[str]:
    """Of those that are not passed: names, and what they say."""
    for check in status.get("admissionChecks") or []:
        if check.get("state") in PENDING_CHECKS:
            yield ": ".join(filter(None, (f"admission check {check.get('name', '')}", said(check, "message"))))


def _unless_true(condition: Object) -> str:
    return "" if condition.get("status") == "True" else said(condition, "message")
