"""What a tier costs before anybody knows which node it will be."""

from datetime import datetime

from videojob_api.config import ClassTier
from videojob_api.prices import Prices


def price_of(tier: ClassTier, prices: Prices, now: datetime) -> float | None:
    """Per hour: the dearest of its types and zones whose price is known; None where none is."""
    kinds = [(name, zone) for name in tier.instance_types or () for zone in tier.zones or (None,)]
    found = [prices.per_hour(name, tier.capacity, zone, now) for name, zone in kinds]
    return max((price for price in found if price is not None), default=None)
