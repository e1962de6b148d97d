"""`reconcile(snapshot) -> Plan`: pure, and the only place where decisions meet.

Whatever happened in between, the same snapshot gives the same plan, and the plan of a state that is
as it should be does nothing.
"""

from spotreel_operator.reconcile import retry
from spotreel_operator.reconcile.job import decided
from spotreel_operator.reconcile.notes import announced
from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.reconcile.queueing import of_this_turn
from spotreel_operator.reconcile.stalls import readable
from spotreel_operator.state.snapshot import Snapshot


def reconcile(s: Snapshot) -> Plan:
    """What to do about one VideoJob now."""
    if s.videojob.deleting:
        return Plan()
    s = of_this_turn(readable(s))
    plan = retry.begun_again(s) if retry.is_due(s) else retry.noted(s, decided(s))
    return announced(s, plan)
