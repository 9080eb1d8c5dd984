"""From a table of reports to what the kernels take: one sensor's reports of one scan at a time."""

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from contracts.columns import FloatArray, IntArray
from contracts.geodesy import enu_axes, to_ecef, to_enu
from fusion.intercepts import Bearings
from fusion.report_table import ReportKind, ReportTable
from fusion.sensor_habits import Habits
from fusion.sweep import Sweep, polar_sweep, position_sweep
from fusion.tracks import HYPOTHESES

HEIGHT_SIGMA_M = 1e4
"""Error of a height that was not measured."""


class LookKind(IntEnum):
    """How a look is folded: as its kind of report, but positions that somebody claims for himself apart."""

    POSITION = 0
    POLAR = 1
    BEARING = 2
    SELF_REPORT = 3


class Look(NamedTuple):
    """Reports of one kind of one sensor and scan, in the order of the table.

    Attributes:
        sensor: its number.
        kind: of all of them.
        rows: (M,) places in the table.
        end_s: when the last one was measured.
    """

    sensor: int
    kind: LookKind
    rows: IntArray
    end_s: float


def scans_of(reports: ReportTable) -> Iterator[tuple[int, list[Look]]]:
    """Yield each scan's number and its looks, in the order of their ends, then of sensors and kinds."""
    # In a plane nobody reports himself: what is known of ships and aircraft is known of Earth's.
    claimed = (reports.kind == ReportKind.POSITION) & (reports.claimed_id != 0) & (not reports.planar)
    kinds = np.where(claimed, LookKind.SELF_REPORT, reports.kind)
    order = np.lexsort((kinds, reports.sensor, reports.scan))
    scan, sensor, kind = reports.scan[order], reports.sensor[order], kinds[order]
    new_scan = np.diff(scan) != 0
    new_look = new_scan | (np.diff(sensor) != 0) | (np.diff(kind) != 0)
    looks: list[Look] = []
    for rows in np.split(order, np.flatnonzero(new_look) + 1):
        if not rows.size:
            continue
        first = rows[0]
        if looks and reports.scan[looks[-1].rows[0]] != reports.scan[first]:
            yield _in_order(reports, looks)
            looks = []
        end_s = float(reports.time_s[rows].max())
        looks.append(Look(int(reports.sensor[first]), LookKind(int(kinds[first])), rows, end_s))
    if looks:
        yield _in_order(reports, looks)


def _in_order(reports: ReportTable, looks: list[Look]) -> tuple[int, list[Look]]:
    return int(reports.scan[looks[0].rows[0]]), sorted(looks, key=lambda look: look.end_s)


def sweep_of(reports: ReportTable, look: Look, habits: Habits) -> Sweep:
    """Return a look's positions, or its ranges and azimuths, as the kernels take them."""
    if look.kind is LookKind.POSITION:
        return _positions(reports, look, habits)
    return _polar(reports, look, habits)


def _positions(reports: ReportTable, look: Look, habits: Habits) -> Sweep:
    rows = look.rows
    spread_m2 = np.stack([reports.cov_ee_m2[rows], reports.cov_en_m2[rows], reports.cov_nn_m2[rows]], axis=-1)
    height_m = reports.height_m[rows]
    if reports.planar:
        point_m = np.stack([reports.x_m[rows], reports.y_m[rows], np.zeros(len(rows))], axis=-1)
    else:
        latitude, longitude = np.radians(reports.lat_deg[rows]), np.radians(reports.lon_deg[rows])
        # Neighbours are looked up at the sea, whatever their height; the height goes beside.
        point_m = to_ecef(latitude, longitude, np.zeros(len(rows)))
    # Who tells a height and not how well is taken to know it as well as the position.
    across_m = float(np.sqrt(0.5 * (spread_m2[:, 0] + spread_m2[:, 2]).mean()))
    return position_sweep(
        time_s=reports.time_s[rows],
        point_m=point_m,
        spread_m2=spread_m2,
        plot_height_m=height_m,
        height_sigma_m=_typical(reports.height_sigma_m[rows], across_m),
        flat=reports.planar,
        # Where such a sensor looks and how much of it is false, the engine learns by itself.
        low_m=np.zeros(3),
        high_m=np.zeros(3),
        detection_probability=habits.detection_probability,
        false_density_per_m2=1.0,
    )


def _polar(reports: ReportTable, look: Look, habits: Habits) -> Sweep:
    rows = look.rows
    ecef_m, axes, height_m = site_of(reports, int(rows[-1]))
    range_m, azimuth_rad = _seen_from(reports, rows, ecef_m, axes)
    habits.reach_m = max(habits.reach_m, float(range_m.max()))
    time_s = reports.time_s[rows]
    from_s = float(time_s.min())
    return polar_sweep(
        ecef_m=ecef_m,
        axes=axes,
        height_m=height_m,
        # Of a sensor's first scan it is not known how long its turn takes: the scan itself, at least.
        revolution_s=max(look.end_s - from_s if np.isnan(habits.turn_s) else habits.turn_s, 1e-3),
        from_rad=0.0,
        to_rad=2.0 * np.pi,
        range_max_m=habits.range_max_m,
        from_s=from_s,
        to_s=look.end_s,
        detection_probability=habits.detection_probability,
        false_density_per_m2=habits.false_per_m2,
        time_s=time_s,
        range_m=range_m,
        range_sigma_m=reports.range_sigma_m[rows],
        azimuth_rad=azimuth_rad,
        azimuth_sigma_rad=reports.azimuth_sigma_rad[rows],
        elevation_rad=reports.elevation_rad[rows],
        elevation_sigma_rad=_typical(reports.elevation_sigma_rad[rows], 1.0),
        plot_height_m=reports.height_m[rows],
        height_sigma_m=_typical(reports.height_sigma_m[rows], HEIGHT_SIGMA_M),
        range_rate_m_per_s=reports.range_rate_m_per_s[rows],
        range_rate_sigma_m_per_s=_typical(reports.range_rate_sigma_m_per_s[rows], 1e3),
        flat=reports.planar,
    )


def bearings_of(reports: ReportTable, look: Look, habits: Habits) -> Iterator[tuple[IntArray, Bearings]]:
    """Yield a look's bearings as the kernels take them, those from one place together.

    Yields:
        (M,) places in the table, and the bearings.
    """
    rows = look.rows
    sites = np.stack(
        [reports.site_x_m[rows], reports.site_y_m[rows]]
        if reports.planar
        else [reports.site_lat_deg[rows], reports.site_lon_deg[rows], reports.site_height_m[rows]],
        axis=-1,
    )
    for part in np.split(np.arange(len(rows)), np.flatnonzero((np.diff(sites, axis=0) != 0).any(axis=1)) + 1):
        here = rows[part]
        ecef_m, axes, _ = site_of(reports, int(here[0]))
        yield (
            here,
            Bearings(
                ecef_m=ecef_m,
                axes=axes,
                range_max_m=habits.settings.range_max_m or np.inf,
                time_s=reports.time_s[here],
                bearing_rad=reports.azimuth_rad[here],
                sigma_rad=reports.azimuth_sigma_rad[here],
                frequency_hz=reports.frequency_hz[here],
                frequency_sigma_hz=reports.frequency_sigma_hz[here],
                pri_s=reports.pri_s[here],
                pri_sigma_s=reports.pri_sigma_s[here],
                likelihood=np.ones((len(here), HYPOTHESES)),
            ),
        )


def site_of(reports: ReportTable, row: int) -> tuple[FloatArray, FloatArray, float]:
    """Return (3,) where the sensor of a report stood, (3, 3) its east, north and up, and its height."""
    if reports.planar:
        return np.array([reports.site_x_m[row], reports.site_y_m[row], 0.0]), np.eye(3), 0.0
    latitude, longitude = np.radians(reports.site_lat_deg[row]), np.radians(reports.site_lon_deg[row])
    height_m = float(reports.site_height_m[row])
    return to_ecef(latitude, longitude, np.array(height_m)), enu_axes(latitude, longitude), height_m


def _seen_from(
    reports: ReportTable, rows: IntArray, ecef_m: FloatArray, axes: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return (M,) range and (M,) azimuth of plots as if all were measured from one place.

    A sensor that moves has measured a scan's first plots from elsewhere. Its way within a scan is short
    beside ranges, so that the plots are shifted along the level and keep their errors.
    """
    range_m, azimuth_rad = reports.range_m[rows], reports.azimuth_rad[rows]
    if reports.planar:
        sites_m = np.stack([reports.site_x_m[rows], reports.site_y_m[rows], np.zeros(len(rows))], axis=-1)
    else:
        latitude, longitude = (
            np.radians(reports.site_lat_deg[rows]),
            np.radians(reports.site_lon_deg[rows]),
        )
        sites_m = to_ecef(latitude, longitude, reports.site_height_m[rows])
    away_m = to_enu(sites_m, ecef_m, axes)
    if not away_m[:, :2].any():
        return range_m, azimuth_rad
    east_m = range_m * np.sin(azimuth_rad) + away_m[:, 0]
    north_m = range_m * np.cos(azimuth_rad) + away_m[:, 1]
    return np.hypot(east_m, north_m), np.arctan2(east_m, north_m)


def _typical(sigmas: FloatArray, otherwise: float) -> float:
    known = ~np.isnan(sigmas)
    return float(np.median(sigmas[known])) if known.any() else otherwise
