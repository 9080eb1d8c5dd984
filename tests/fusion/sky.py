"""A small sky for tests: platforms on straight courses, and the batches that sensors make of them.

It is not the product's simulator: a few lines, so that a test's truth can be read at a glance.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from contracts import geodesy
from contracts.columns import FloatArray
from contracts.labels import Classification, Label
from contracts.platforms import CODE_OF_PLATFORM
from contracts.reports import RadarScan, SelfReports, SigintIntercepts, empty_intercept_columns

START_S = 1_000_000.0
EVERYONE = Label(classification=Classification.RESTRICTED, releasable_to=("USA", "JPN", "KOR"))
USA_ONLY = Label(classification=Classification.SECRET, releasable_to=("USA",))


@dataclass(frozen=True)
class Platforms:
    """(N,) where platforms are at START_S and how they move, in the frame of a reference place."""

    east_m: FloatArray
    north_m: FloatArray
    height_m: FloatArray
    v_east_m_per_s: FloatArray
    v_north_m_per_s: FloatArray
    lat_deg: float = 33.0
    lon_deg: float = 128.0

    def ecef_at(self, time_s: float) -> FloatArray:
        """(N, 3) positions; the height above the ellipsoid is kept."""
        dt_s = time_s - START_S
        origin, axes = geodesy.site_frame(self.lat_deg, self.lon_deg, 0.0)
        enu = np.stack(
            [
                self.east_m + dt_s * self.v_east_m_per_s,
                self.north_m + dt_s * self.v_north_m_per_s,
                np.zeros_like(self.east_m),
            ],
            axis=-1,
        )
        lat, lon, _ = geodesy.to_geodetic(geodesy.from_enu(enu, origin, axes))
        return geodesy.to_ecef(lat, lon, self.height_m)


def ships(
    count: int, seed: int = 1, reach_m: float = 80_000.0, lat_deg: float = 33.0, lon_deg: float = 128.0
) -> Platforms:
    """Ships spread around the reference place at 3 to 12 m/s."""
    chance = np.random.default_rng(seed)
    course, speed = chance.uniform(0, 2 * np.pi, count), chance.uniform(3, 12, count)
    return Platforms(
        chance.uniform(-reach_m, reach_m, count), chance.uniform(-reach_m, reach_m, count), np.zeros(count),
        speed * np.sin(course), speed * np.cos(course), lat_deg, lon_deg,
    )  # fmt: skip


def aircraft(count: int, seed: int = 2, reach_m: float = 150_000.0) -> Platforms:
    """Aircraft spread around the reference place at 150 to 280 m/s and 3 to 11 km."""
    chance = np.random.default_rng(seed)
    course, speed = chance.uniform(0, 2 * np.pi, count), chance.uniform(150, 280, count)
    return Platforms(
        chance.uniform(-reach_m, reach_m, count), chance.uniform(-reach_m, reach_m, count),
        chance.uniform(3e3, 11e3, count), speed * np.sin(course), speed * np.cos(course),
    )  # fmt: skip


@dataclass(frozen=True)
class Radar:
    """One radar at a place."""

    name: str = "radar-a"
    lat_deg: float = 33.2
    lon_deg: float = 128.3
    height_m: float = 1500.0
    revolution_s: float = 6.0
    sectors: int = 6
    range_max_m: float = 250_000.0
    range_sigma_m: float = 40.0
    azimuth_sigma_rad: float = 0.003
    elevation_sigma_rad: float | None = None
    detection_probability: float = 0.9
    clutter: float = 20.0
    azimuth_bias_rad: float = 0.0
    label: Label = EVERYONE

    def scans(self, platforms: Platforms, until_s: float, seed: int = 7) -> Iterator[RadarScan]:
        """Every sector from START_S to START_S + until_s."""
        step_s = self.revolution_s / self.sectors
        for number in range(int(until_s / step_s)):
            yield self.scan(platforms, number, np.random.default_rng([seed, number]))

    def scan(self, platforms: Platforms, number: int, chance: np.random.Generator) -> RadarScan:
        step_s, width = self.revolution_s / self.sectors, 2 * np.pi / self.sectors
        from_s, from_rad = START_S + number * step_s, (number % self.sectors) * width
        origin, axes = geodesy.site_frame(self.lat_deg, self.lon_deg, self.height_m)
        enu = geodesy.to_enu(platforms.ecef_at(from_s + 0.5 * step_s), origin, axes)
        range_m = np.linalg.norm(enu, axis=-1)
        # The antenna is turned, and with it the sectors.
        azimuth = (np.arctan2(enu[:, 0], enu[:, 1]) + self.azimuth_bias_rad) % (2 * np.pi)
        elevation = np.arcsin(enu[:, 2] / range_m)
        seen = (azimuth >= from_rad) & (azimuth < from_rad + width) & (range_m < self.range_max_m)
        seen &= chance.random(len(seen)) < self.detection_probability
        time_s = from_s + (azimuth[seen] - from_rad) / width * step_s
        exact = geodesy.to_enu(
            np.array([platforms.ecef_at(t)[i] for t, i in zip(time_s, np.flatnonzero(seen), strict=True)]).reshape(-1, 3),
            origin, axes,
        )  # fmt: skip
        range_m = np.linalg.norm(exact, axis=-1)
        azimuth = np.arctan2(exact[:, 0], exact[:, 1])
        elevation = np.arcsin(exact[:, 2] / range_m)
        false = chance.poisson(self.clutter / self.sectors)
        sigma_el = self.elevation_sigma_rad
        count = len(range_m) + false
        heights = np.concatenate([elevation, np.abs(chance.normal(0.01, 0.01, false))])
        return RadarScan(
            exercise="test", nation="JPN", sensor=self.name, sequence=number, measured_from_s=from_s,
            measured_to_s=from_s + step_s, produced_at_s=from_s, label=self.label, site_lat_deg=self.lat_deg,
            site_lon_deg=self.lon_deg, site_height_m=self.height_m, scan=number // self.sectors,
            revolution_s=self.revolution_s, sector_from_rad=from_rad, sector_to_rad=from_rad + width,
            range_max_m=self.range_max_m, range_sigma_m=self.range_sigma_m, azimuth_sigma_rad=self.azimuth_sigma_rad,
            elevation_sigma_rad=sigma_el, detection_probability=self.detection_probability,
            clutter_plots_per_revolution=self.clutter,
            measured_at_s=np.concatenate([time_s, chance.uniform(from_s, from_s + step_s, false)]),
            range_m=np.concatenate([
                range_m + chance.normal(0, self.range_sigma_m, len(range_m)),
                self.range_max_m * np.sqrt(chance.uniform(0.001, 1, false)),
            ]).clip(10.0),
            azimuth_rad=np.concatenate([
                azimuth + self.azimuth_bias_rad + chance.normal(0, self.azimuth_sigma_rad, len(range_m)),
                chance.uniform(from_rad, from_rad + width, false),
            ]),
            elevation_rad=np.full(count, np.nan) if sigma_el is None else heights + chance.normal(0, sigma_el, count),
            height_m=np.full(count, np.nan), range_rate_m_per_s=np.full(count, np.nan), snr_db=np.full(count, 20.0),
        )  # fmt: skip


def self_reports(
    platforms: Platforms,
    number: int,
    *,
    period_s: float = 2.0,
    shift_north_m: float = 0.0,
    sensor: str = "ais-a",
    label: Label = EVERYONE,
    seed: int = 11,
    types: tuple[str, ...] = ("cargo-ship",),
) -> SelfReports:
    """One batch: every platform says where it is; ids from 900000001 on."""
    chance = np.random.default_rng([seed, number])
    from_s = START_S + number * period_s
    at_s = from_s + 0.5 * period_s
    count = len(platforms.east_m)
    lat, lon, height = geodesy.to_geodetic(platforms.ecef_at(at_s))
    course = np.arctan2(platforms.v_east_m_per_s, platforms.v_north_m_per_s) % (2 * np.pi)
    speed = np.hypot(platforms.v_east_m_per_s, platforms.v_north_m_per_s)
    code = np.array([CODE_OF_PLATFORM[types[k % len(types)]] for k in range(count)], np.int16)
    return SelfReports(
        exercise="test", nation="JPN", sensor=sensor, sequence=number, measured_from_s=from_s,
        measured_to_s=from_s + period_s, produced_at_s=from_s, label=label,
        measured_at_s=np.full(count, at_s), claimed_id=np.arange(count) + 900_000_001,
        lat_deg=np.degrees(lat) + (chance.normal(0, 10, count) + shift_north_m) / 111_120.0,
        lon_deg=np.degrees(lon) + chance.normal(0, 10, count) / 111_120.0 / np.cos(lat),
        height_m=np.where(height > 100, height, np.nan), course_rad=course, speed_m_per_s=speed,
        position_sigma_m=np.full(count, 10.0), platform=code, name=tuple(f"MV TEST {k}" for k in range(count)),
    )  # fmt: skip


def intercepts(
    platforms: Platforms,
    number: int,
    heard: list[int],
    notation: str,
    *,
    sensor: str = "sigint-a",
    lat_deg: float = 32.8,
    lon_deg: float = 127.5,
    sigma_rad: float = 0.01,
    period_s: float = 2.0,
    frequency_hz: float = 3.3e9,
    label: Label = EVERYONE,
) -> SigintIntercepts:
    """One batch: the bearings to some platforms, all emitting the same kind of emitter."""
    chance = np.random.default_rng([13, number])
    from_s = START_S + number * period_s
    origin, axes = geodesy.site_frame(lat_deg, lon_deg, 100.0)
    enu = geodesy.to_enu(platforms.ecef_at(from_s)[heard], origin, axes)
    count = len(heard)
    columns = empty_intercept_columns(count) | {
        "frequency_hz": np.full(count, frequency_hz) + chance.normal(0, 1e5, count),
        "frequency_sigma_hz": np.full(count, 1e5),
    }
    return SigintIntercepts(
        exercise="test", nation="USA", sensor=sensor, sequence=number, measured_from_s=from_s,
        measured_to_s=from_s + period_s, produced_at_s=from_s, label=label, site_lat_deg=lat_deg, site_lon_deg=lon_deg,
        site_height_m=100.0, range_max_m=400_000.0, measured_at_s=np.full(count, from_s),
        bearing_rad=np.arctan2(enu[:, 0], enu[:, 1]) + chance.normal(0, sigma_rad, count),
        bearing_sigma_rad=np.full(count, sigma_rad), notations=(notation,), candidate_start=np.arange(count + 1),
        candidate_notation=np.zeros(count, np.int16), candidate_confidence=np.full(count, 0.9), **columns,
    )  # fmt: skip


def errors_m(platforms: Platforms, time_s: float, lat_deg: FloatArray, lon_deg: FloatArray) -> FloatArray:
    """(N, M) horizontal distance of every platform from every shown position."""
    ground = geodesy.to_ecef(
        *geodesy.to_geodetic(platforms.ecef_at(time_s))[:2], np.zeros(len(platforms.east_m))
    )
    shown = geodesy.to_ecef(np.radians(lat_deg), np.radians(lon_deg), np.zeros(len(lat_deg)))
    return np.linalg.norm(ground[:, None, :] - shown[None, :, :], axis=-1)
