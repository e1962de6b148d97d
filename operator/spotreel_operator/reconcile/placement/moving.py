"""Whether it pays to go back from on-demand to spot."""

from spotreel_operator.reconcile.placement.uniform_progress import Goal

UNKNOWN_RATIO = 2.0
"""Of on-demand's price to spot's, where one of them is not known: less than any cloud's."""


def pays(goal: Goal, on_demand: float | None, spot: float | None) -> bool:
    """Whether spot, for what is left, is worth the two starts of going there and being taken away.

    With k the ratio of prices and d a start, a stay of 2kd/(k-1) at spot's price costs as much as it saves.
    """
    ratio = on_demand / spot if on_demand is not None and spot else UNKNOWN_RATIO
    return ratio > 1 and goal.remaining > 2 * ratio / (ratio - 1) * goal.start
