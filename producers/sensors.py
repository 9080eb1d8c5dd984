"""Every sensor of a scenario behind one face: its batch number n is a pure function of the world."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from contracts.columns import BoolArray
from contracts.control import SensorStatus
from contracts.topics import Discipline
from producers.cyber import watch
from producers.produced import Produced
from producers.radar import detection_probability, scan_sector, sees
from producers.scenario import Scenario
from producers.scenario_rows import (
    InterceptRow,
    RadarRow,
    SelfReportRow,
    SensorRow,
    SitedRow,
    WatchFloorRow,
)
from producers.selfreport import receive
from producers.sight import site_at, within_reach
from producers.sigint import intercept
from producers.world import World

SensorKind = Literal["radar", "intercept", "self-report", "watch-floor"]
DETECTABLE_PROBABILITY: Final = 0.5
"""An object counts as detectable where some radar sees it at least half of the time."""


@dataclass(frozen=True, slots=True)
class Sensor:
    """One sensor of the scenario.

    Attributes:
        row: what the scenario says of it.
        discipline: the feed that it belongs to.
        step_s: exercise time that one batch covers.
    """

    row: SensorRow
    kind: SensorKind
    discipline: Discipline
    step_s: float

    @property
    def name(self) -> str:
        """Its name, unique in the exercise."""
        return self.row.name

    def produce(self, world: World, sequence: int, produced_at_s: float) -> Produced:
        """Return batch number ``sequence``: [STARTEX + n step, STARTEX + (n + 1) step)."""
        match self.row:
            case RadarRow():
                return scan_sector(self.row, world, sequence, produced_at_s)
            case InterceptRow():
                return intercept(self.row, world, sequence, produced_at_s)
            case SelfReportRow():
                return receive(self.row, world, sequence, produced_at_s)
            case WatchFloorRow():
                return watch(self.row, world, sequence, produced_at_s)
            case _:
                raise AssertionError(f"no sensor is made of {type(self.row).__name__}")

    def delay_s(self, world: World, at_s: float) -> float:
        """Return how long an attack holds its batches back, beyond the end of their interval."""
        return sum(effect.magnitude for effect in world.effects_on(self.name, at_s) if effect.act == "delay")

    def status(self, world: World, exercise_now_s: float, at_s: float) -> SensorStatus:
        """Return what the sensor says of itself, its counters still 0.

        Args:
            world: the truth.
            exercise_now_s: moment for which position and state are told.
            at_s: wall time of the status.
        """
        place = site_at(self.row, world, exercise_now_s) if isinstance(self.row, SitedRow) else None
        troubled = any(effect.act in ("off", "jam") for effect in world.effects_on(self.name, exercise_now_s))
        gone = place is not None and not place.here
        return SensorStatus(
            exercise=world.scenario.exercise,
            nation=self.row.nation,
            discipline=self.discipline,
            sensor=self.name,
            sensor_kind=self.kind,
            state="degraded" if troubled or gone else "online",
            at_s=at_s,
            lat_deg=place.lat_deg if place else None,
            lon_deg=place.lon_deg if place else None,
            height_m=place.height_m if place else None,
            range_max_m=self.row.range_km * 1000.0 if isinstance(self.row, SitedRow) else None,
            mobile=isinstance(self.row, SitedRow) and self.row.platform is not None,
            label=self.row.label,
        )


def sensors_of(scenario: Scenario) -> tuple[Sensor, ...]:
    """Return every sensor of a scenario."""
    return tuple(_sensor(row) for row in scenario.sensors)


def detectable(world: World, at_s: float) -> BoolArray:
    """Return (N,) which platforms some radar or receiver could have noticed at a time.

    A radar: it is on, looks for such platforms, has a free line of sight, and would see this one at
    least half of the time. A receiver of self-reports: it is on, in reach, and the platform speaks.
    Bearings alone do not count: they make no position.
    """
    states = world.states(at_s)
    found = np.zeros(len(states.here), dtype=bool)
    for row in (*world.scenario.radars, *world.scenario.self_reports):
        site = site_at(row, world, at_s)
        if not site.here or any(effect.act == "off" for effect in world.effects_on(row.name, at_s)):
            continue
        near = within_reach(site, states, world, row.range_km * 1000.0)
        if isinstance(row, RadarRow):
            places = np.flatnonzero(near & sees(row, world, states) & ~found)
            range_m: np.ndarray[tuple[int], np.dtype[np.float64]] = np.linalg.norm(
                states.ecef_m[places] - site.ecef_m, axis=1
            )
            section_m2 = world.fleet.cross_section_m2[places]
            found[places] = detection_probability(row, section_m2, range_m) >= DETECTABLE_PROBABILITY
        else:
            found |= near & (world.fleet.claimed_id > 0)
    return found


def _sensor(row: SensorRow) -> Sensor:
    match row:
        case RadarRow():
            return Sensor(row, "radar", "radar", row.revolution_s / row.sectors)
        case InterceptRow():
            return Sensor(row, "intercept", "sigint", row.step_s)
        case SelfReportRow():
            return Sensor(row, "self-report", "sigint", row.step_s)
        case WatchFloorRow():
            return Sensor(row, "watch-floor", "cyber", row.step_s)
        case _:
            raise AssertionError(f"no sensor is made of {type(row).__name__}")
