"""What spoofing and attacks do to tracks: is the true track kept, who is dragged, when is it over?

The scenario's effects say what was attacked and when; a picture names the newest report of every source
behind a track, and the truth's attributions say whose each report was. So a track that an attacked
radar has fed is compared with the object that was behind the plot, wherever the plot was put.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.rehearsal import Cycle, ReportKey
from benchmarks.scoring import CycleScore, axes_at, squared_sigma
from benchmarks.situation import Objects, Shown
from contracts.columns import FloatArray
from contracts.control import TruthAttribution
from contracts.picture import Picture
from producers.scenario import Scenario

AOU_SIGMA: Final = math.sqrt(-2.0 * math.log(0.05))
"""Axes of the area of uncertainty that the map draws, in sigma: 95 % in two dimensions, 2.45."""

DRAGGED_AOU: Final = 2.0
"""A track that far from its object, in radii of its AOU, is not so by chance: 4.9 sigma, one in 160,000."""

AFTER_S: Final = 600.0
"""How long tracks are watched after an attack, and before it for comparison."""

RECENT_S: Final = 60.0
"""A radar that has spoken of a track within this time feeds it."""

_DOUBTED_BELOW: Final = 0.9
_NEVER: Final = math.nan


@dataclass(frozen=True, slots=True)
class Look:
    """An attacked radar's tracks in one picture.

    Attributes:
        since_s: exercise time since the attack began; negative before.
        trust: of the radar, as the picture has it.
        effect: what the picture says is done to it.
        aou: (K,) distance of each track that it feeds from its object, in radii of the track's AOU.
        error_m: (K,) the same in metres.
        track_id: (K,) which tracks.
        forged: tracks made of nothing but its forged plots.
    """

    since_s: float
    trust: float
    effect: str
    aou: FloatArray
    error_m: FloatArray
    track_id: tuple[int, ...]
    forged: int


@dataclass(frozen=True, slots=True)
class SpoofedTotals:
    """A platform whose self-reports are falsified, over the pictures of that time.

    Attributes:
        platform: its name.
        pictures: in which it was detectable.
        shown_share: of them, with a track for it.
        within_aou_share: of those with a track, with the truth inside the track's AOU.
        claimed_share: of those with a track, that show the claimed position beside it.
        worst_aou: farthest that the track was from the truth, in radii of its AOU.
        worst_m: the same in metres.
    """

    platform: str
    pictures: int
    shown_share: float
    within_aou_share: float
    claimed_share: float
    worst_aou: float
    worst_m: float


@dataclass(frozen=True, slots=True)
class AttackedTotals:
    """A radar whose data are attacked, in one run.

    Attributes:
        sensor: its name.
        tracks: different tracks that it has fed since the attack began.
        outside_before_share: of its tracks times pictures before, with the object outside the track's AOU;
            one in twenty when honest.
        outside_share: the same since the attack began.
        dragged_tracks: different tracks that were ever dragged: farther than 2 radii of their AOU.
        dragged_pictures: tracks times pictures with one dragged.
        dragged_before_share: tracks times pictures dragged before, among all before.
        worst_aou: farthest of all, in radii of the AOU.
        worst_m: the same in metres.
        forged_pictures: tracks times pictures made of nothing but forged plots.
        undragged_after_s: exercise time from the attack's begin to the first picture from which on no more
            tracks are dragged than before.
        doubted_after_s: exercise time from the attack's begin to the first picture that trusts it less.
        event_after_s: exercise time from the attack's begin to the first picture that tells of it.
        closed_after_s: exercise time from the attack's end to the first picture that tells of it no more.
        trusted_after_s: exercise time from the attack's end to the first picture that trusts it again.
    """

    sensor: str
    tracks: int
    outside_before_share: float
    outside_share: float
    dragged_tracks: int
    dragged_pictures: int
    dragged_before_share: float
    worst_aou: float
    worst_m: float
    forged_pictures: int
    undragged_after_s: float
    doubted_after_s: float
    event_after_s: float
    closed_after_s: float
    trusted_after_s: float


@dataclass(slots=True)
class Spoofed:
    """A platform whose self-reports are falsified, and how its track did.

    Attributes:
        pictures: in which it was detectable.
        claimed: of those with a track, that show the claimed position.
        aou: distance of its track from the truth in each of those, in radii of the AOU.
        error_m: the same in metres.
    """

    platform: str
    from_s: float
    to_s: float
    pictures: int = 0
    claimed: int = 0
    aou: list[float] = field(default_factory=list)
    error_m: list[float] = field(default_factory=list)

    def take(self, objects: Objects, shown: Shown, picture: Picture, score: CycleScore) -> None:
        """Take in one scored picture."""
        if not self.from_s < picture.valid_at_s <= self.to_s or self.platform not in objects.name:
            return
        place = objects.name.index(self.platform)
        if not objects.detectable[place]:
            return
        self.pictures += 1
        for k in np.flatnonzero(score.matched.object_row == place).tolist():
            self.aou.append(float(np.sqrt(score.matched.nees[k])) / AOU_SIGMA)
            self.error_m.append(float(score.matched.error_m[k]))
            row = int(shown.row[score.matched.track_row[k]])
            self.claimed += bool(np.isfinite(picture.claimed_lat_deg[row]))

    def totals(self) -> SpoofedTotals:
        """Return it in numbers."""
        return SpoofedTotals(
            platform=self.platform,
            pictures=self.pictures,
            shown_share=_ratio(len(self.aou), self.pictures),
            within_aou_share=_ratio(sum(value <= 1.0 for value in self.aou), len(self.aou)),
            claimed_share=_ratio(self.claimed, len(self.aou)),
            worst_aou=max(self.aou, default=_NEVER),
            worst_m=max(self.error_m, default=_NEVER),
        )


@dataclass(slots=True)
class Attacked:
    """A radar whose data are attacked, and what became of the tracks that it feeds.

    Attributes:
        looks: one of each picture from some time before to some time after.
        owner: whose the radar's newest plot was, of each track that it has fed since the attack began; a
            track remembers only some of its sources, so this does.
    """

    sensor: str
    from_s: float
    to_s: float
    looks: list[Look] = field(default_factory=list)
    owner: dict[int, str] = field(default_factory=dict)
    _whose: dict[ReportKey, TruthAttribution] = field(default_factory=dict)

    def take(self, cycle: Cycle, objects: Objects, shown: Shown, picture: Picture) -> None:
        """Take in one picture."""
        self._whose.update({key: told for key, told in cycle.attributions.items() if key[0] == self.sensor})
        since_s = picture.valid_at_s - self.from_s
        if not -AFTER_S < since_s <= self.to_s - self.from_s + AFTER_S or self.sensor not in picture.sources:
            return
        fed = self._fed(picture)
        key_of = dict(zip(shown.row.tolist(), shown.track_id, strict=True))
        newest = {key_of[row]: name for row, (name, _) in fed.items() if row in key_of}
        self.owner = {**self.owner, **newest} if since_s > 0.0 else newest
        tracks, places = _behind(self.owner, objects, shown)
        apart = shown.ecef_m[tracks] - objects.ecef_m[places]
        flat = np.einsum("mij,mj->mi", axes_at(objects.ecef_m[places]), apart)[:, :2]
        nees = squared_sigma(flat, shown.covariance_m2[tracks])
        health = next(one for one in picture.sensors if one.sensor == self.sensor)
        self.looks.append(
            Look(
                since_s=since_s,
                trust=health.trust,
                effect=health.effect,
                aou=np.sqrt(nees) / AOU_SIGMA,
                error_m=np.sqrt((flat * flat).sum(axis=1)),
                track_id=tuple(shown.track_id[track] for track in tracks),
                forged=sum(not name and alone for name, alone in fed.values()),
            )
        )

    def _fed(self, picture: Picture) -> dict[int, tuple[str, bool]]:
        """Return whose the radar's newest plot of each row was, and whether the row has no other source.

        Before the attack those rows that it has fed lately; since, those that it has fed since.
        """
        source = picture.sources.index(self.sensor)
        oldest_s = min(self.from_s, picture.valid_at_s - RECENT_S)
        used = np.flatnonzero(
            (picture.contribution_source == source) & (picture.contribution_measured_at_s >= oldest_s)
        )
        start = picture.contribution_start
        rows = np.searchsorted(start, used, side="right") - 1
        found: dict[int, tuple[str, bool]] = {}
        for at, row in zip(used.tolist(), rows.tolist(), strict=True):
            key = self.sensor, int(picture.contribution_epoch[at]), int(picture.contribution_sequence[at])
            told, plot = self._whose.get(key), int(picture.contribution_row[at])
            if told is not None and plot < len(told.row_platform):
                place = int(told.row_platform[plot])
                name = told.name[place] if place >= 0 else ""
                found[row] = name, int(start[row + 1] - start[row]) == 1
        return found

    def totals(self) -> AttackedTotals:
        """Return it in numbers."""
        before = [look for look in self.looks if look.since_s <= 0.0]
        since = [look for look in self.looks if look.since_s > 0.0]
        over = [look for look in since if look.since_s > self.to_s - self.from_s]
        lasted_s = self.to_s - self.from_s
        dragged = {
            key for look in since for key, far in zip(look.track_id, look.aou, strict=True) if _drag(far)
        }
        usual = _share(before, DRAGGED_AOU)
        return AttackedTotals(
            sensor=self.sensor,
            tracks=len({key for look in since for key in look.track_id}),
            outside_before_share=_share(before, 1.0),
            outside_share=_share(since, 1.0),
            dragged_tracks=len(dragged),
            dragged_pictures=sum(int(_drag(look.aou).sum()) for look in since),
            dragged_before_share=usual,
            worst_aou=max((float(look.aou.max()) for look in since if look.aou.size), default=_NEVER),
            worst_m=max((float(look.error_m.max()) for look in since if look.error_m.size), default=_NEVER),
            forged_pictures=sum(look.forged for look in since),
            undragged_after_s=_undragged_s(since, usual),
            doubted_after_s=_first_s([look for look in since if look.trust < _DOUBTED_BELOW]),
            event_after_s=_first_s([look for look in since if look.effect != "none"]),
            closed_after_s=_first_s([look for look in over if look.effect == "none"]) - lasted_s,
            trusted_after_s=_first_s([look for look in over if look.trust >= _DOUBTED_BELOW]) - lasted_s,
        )


@dataclass(slots=True)
class Attacks:
    """All attacks of a scenario, and what they do to the pictures of one run."""

    spoofed: tuple[Spoofed, ...] = ()
    attacked: tuple[Attacked, ...] = ()

    def take(self, cycle: Cycle, objects: Objects, shown: Shown, picture: Picture, score: CycleScore) -> None:
        """Take in one scored picture."""
        for one in self.spoofed:
            one.take(objects, shown, picture, score)
        for radar in self.attacked:
            radar.take(cycle, objects, shown, picture)


def attacks_of(scenario: Scenario) -> Attacks:
    """Return the scenario's attacks on claimed positions and on radars; all of one radar count as one."""
    spans: dict[str, tuple[float, float]] = {}
    spoofed: list[Spoofed] = []
    radars = {row.name for row in scenario.radars}
    for row in scenario.effects:
        from_s = scenario.startex_s + 60.0 * row.from_min
        to_s = scenario.startex_s + (scenario.duration_s if row.to_min is None else 60.0 * row.to_min)
        if row.kind == "spoof-ais" and row.platform is not None:
            spoofed.append(Spoofed(row.platform, from_s, to_s))
        elif row.kind == "cyber-attack" and row.sensor is not None and row.sensor in radars:
            known_from_s, known_to_s = spans.get(row.sensor, (from_s, to_s))
            spans[row.sensor] = min(from_s, known_from_s), max(to_s, known_to_s)
    return Attacks(tuple(spoofed), tuple(Attacked(name, *span) for name, span in sorted(spans.items())))


def _behind(owner: dict[int, str], objects: Objects, shown: Shown) -> tuple[list[int], list[int]]:
    """Return places of tracks and of the objects behind them, where there is one."""
    place_of = {name: place for place, name in enumerate(objects.name)}
    pairs = [
        (place, place_of[owner[key]])
        for place, key in enumerate(shown.track_id)
        if owner.get(key, "") in place_of
    ]
    return [track for track, _ in pairs], [place for _, place in pairs]


def _drag(aou: FloatArray) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return aou > DRAGGED_AOU


def _undragged_s(since: Sequence[Look], usual: float) -> float:
    """Return when the last picture with more dragged tracks than usual is over; NaN if it never is."""
    usual = 0.0 if math.isnan(usual) else usual
    bad = [
        k
        for k, look in enumerate(since)
        if int((look.aou > DRAGGED_AOU).sum()) > math.ceil(usual * look.aou.size)
    ]
    if not bad:
        return 0.0
    return since[bad[-1] + 1].since_s if bad[-1] + 1 < len(since) else _NEVER


def _first_s(looks: Sequence[Look]) -> float:
    return looks[0].since_s if looks else _NEVER


def _share(looks: Sequence[Look], aou: float) -> float:
    return _ratio(sum(int((look.aou > aou).sum()) for look in looks), sum(look.aou.size for look in looks))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
