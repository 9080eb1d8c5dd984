"""Which lines are of one emitter: every way to group them, each weighed, and what all of them agree on."""

from collections.abc import Callable, Iterator
from itertools import combinations
from math import exp, inf
from typing import Final

Group = tuple[int, ...]
"""Lines of one emitter, in rising order."""

PARTITIONS_MAX: Final = 4_000
"""Ways of grouping that are weighed; beyond, nothing is grouped."""

MEMBERS_MAX: Final = 4
"""Lines of one emitter that are looked at together."""


def shares(
    lines: Group, may_join: Callable[[int, int], bool], log_weight: Callable[[Group], float]
) -> dict[Group, float]:
    """Return the probability of every group of lines that is in some way of grouping them.

    Args:
        lines: all of them.
        may_join: whether two lines may be of one emitter.
        log_weight: log of how likely a group is, as one emitter, to have made its lines.

    Returns:
        Group to probability; the groups with a line in common exclude each other. When there are too
        many ways, every line is by itself. Every group here has been weighed.
    """
    weights: dict[Group, float] = {}

    def weight(group: Group) -> float:
        if group not in weights:
            weights[group] = log_weight(group)
        return weights[group]

    def alone() -> dict[Group, float]:
        for line in lines:
            weight((line,))
        return {(line,): 1.0 for line in lines}

    ways: list[tuple[float, tuple[Group, ...]]] = []
    for way in _ways(lines, may_join):
        if len(ways) >= PARTITIONS_MAX:
            return alone()
        ways.append((sum(weight(group) for group in way), way))
    top = max((log for log, _ in ways), default=-inf)
    if top == -inf:
        return alone()
    total = sum(exp(log - top) for log, _ in ways)
    found: dict[Group, float] = {}
    for log, way in ways:
        for group in way:
            found[group] = found.get(group, 0.0) + exp(log - top) / total
    return found


def _ways(lines: Group, may_join: Callable[[int, int], bool]) -> Iterator[tuple[Group, ...]]:
    """Yield every way to group lines, the first line's group first."""
    if not lines:
        yield ()
        return
    first, rest = lines[0], lines[1:]
    friends = [line for line in rest if may_join(first, line)]
    for size in range(min(len(friends), MEMBERS_MAX - 1) + 1):
        for others in combinations(friends, size):
            if all(may_join(a, b) for a, b in combinations(others, 2)):
                left = tuple(line for line in rest if line not in others)
                for way in _ways(left, may_join):
                    yield ((first, *others), *way)


def clusters(lines: Group, may_join: Callable[[int, int], bool]) -> list[Group]:
    """Return the lines in groups that have nothing to do with each other, in rising order."""
    left, found = list(lines), list[Group]()
    while left:
        cluster, edge = [left.pop(0)], 0
        while edge < len(cluster):
            near = [line for line in left if may_join(cluster[edge], line)]
            left = [line for line in left if line not in near]
            cluster += near
            edge += 1
        found.append(tuple(sorted(cluster)))
    return found
