"""What a sensor of a file shows of itself, scan by scan: where it sees, how surely, and how much is false.

Files of reports say nothing of that. What the settings do not tell either is estimated as the scans go
by, never from later ones. The first words are guesses, and fade.
"""

from dataclasses import dataclass, field
from math import isnan, nan, pi
from typing import Final

import numpy as np

from contracts.columns import BoolArray, FloatArray
from fusion.clutter_map import ClutterMap
from fusion.sensor_settings import SensorSettings

FIRST_SEEN: Final = (8.0, 10.0)
"""A sensor begins as if it had seen so many of so many objects; a guess that ten looks outweigh."""

SEEN_LEAST: Final = 0.1
SEEN_MOST: Final = 0.98
"""Bounds of an estimated detection probability."""

FIRST_FALSE_SHARE: Final = 0.1
"""Share of the first scans' plots that are taken as false, while nothing is believed; a guess."""

MEMORY_SCANS: Final = 20.0
"""How many scans an estimate remembers."""

LEARNT_SCANS: Final = 5
"""From this scan on what no track has claimed is counted as false: before, the tracks are not there yet."""

EDGE: Final = 0.05
"""Share of where a sensor's reports come from that is its edge: there it is not told what it misses."""

FIRST_ALIKE: Final = (8.0, 10.0)
"""Two looks in a row begin as if their errors had been so much alike: with nothing known, doubt; a guess."""

MEMORY_ERRORS: Final = 500.0
"""How many errors their likeness remembers."""

LOOKS_PER_ERROR_MAX: Final = 200.0
"""More looks than this are never taken as one."""

FALSE_LEAST: Final = 0.05
"""Fewest false plots of a scan that are reckoned with."""


@dataclass(slots=True)
class Habits:
    """One sensor.

    Attributes:
        settings: what is known of it.
        place: among the engine's sources.
        scans: how many there were.
        ended_s: end of the last one.
        turn_s: time between the last two.
        reach_m: farthest range of a report so far.
        seen: objects seen, fading.
        expected: objects that should have been, fading.
        false: false reports of a scan.
        clutter: where false bearings come from.
        alike: sum of the products of two errors in a row, fading.
        squared: sum of their squares, fading.
    """

    settings: SensorSettings
    place: int
    scans: int = 0
    ended_s: float = nan
    turn_s: float = nan
    reach_m: float = 0.0
    seen: float = FIRST_SEEN[0]
    expected: float = FIRST_SEEN[1]
    false: float = nan
    clutter: ClutterMap = field(default_factory=ClutterMap)
    alike: float = FIRST_ALIKE[0]
    squared: float = FIRST_ALIKE[1]

    def begin(self, end_s: float, reports: int) -> None:
        """Take note of a scan with reports before they are folded."""
        if not isnan(self.ended_s) and end_s > self.ended_s:
            self.turn_s = end_s - self.ended_s
        self.ended_s = end_s
        self.scans += 1
        if isnan(self.false):
            self.false = FIRST_FALSE_SHARE * reports

    def learn(self, seen: int, expected: int, unclaimed: float) -> None:
        """Take note of how a scan went.

        Args:
            seen: believed tracks that got a report of it.
            expected: believed tracks that should have.
            unclaimed: reports that no believed track got.
        """
        if self.scans <= LEARNT_SCANS:
            return
        keep = 1.0 - 1.0 / MEMORY_SCANS
        if expected:
            # Fading is by objects, up to a scan's worth: many objects tell soon, few tell late.
            self.seen, self.expected = keep * self.seen + seen, keep * self.expected + expected
        self.false = keep * self.false + (1.0 - keep) * unclaimed

    def compare(self, now: FloatArray, before: FloatArray) -> None:
        """Take note of (H,) normalised errors of tracks heard in two looks in a row."""
        if len(now):
            keep = max(1.0 - len(now) / MEMORY_ERRORS, 0.5)
            self.alike = keep * self.alike + float((now * before).sum())
            self.squared = keep * self.squared + 0.5 * float((now * now + before * before).sum())

    @property
    def looks_per_error(self) -> float:
        """How many looks in a row share the error of their bearings: of an error that fades evenly."""
        if self.settings.looks_per_error is not None:
            return self.settings.looks_per_error
        alike = max(self.alike / self.squared, 0.0)
        return min((1.0 + alike) / max(1.0 - alike, 1e-3), LOOKS_PER_ERROR_MAX)

    @property
    def detection_probability(self) -> float:
        """Of an object in sight."""
        known = self.settings.detection_probability
        return known if known is not None else min(max(self.seen / self.expected, SEEN_LEAST), SEEN_MOST)

    @property
    def range_max_m(self) -> float:
        """How far it sees."""
        return self.settings.range_max_m or max(self.reach_m, 1.0)

    @property
    def false_per_m2(self) -> float:
        """False plots per square metre of the disc that it sees."""
        return self.settings.false_per_m2 or max(self.false, FALSE_LEAST) / (pi * self.range_max_m**2)

    @property
    def false_per_rad(self) -> float:
        """False bearings per radian."""
        return self.settings.false_per_rad or max(self.false, FALSE_LEAST) / (2.0 * pi)


def inside(ecef_m: FloatArray, low_m: FloatArray, high_m: FloatArray) -> BoolArray:
    """Return (N,) which places are well within a box, on the sides that it has."""
    edge_m = EDGE * (high_m - low_m)
    well: BoolArray = (ecef_m >= low_m + edge_m) & (ecef_m <= high_m - edge_m)
    fine: BoolArray = np.all(well | (high_m - low_m < 1.0), axis=1)
    return fine


def within(ecef_m: FloatArray, site_m: FloatArray, habits: Habits) -> BoolArray:
    """Return (N,) which places are well within the range of a sensor; one without a range sees all."""
    reach_m = habits.settings.range_max_m or habits.reach_m or np.inf
    near: BoolArray = ((ecef_m - site_m) ** 2).sum(axis=1) < ((1.0 - EDGE) * reach_m) ** 2
    return near
