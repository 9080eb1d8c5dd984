"""Verdicts on lines: which of them are surely of one emitter somewhere, or surely on a known track.

Lines that may be of one emitter are explained together, in every way of grouping them; a verdict is what
nearly all of the probability agrees on.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np

from contracts.columns import FloatArray, IntArray
from fusion.carriers import in_direction
from fusion.compiled import compiled
from fusion.explaining import Explanation, explain, spread_of
from fusion.identity import DOMAIN_OF_TYPE, PRIOR
from fusion.lines import Lines, one_emitter, same_kind
from fusion.noise import Noise
from fusion.partitions import Group, clusters, shares
from fusion.tracks import Tracks

READY_HEARD: Final = 3
READY_S: Final = 8.0
"""A line is explained from so many intercepts and so long a time on: one intercept can be anything."""

FRESH_S: Final = 40.0
"""A line is explained while it is heard; one that is silent has nothing new to say."""

BELIEVED: Final = 0.9
"""Probability from which a place is believed."""

TIED: Final = 0.97
TIED_S: Final = 25.0
"""Probability from which a line is tied to a track, and how long it must have been heard: a tie lasts, and
what lies in one direction for a moment soon does not."""

SIGMA_MAX_M: Final = 4_000.0
"""One sigma of the long axis at which a place is worth showing: an AOU of ten kilometres; assumed."""

MAY_CARRY: Final = 1e-3
BESIDE2: Final = 16.0
"""How likely a track must be to carry what is heard, compared with anything, and how near in squared
distance, for a place to be taken for the track's own, badly measured; assumed."""

CLUSTER_MAX: Final = 7
"""Lines that are explained together; of more alike, those heard most, and none of them is placed."""


class Placed(NamedTuple):
    """Some lines that are surely of one emitter, and where it is."""

    group: Group
    found: Explanation


class Tied(NamedTuple):
    """A line that is surely of an emitter on a track."""

    line: int
    row: int
    chance: float


class Verdicts(NamedTuple):
    """What was found.

    Attributes:
        placed: emitters with a position.
        tied: lines of emitters on tracks.
        support: probability that each line is of an emitter at a place where no track is.
        left_out: lines that were not explained, as too many are alike.
    """

    placed: list[Placed]
    tied: list[Tied]
    support: dict[int, float]
    left_out: list[int]


def judge(
    lines: Lines, count: int, tracks: Tracks, rows: int, noise: Noise, now_s: float, since_s: float
) -> Verdicts:
    """Explain the lines that are being heard.

    Args:
        lines: the table of lines.
        count: how many of its rows are in use.
        tracks: what may carry emitters.
        rows: how many of its rows are in use.
        noise: of their motion.
        now_s: exercise time; the tracks are predicted to it.
        since_s: when this was last done; lines with nothing new since are left out.
    """
    verdicts = Verdicts([], [], {}, [])
    ready = np.flatnonzero(
        (lines.heard[:count] >= READY_HEARD)
        & (lines.last_s[:count] > now_s - FRESH_S)
        & (lines.last_s[:count] - lines.first_s[:count] >= READY_S)
    )
    alike = kinship(lines, ready)
    place = {line: k for k, line in enumerate(ready.tolist())}

    def kin(first: int, second: int) -> float:
        return float(alike[place[first], place[second]])

    for cluster in clusters(tuple(place), lambda a, b: kin(a, b) > -np.inf):
        if max(lines.last_s[list(cluster)]) > since_s:
            _judge_together(lines, cluster, kin, tracks, rows, noise, now_s, verdicts)
    return verdicts


@compiled
def kinship(lines: Lines, ready: IntArray) -> FloatArray:
    """Return (R, R) how likely every two lines are of one emitter by their attributes, as a log ratio.

    Minus infinity where they cannot be: of one site, or of other attributes.
    """
    alike = np.full((ready.size, ready.size), -np.inf)
    for a in range(ready.size):
        for b in range(a):
            if lines.founder[ready[a], 0] != lines.founder[ready[b], 0]:
                alike[a, b] = alike[b, a] = same_kind(lines, ready[a], ready[b])
    return alike


def _judge_together(
    lines: Lines,
    cluster: Group,
    kin: Callable[[int, int], float],
    tracks: Tracks,
    rows: int,
    noise: Noise,
    now_s: float,
    verdicts: Verdicts,
) -> None:
    """Explain some lines together, and add what is sure."""
    crowded = len(cluster) > CLUSTER_MAX
    if crowded:
        most = sorted(cluster, key=lambda line: (-int(lines.heard[line]), line))
        cluster = tuple(sorted(most[:CLUSTER_MAX]))
        verdicts.left_out.extend(most[CLUSTER_MAX:])
    carriers = {
        line: in_direction(tracks, rows, lines, line, PRIOR, DOMAIN_OF_TYPE, noise) for line in cluster
    }
    explained: dict[Group, Explanation] = {}
    weights: dict[Group, float] = {}

    def may_join(first: int, second: int) -> bool:
        return kin(first, second) > -np.inf

    def log_weight(group: Group) -> float:
        common = _common([carriers[line] for line in group])
        explained[group] = explain(lines, np.array(group, np.int64), tracks, *common, noise, now_s)
        weights[group] = explained[group].log_weight + sum(kin(group[0], other) for other in group[1:])
        return weights[group]

    by_room = shares(cluster, may_join, log_weight)
    even = levelled(explained, weights)
    by_fit = shares(cluster, may_join, even.__getitem__) if len(cluster) > 2 else by_room
    alone = [line for line in cluster if by_room[line,] > 1.0 - BELIEVED]
    on_track: dict[int, dict[int, float]] = {line: {} for line in cluster}
    for group, room_share in by_room.items():
        found, share = explained[group], min(room_share, by_fit[group])
        for line in group:
            verdicts.support[line] = max(verdicts.support.get(line, 0.0), share * found.elsewhere)
            for row, chance in zip(found.rows.tolist(), found.on_track.tolist(), strict=True):
                on_track[line][row] = on_track[line].get(row, 0.0) + room_share * chance
        sure = not crowded and share * found.elsewhere >= BELIEVED
        if sure and _worth_showing(lines, group, found) and not may_be_two(group, alone, weights):
            near = [_beside(found, tracks, *carriers[line][:2]) for line in group]
            verdicts.placed.extend([] if any(near) else [Placed(group, found)])
    verdicts.tied.extend(_tied(lines, on_track))


def _tied(lines: Lines, on_track: dict[int, dict[int, float]]) -> Iterator[Tied]:
    """Yield the lines of a cluster that are surely on one track, of their tracks' probabilities."""
    for line, chances in on_track.items():
        row, chance = max(chances.items(), key=lambda item: item[1], default=(-1, 0.0))
        long = lines.last_s[line] - lines.first_s[line] >= TIED_S or len(on_track) > 1
        if chance >= TIED and long:
            yield Tied(line, row, chance)


def levelled(explained: dict[Group, Explanation], weights: dict[Group, float]) -> dict[Group, float]:
    """Return the groups' log weights as if the ellipses of all groups of as many lines were of one size.

    Evidence prefers the crossing with the larger ellipse, because more places are there to be in: right, if
    emitters are spread evenly as far as a site can hear. They are not, so a ghost must not be told by it.
    """
    areas: dict[int, list[float]] = {}
    for group, found in explained.items():
        if found.fit is not None:
            areas.setdefault(len(group), []).append(found.log_area)
    even = dict(weights)
    for group, found in explained.items():
        if found.fit is not None:
            shift = float(np.mean(areas[len(group)])) - found.log_area
            even[group] += float(np.log1p(found.elsewhere * np.expm1(np.clip(shift, -20.0, 20.0))))
    return even


def may_be_two(group: Group, alone: list[int], weights: dict[Group, float]) -> bool:
    """Return whether a line of a group may be of two emitters, too close to tell apart for its site.

    Then another site hears two lines, and the one that is left alone would rather be with that line, too.
    """
    pairs = [(line, other) for line in group for other in alone if other not in group]
    return any(
        weights.get((min(pair), max(pair)), -np.inf) > weights[pair[0],] + weights[pair[1],] for pair in pairs
    )


def _common(carriers: list[tuple[IntArray, FloatArray, float]]) -> tuple[IntArray, FloatArray, float]:
    """Return the tracks in the direction of all lines, and how likely they and all others are to carry it."""
    rows, chance, everywhere = carriers[0]
    for others, theirs, others_everywhere in carriers[1:]:
        rows, here, there = np.intersect1d(rows, others, assume_unique=True, return_indices=True)
        chance = np.sqrt(chance[here] * theirs[there])
        everywhere = max(everywhere, others_everywhere)
    return rows, chance, everywhere


def _beside(found: Explanation, tracks: Tracks, rows: IntArray, chance: FloatArray) -> bool:
    """Return whether one of the (C,) tracks in a line's direction may carry it and is as good as at a place.

    Some bearings of an emitter always err to one side, and make a line that its own track does not fit.
    """
    if found.fit is None:
        return False
    off_m = (tracks.ecef_m[rows[chance > MAY_CARRY]] - found.fit.ecef_m) @ found.fit.axes[:2].T
    squared = np.einsum("ci,ij,cj->c", off_m, np.linalg.inv(spread_of(found.fit)), off_m)
    return bool((squared < BESIDE2).any())


def _worth_showing(lines: Lines, group: Group, found: Explanation) -> bool:
    """Return whether a place is known well enough, from enough looks of one emitter, and fits them."""
    place = found.fit
    if place is None or place.looks < 3 or not one_emitter(lines, np.array(group, np.int64)):
        return False
    small = np.linalg.eigvalsh(spread_of(place))[-1] < SIGMA_MAX_M**2
    freedom = place.looks - 2
    # Chi-square by Wilson and Hilferty, one in a thousand.
    limit = freedom * (1.0 - 2.0 / (9.0 * freedom) + 3.09 * (2.0 / (9.0 * freedom)) ** 0.5) ** 3
    return bool(small and place.cost < limit)
