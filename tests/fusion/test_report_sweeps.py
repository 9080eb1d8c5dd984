"""From a table of reports to looks, and from looks to what the kernels take."""

import numpy as np
import pymap3d
import pytest

from fusion.report_checks import check
from fusion.report_sweeps import Look, LookKind, bearings_of, scans_of, sweep_of
from fusion.report_table import ReportTable
from fusion.sensor_habits import Habits
from fusion.sensor_settings import SensorSettings
from tests.fusion.reports import Columns, polar, positions

MILLIMETRE = 1e-3


def table(*parts: Columns, planar: bool = True) -> ReportTable:
    names = {name for part in parts for name in part}
    columns = {
        name: np.concatenate([part.get(name, np.full(len(part["time_s"]), np.nan)) for part in parts])
        for name in names
    }
    return check(columns, planar=planar)[0]


def habits() -> Habits:
    return Habits(SensorSettings(), place=0)


def whole(reports: ReportTable) -> Look:
    rows = np.arange(reports.rows)
    return Look(1, LookKind(int(reports.kind[0])), rows, float(reports.time_s.max()))


def test_a_scan_is_a_look_of_each_sensor_and_kind() -> None:
    reports = table(positions(4, planar=True), polar(4, planar=True))

    scans = [(scan, [(look.sensor, look.kind.name, look.rows.tolist()) for look in looks])
             for scan, looks in scans_of(reports)]  # fmt: skip

    assert scans == [
        (0, [(0, "POSITION", [0, 1]), (1, "POLAR", [4, 5])]),
        (1, [(0, "POSITION", [2, 3]), (1, "POLAR", [6, 7])]),
    ]


def test_looks_come_in_the_order_of_their_ends() -> None:
    late = positions(2, planar=True) | {"time_s": np.array([1004.0, 1005.0])}

    ((_, looks),) = scans_of(table(late, polar(2, planar=True)))

    assert [(look.kind.name, look.end_s) for look in looks] == [("POLAR", 1000.0), ("POSITION", 1005.0)]


def test_no_reports_are_no_scans() -> None:
    assert list(scans_of(table({name: column[:0] for name, column in positions(planar=True).items()}))) == []


def test_a_position_that_somebody_claims_is_a_self_report_on_earth() -> None:
    claimed = np.array([0, 7])

    ((_, on_earth),) = scans_of(table(positions(2) | {"claimed_id": claimed}, planar=False))
    ((_, on_plane),) = scans_of(table(positions(2, planar=True) | {"claimed_id": claimed}))

    assert [look.kind.name for look in on_earth] == ["POSITION", "SELF_REPORT"]
    assert [look.kind.name for look in on_plane] == ["POSITION"]


def test_positions_on_earth_are_earth_centred_at_the_sea_with_their_height_beside() -> None:
    reports = table(positions(2) | {"height_m": np.array([np.nan, 5000.0])}, planar=False)

    sweep = sweep_of(reports, whole(reports), habits())

    expected_m = np.stack(pymap3d.geodetic2ecef([33.0, 33.0], [129.0, 129.1], [0.0, 0.0]), axis=-1)
    assert sweep.plots.point_m == pytest.approx(expected_m, abs=MILLIMETRE)
    np.testing.assert_array_equal(sweep.plots.plot_height_m, [np.nan, 5000.0])
    assert sweep.plots.spread_m2[0].tolist() == [900.0, 0.0, 900.0]


def test_a_radar_that_moves_has_its_plots_seen_from_where_it_ends() -> None:
    columns = polar(2, planar=True) | {
        "range_m": np.array([1000.0, 500.0]),
        "azimuth_rad": np.array([0.0, 0.0]),
        "site_x_m": np.array([0.0, 30.0]),
        "site_y_m": np.array([-20.0, 0.0]),
    }
    reports = table(columns)

    sweep = sweep_of(reports, whole(reports), habits())

    # The first plot lies at (0, 980) on the plane.
    assert sweep.plots.range_m == pytest.approx([np.hypot(30.0, 980.0), 500.0], abs=MILLIMETRE)
    assert sweep.plots.azimuth_rad[0] == pytest.approx(np.arctan2(-30.0, 980.0))


def test_a_radars_reach_is_how_far_its_plots_have_come_from() -> None:
    one, reports = habits(), table(polar(2, planar=True))

    sweep = sweep_of(reports, whole(reports), one)

    assert sweep.scene.range_max_m == one.reach_m == 20_000.0


def test_bearings_from_one_place_go_together() -> None:
    columns = polar(4, planar=True) | {
        "kind": np.full(4, 2),
        "scan": np.zeros(4),
        "site_x_m": np.array([0.0, 0.0, 5.0, 5.0]),
    }
    reports = table(columns)

    parts = [
        (rows.tolist(), bearings.ecef_m.tolist())
        for rows, bearings in bearings_of(reports, whole(reports), habits())
    ]

    assert parts == [([0, 1], [0.0, 0.0, 0.0]), ([2, 3], [5.0, 0.0, 0.0])]
