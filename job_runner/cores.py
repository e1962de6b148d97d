"""How many cores this process may really use: affinity and cgroup quota, not the machine's count."""

import os
from pathlib import Path

_CGROUP_V2 = Path("/sys/fs/cgroup/cpu.max")
_CGROUP_V1 = (Path("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"), Path("/sys/fs/cgroup/cpu/cpu.cfs_period_us"))

MAX_CORES = 256


def quota(v2: str | None, v1: tuple[str, str] | None) -> float | None:
    """Cores of a cgroup's limit, from the text of its files; None without a limit."""
    limit, period = v2.split() if v2 else v1 if v1 else ("max", "1")
    return None if limit.strip() in ("max", "-1") else int(limit) / int(period)


def usable_cores() -> int:
    """At least 1."""
    v2 = _CGROUP_V2.read_text() if _CGROUP_V2.exists() else None
    v1 = (_CGROUP_V1[0].read_text(), _CGROUP_V1[1].read_text()) if _CGROUP_V1[0].exists() else None
    limit = quota(v2, v1)
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(available, round(limit)) if limit else available)


def decoder_threads(cores: int) -> int:
    """Of each worker's decoder, where so many cores work."""
    return min(4, max(1, cores // 2))


def granted_cores(most: int | None) -> int:
    """How many a run works with, that may use so many at `most`."""
    return min(usable_cores(), most or MAX_CORES)
