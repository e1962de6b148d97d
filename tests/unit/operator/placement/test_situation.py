"""What placement decides by has defaults under which the plain ladder is left."""

from spotreel_operator.reconcile.placement.choose import choose
from spotreel_operator.reconcile.placement.situation import Choice, Situation
from tests.unit.operator.make import at
from tests.unit.operator.placement.worlds import OD, TIERS


def test_a_situation_without_anything_is_the_ladder() -> None:
    assert choose(Situation(at(0), [OD])) == Choice(OD)
    assert choose(Situation(at(0), TIERS)).tier.name == "spot"
