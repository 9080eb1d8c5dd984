"""Scores what pictures say of the objects that they show: side, domain and type."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.scoring import Matched
from benchmarks.situation import SIDES, UNDECLARED, Objects, Shown
from contracts.columns import IntArray
from contracts.platforms import PLATFORM_TYPES, Domain

_UNKNOWN_TYPES = [place for place, kind in enumerate(PLATFORM_TYPES) if kind.name.startswith("unknown")]


@dataclass(frozen=True, slots=True)
class Said:
    """What one picture said of the objects that it showed.

    Attributes:
        sides: (3, 4) pairs by true side and by declared side; the last column is "not declared".
        domains_right: pairs whose domain was right.
        domains_said: pairs that said a domain.
        types_right: pairs whose most probable type was the true one.
        types_said: pairs that said a type.
    """

    sides: IntArray
    domains_right: int
    domains_said: int
    types_right: int
    types_said: int


@dataclass(frozen=True, slots=True)
class SaidTotals:
    """The same over many pictures, as shares.

    Attributes:
        declared_share: pairs that declare a side, among all.
        side_accuracy: pairs whose side is right, among those that declare one.
        friend_as_hostile: pairs that call a friend or neutral hostile, among those of friends and neutrals.
        hostile_as_friend: pairs that call a hostile friend or neutral, among those of hostiles.
        confusion: (3, 4) true side by declared side and "not declared".
    """

    pairs: int
    declared_share: float
    side_accuracy: float
    friend_as_hostile: float
    hostile_as_friend: float
    domain_accuracy: float
    type_said_share: float
    type_accuracy: float
    confusion: dict[str, dict[str, int]]


def said(objects: Objects, shown: Shown, matched: Matched) -> Said:
    """Compare what is shown with what is."""
    true, told = objects.side[matched.object_row], shown.side[matched.track_row]
    sides = np.zeros((len(SIDES), len(SIDES) + 1), np.int64)
    np.add.at(sides, (true, np.where(told == UNDECLARED, len(SIDES), told)), 1)
    domain = shown.domain[matched.track_row]
    platform = shown.platform[matched.track_row]
    named = ~np.isin(platform, _UNKNOWN_TYPES)
    return Said(
        sides=sides,
        domains_right=int((_surfaced(objects.domain[matched.object_row]) == _surfaced(domain)).sum()),
        domains_said=int((domain != Domain.UNKNOWN).sum()),
        types_right=int((platform == objects.platform[matched.object_row])[named].sum()),
        types_said=int(named.sum()),
    )


def total_said(parts: Sequence[Said]) -> SaidTotals:
    """Sum up; nan where there is nothing."""
    sides = sum((part.sides for part in parts), start=np.zeros((len(SIDES), len(SIDES) + 1), np.int64))
    pairs, declared = int(sides.sum()), int(sides[:, :3].sum())
    named = sum(part.types_said for part in parts)
    columns = (*SIDES, "undeclared")
    return SaidTotals(
        pairs=pairs,
        declared_share=_ratio(declared, pairs),
        side_accuracy=_ratio(int(np.trace(sides[:, :3])), declared),
        friend_as_hostile=_ratio(int(sides[:2, 2].sum()), int(sides[:2].sum())),
        hostile_as_friend=_ratio(int(sides[2, :2].sum()), int(sides[2].sum())),
        domain_accuracy=_ratio(
            sum(part.domains_right for part in parts), sum(part.domains_said for part in parts)
        ),
        type_said_share=_ratio(named, pairs),
        type_accuracy=_ratio(sum(part.types_right for part in parts), named),
        confusion={
            side: dict(zip(columns, row, strict=True))
            for side, row in zip(SIDES, sides.tolist(), strict=True)
        },
    )


def _surfaced(domain: IntArray) -> IntArray:
    """Return domains with submarines counted as ships: only on the surface does a radar see one."""
    return np.where(domain == Domain.SUBSURFACE, int(Domain.SURFACE), domain)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
