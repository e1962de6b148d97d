"""The share of a picture that moves, pair by pair and step by step, as docs/analysis.md has it: slow and plain."""

from itertools import product

import numpy as np

from job_runner.analysis.grey import Pixels

Array = np.ndarray


def plain_share(before: Pixels, now: Pixels) -> int:
    """What `shares` must give for the second of these two."""
    if before.shape != now.shape:
        return 0
    rows, columns = now.shape[0] // 4, now.shape[1] // 4
    old, new = (_blocks(picture, 0, 0, rows, columns) for picture in (before, now))
    limit = max(_limit(old), _limit(new))
    moved = _unexplained(old, new, limit, 1)
    right, down = _camera(before, now) if moved * 128 > new.size else (0, 0)
    if not (right or down):
        return moved * 10_000 // new.size
    (x, part_x), (y, part_y) = divmod(right, 8), divmod(down, 8)
    top, left = max(0, -y), max(0, -x)
    rows, columns = (now.shape[0] - top - max(0, y + 1)) // 4, (now.shape[1] - left - max(0, x + 1)) // 4
    near = [(dy, dx, ((8 - part_y), part_y)[dy] * ((8 - part_x), part_x)[dx]) for dy, dx in product((0, 1), (0, 1))]
    there = sum(
        weight * _blocks(before, top + y + dy, left + x + dx, rows, columns) for dy, dx, weight in near if weight
    )
    here = 64 * _blocks(now, top, left, rows, columns)
    rest = _unexplained(np.asarray(there), here, limit * 3 // 2, 64)
    return min(moved * 10_000 // new.size, rest * 10_000 // here.size)


def _blocks(picture: Pixels, top: int, left: int, rows: int, columns: int) -> Array:
    part = picture[top : top + 4 * rows, left : left + 4 * columns].astype(int)
    return np.asarray(part.reshape(rows, 4, columns, 4).sum((1, 3)))


def _limit(sums: Array) -> int:
    return min(6 * 16, max(3 * 16, (int(sums.sum()) // sums.size - 16 * 16) // 10))


def _unexplained(old: Array, new: Array, limit: int, times: int) -> int:
    change, black = new - old, 16 * 16 * times
    added = change - np.sort(change, None)[change.size // 2]
    lit, lit_now = (max(1, int((sums - black).sum())) for sums in (old, new))
    gained = (new - black) * lit - (old - black) * lit_now
    bounds = ((change, 1), (added, 1), (gained, max(lit, lit_now)))
    return min(int((np.abs(rest) > limit * times * by).sum()) for rest, by in bounds)


def _camera(before: Pixels, now: Pixels) -> tuple[int, int]:
    if min(now.shape) < 36:
        return 0, 0
    return _agreed(_votes(before, now)), _agreed(_votes(before.T, now.T))


def _agreed(votes: list[int | None]) -> int:
    heard = sorted(vote for place, vote in enumerate(votes) if place != 4 and vote is not None)
    middle = heard[len(heard) // 2] if heard else 0
    return middle if sum(abs(vote - middle) <= 4 for vote in heard) >= 5 else 0


def _votes(before: Pixels, now: Pixels) -> list[int | None]:
    high, wide = now.shape[0] // 3, now.shape[1] // 3
    return [
        _vote(*(_edges(p, y * high, x * wide, high, wide) for p in (before, now))) for y in range(3) for x in range(3)
    ]


def _edges(picture: Pixels, top: int, left: int, high: int, wide: int) -> Array:
    added = picture[top : top + high, left : left + wide].astype(int).sum(0)
    return np.asarray(added[2:] - added[:-2])


def _vote(before: Array, now: Array) -> int | None:
    reach = min(10, (now.size + 1) // 4)
    inner = now[reach:-reach]
    costs = [int(np.abs(before[at : at + inner.size] - inner).sum()) for at in range(2 * reach + 1)]
    best = costs.index(min(costs))
    if not 0 < best < 2 * reach or costs[best] * 2 * len(costs) >= sum(costs):
        return None
    left, right = costs[best - 1], costs[best + 1]
    depth = max(1, max(left, right) - costs[best])
    return (best - reach) * 8 + (8 * (left - right) + depth) // (2 * depth)
