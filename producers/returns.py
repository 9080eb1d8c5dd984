"""What a radar's antenna gets back in one sector, before it becomes plots."""

import math
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import BoolArray, FloatArray, IntArray
from contracts.reports import TWO_PI
from producers.scenario_rows import RadarRow

BLIND_M: Final = 500.0
"""Nearer than this a radar is still transmitting: nothing is seen."""


@dataclass(frozen=True, slots=True)
class Returns:
    """M returns on their way to being plots: whose, where from, when and how strong."""

    platform: IntArray
    at_s: FloatArray
    range_m: FloatArray
    azimuth_rad: FloatArray
    elevation_rad: FloatArray
    height_m: FloatArray
    range_rate_m_per_s: FloatArray
    power: FloatArray

    def pick(self, rows: BoolArray | NDArray[np.int64]) -> "Returns":
        """Return some of them, by a mask or in the order of indices."""
        return Returns(**{column.name: getattr(self, column.name)[rows] for column in fields(self)})


NOTHING: Final = Returns(np.zeros(0, dtype=np.int64), *[np.zeros(0) for _ in range(7)])


def join(*parts: Returns) -> Returns:
    """Return all of them as one."""
    return Returns(
        **{
            column.name: np.concatenate([getattr(part, column.name) for part in parts])
            for column in fields(Returns)
        }
    )


@dataclass(frozen=True, slots=True)
class Sector:
    """The interval and the angle that one batch covers."""

    from_s: float
    to_s: float
    scan: int
    from_rad: float
    width_rad: float

    @property
    def middle_s(self) -> float:
        """When the beam is in its middle."""
        return 0.5 * (self.from_s + self.to_s)

    def covers(self, azimuth_rad: FloatArray) -> BoolArray:
        """Return which azimuths the beam passes."""
        inside: BoolArray = np.mod(azimuth_rad - self.from_rad, TWO_PI) < self.width_rad
        return inside

    def passes_s(self, azimuth_rad: FloatArray) -> FloatArray:
        """Return when the beam passes azimuths inside the sector."""
        part = np.minimum(np.mod(azimuth_rad - self.from_rad, TWO_PI) / self.width_rad, 1.0)
        times: FloatArray = self.from_s + part * (self.to_s - self.from_s)
        return times


def sector_of(row: RadarRow, startex_s: float, sequence: int) -> Sector:
    """Return the sector that a batch covers."""
    step_s = row.revolution_s / row.sectors
    width_rad = TWO_PI / row.sectors
    return Sector(
        from_s=startex_s + sequence * step_s,
        to_s=startex_s + (sequence + 1) * step_s,
        scan=sequence // row.sectors,
        from_rad=width_rad * (sequence % row.sectors),
        width_rad=width_rad,
    )


def threshold(row: RadarRow) -> float:
    """Return the power, in units of the noise's, above which a return is a plot."""
    return -math.log(row.false_alarm_probability)
