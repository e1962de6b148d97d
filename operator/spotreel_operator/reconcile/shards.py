"""What a lane of a job is told, and what runs it: which part it begins with, who joins, and where that happens."""

from dataclasses import replace

from spotreel_operator.state.snapshot import Platform
from videojob_api.attempt_names import JOIN
from videojob_api.order import Shard


def parallelism(platform: Platform) -> int:
    """How many runners work at the job at once."""
    return platform.spec.parallelism or 1


def shard_of(platform: Platform, lane: int) -> Shard:
    """A lane's part of the job. Lane 0 joins, unless the class wants an attempt of its own for that."""
    if lane == JOIN:
        return Shard(total=parallelism(platform))
    # Lowered in this very moment, there may be a lane beyond the number of lanes.
    total = max(parallelism(platform), lane + 1)
    return Shard(index=lane, total=total, joins=lane == 0 and platform.job_class.join is None)


def lane_platform(platform: Platform, lane: int) -> Platform:
    """The platform as a lane sees it: an attempt that only joins may have tiers and resources of its own."""
    join = platform.job_class.join
    if lane != JOIN or join is None:
        return platform
    spec = platform.spec.model_copy(update={"resources": join.resources}) if join.resources else platform.spec
    return replace(platform, spec=spec, tiers=tuple(join.tiers) if join.tiers else platform.tiers)
