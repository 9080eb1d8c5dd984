"""The engine alone over a table of reports: scans in, tracks out."""

from dataclasses import replace

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher

from contracts.columns import FloatArray
from fusion import bearing_scans, branching, coverage, extract, gating, lifecycle, merging, motion, updating
from fusion.offline import ScanTime, fuse
from fusion.report_checks import check
from fusion.report_table import ReportTable
from fusion.sensor_settings import Sensors
from fusion.settings import EngineSettings
from fusion.track_file import FusedTracks
from fusion.warm_files import warm_files
from tests.fusion.reports import Columns

SETTINGS = EngineSettings()
SCANS = 20
TURN_S = 5.0
SIGMA_M = 30.0
VELOCITY_M_PER_S = np.array([[8.0, 3.0], [-6.0, 4.0], [2.0, -9.0]])
FIRST_M = np.array([[-9_000.0, 4_000.0], [3_000.0, 7_000.0], [6_000.0, -8_000.0]])


def places_m(scan: int) -> FloatArray:
    """(3, 2) where three ships are at the end of a scan."""
    return FIRST_M + TURN_S * scan * VELOCITY_M_PER_S


def seen(*, seed: int = 1, false: int = 4) -> Columns:
    """Positions of three ships in twenty scans, and some of nothing; row by row in the order of scans."""
    chance, found = np.random.default_rng(seed), []
    for scan in range(SCANS):
        ships = places_m(scan) + chance.normal(0.0, SIGMA_M, (3, 2))
        clutter = chance.uniform(-12_000.0, 12_000.0, (false, 2))
        found.append(np.concatenate([ships, clutter]))
    place, number = np.concatenate(found), np.repeat(np.arange(SCANS), 3 + false)
    rows = len(number)
    return {
        "time_s": 500.0 + TURN_S * number, "scan": number, "sensor": np.zeros(rows), "kind": np.zeros(rows),
        "x_m": place[:, 0], "y_m": place[:, 1], "cov_ee_m2": np.full(rows, SIGMA_M**2),
        "cov_en_m2": np.zeros(rows), "cov_nn_m2": np.full(rows, SIGMA_M**2),
    }  # fmt: skip


def table(columns: Columns, *, planar: bool = True) -> ReportTable:
    return check(columns, planar=planar)[0]


def last(tracks: FusedTracks) -> FloatArray:
    """(T, 2) where the tracks are after the last scan."""
    rows = tracks.scan == tracks.scan.max()
    return np.stack([tracks.x_m[rows], tracks.y_m[rows]], axis=-1)


def worst_m(tracks: FusedTracks) -> float:
    """How far the farthest ship is from its nearest track."""
    apart_m = np.linalg.norm(places_m(SCANS - 1)[:, None] - last(tracks)[None], axis=-1)
    return float(apart_m.min(axis=1).max())


def test_three_ships_are_three_tracks_that_tell_where_they_go() -> None:
    tracks = fuse(table(seen()), SETTINGS)

    assert len(last(tracks)) == 3
    assert worst_m(tracks) < 2.0 * SIGMA_M
    rows = tracks.scan == SCANS - 1
    speeds = np.stack([tracks.v_east_m_per_s[rows], tracks.v_north_m_per_s[rows]], axis=-1)
    assert sorted(np.round(speeds[:, 0]).tolist()) == pytest.approx([-6.0, 2.0, 8.0], abs=1.5)


def test_a_row_says_which_reports_of_its_scan_it_is_made_of() -> None:
    tracks = fuse(table(seen(false=0)), SETTINGS)

    for row in np.flatnonzero(tracks.scan == SCANS - 1).tolist():
        (report,) = tracks.reports[tracks.reports_start[row] : tracks.reports_start[row + 1]].tolist()
        # Three rows a scan: the ship's own is the one founded by the row of the same ship.
        assert report // 3 == SCANS - 1
        assert report % 3 == tracks.track[row] % 3


def test_rows_that_were_left_out_do_not_shift_the_ids() -> None:
    columns = seen(false=0)
    columns["cov_ee_m2"] = np.where(np.arange(60) == 10, -1.0, columns["cov_ee_m2"])

    tracks = fuse(table(columns), SETTINGS)

    assert 10 not in tracks.reports
    assert tracks.reports.max() == 59


def test_the_covariance_of_a_plane_runs_over_x_and_its_speed_then_y_and_its_speed() -> None:
    columns = seen()
    columns["cov_nn_m2"] = np.full(len(columns["scan"]), 4.0 * SIGMA_M**2)

    tracks = fuse(table(columns), SETTINGS)

    covariance = tracks.cov[-1].reshape(4, 4)
    assert np.all(np.linalg.eigvalsh(covariance) > 0.0)
    assert SIGMA_M**2 > covariance[0, 0] > covariance[1, 1]
    assert covariance[2, 2] > 2.0 * covariance[0, 0]


def test_the_same_reports_give_the_same_tracks() -> None:
    first, second = fuse(table(seen()), SETTINGS), fuse(table(seen()), SETTINGS)

    assert first.cov.tobytes() == second.cov.tobytes()
    assert first.track.tobytes() == second.track.tobytes()


def test_rows_of_different_scans_may_stand_in_any_order() -> None:
    columns, order = seen(), np.random.default_rng(2).permutation(SCANS * 7)
    # Within a scan the order stays, as it would from a sensor.
    order = order[np.lexsort((order, columns["scan"][order] % 4))]
    mixed = {name: column[order] for name, column in columns.items()}

    assert fuse(table(mixed), SETTINGS).cov.tobytes() == fuse(table(columns), SETTINGS).cov.tobytes()


def test_range_and_azimuth_on_earth_make_tracks_on_earth() -> None:
    columns = seen(false=0)
    east_m, north_m = columns.pop("x_m"), columns.pop("y_m")
    rows = len(east_m)
    columns |= {
        "kind": np.ones(rows), "range_m": np.hypot(east_m, north_m),
        "azimuth_rad": np.arctan2(east_m, north_m), "range_sigma_m": np.full(rows, SIGMA_M),
        "azimuth_sigma_rad": np.full(rows, 0.003), "site_lat_deg": np.full(rows, 78.0),
        "site_lon_deg": np.full(rows, 179.999), "site_height_m": np.zeros(rows),
    }  # fmt: skip

    tracks = fuse(table(columns, planar=False), SETTINGS)

    # One of the ships is east of the antimeridian, the others west of it.
    at_end = tracks.scan == SCANS - 1
    assert at_end.sum() == 3
    assert sorted(np.sign(tracks.lon_deg[at_end]).tolist()) in ([-1.0, -1.0, 1.0], [-1.0, 1.0, 1.0])
    assert np.all(np.abs(tracks.lat_deg[at_end] - 78.0) < 0.12)
    assert np.isnan(tracks.x_m).all()


def heard(columns: Columns, *, false: int, sigma_rad: float = 0.005, seed: int = 3) -> Columns:
    """Add bearings of the three ships from one site in every scan, and false ones."""
    chance, parts = np.random.default_rng(seed), []
    for scan in range(SCANS):
        place = places_m(scan) - np.array([0.0, -20_000.0])
        true = np.arctan2(place[:, 0], place[:, 1]) + chance.normal(0.0, sigma_rad, 3)
        parts.append(np.concatenate([true, chance.uniform(-np.pi, np.pi, false)]))
    bearing, count = np.concatenate(parts), 3 + false
    rows = len(bearing)
    none = np.full(rows, np.nan)
    extra = {
        "time_s": 500.0 + TURN_S * np.repeat(np.arange(SCANS), count), "scan": np.repeat(np.arange(SCANS), count),
        "sensor": np.ones(rows), "kind": np.full(rows, 2.0), "x_m": none, "y_m": none, "cov_ee_m2": none,
        "cov_en_m2": none, "cov_nn_m2": none, "site_x_m": np.zeros(rows), "site_y_m": np.full(rows, -20_000.0),
        "azimuth_rad": bearing, "azimuth_sigma_rad": np.full(rows, sigma_rad),
    }  # fmt: skip
    own = {name: np.full(len(columns["scan"]), np.nan) for name in extra} | columns
    return {name: np.concatenate([own[name], extra[name]]) for name in extra}


def errors_m(tracks: FusedTracks) -> float:
    """Root mean square of the distances of ships to their nearest tracks, from the tenth scan on."""
    squares = []
    for scan in range(10, SCANS):
        rows = tracks.scan == scan
        at_m = np.stack([tracks.x_m[rows], tracks.y_m[rows]], axis=-1)
        squares.append(
            (np.linalg.norm(places_m(scan)[:, None] - at_m[None], axis=-1).min(axis=1) ** 2).mean()
        )
    return float(np.sqrt(np.mean(squares)))


def test_bearings_make_tracks_better() -> None:
    known = Sensors({"1": {"looks_per_error": 1}})
    alone = [errors_m(fuse(table(seen(seed=seed)), SETTINGS)) for seed in range(5)]
    sharp = [
        errors_m(fuse(table(heard(seen(seed=seed), false=0, sigma_rad=0.0005)), SETTINGS, sensors=known))
        for seed in range(5)
    ]

    assert np.mean(sharp) < 0.9 * np.mean(alone)


def test_a_hundred_false_bearings_a_scan_do_no_harm() -> None:
    alone = [errors_m(fuse(table(seen(seed=seed)), SETTINGS)) for seed in range(5)]
    cluttered = [errors_m(fuse(table(heard(seen(seed=seed), false=100)), SETTINGS)) for seed in range(5)]

    assert np.mean(cluttered) < 1.02 * np.mean(alone)


def test_bearings_that_a_track_is_made_of_are_among_its_reports() -> None:
    columns = heard(seen(false=0), false=0)

    tracks = fuse(table(columns), SETTINGS)

    last_row = int(np.flatnonzero(tracks.scan == SCANS - 1)[0])
    used = tracks.reports[tracks.reports_start[last_row] : tracks.reports_start[last_row + 1]]
    assert sorted(columns["kind"][used].tolist()) == [0.0, 2.0]


def test_a_position_that_somebody_claims_names_its_track() -> None:
    columns = seen(false=0)
    x_m, y_m = columns.pop("x_m"), columns.pop("y_m")
    columns |= {
        "lat_deg": 33.0 + y_m / 111_000.0, "lon_deg": 129.0 + x_m / 93_400.0,
        "height_m": np.full(60, np.nan), "claimed_id": np.tile([5, 6, 7], SCANS),
    }  # fmt: skip

    tracks = fuse(table(columns, planar=False), SETTINGS)

    assert (tracks.scan == SCANS - 1).sum() == 3


def test_every_scan_is_told_of_with_the_clocks_that_were_given() -> None:
    ticks, told = iter(range(1000)), list[ScanTime]()

    fuse(table(seen()), SETTINGS, told.append, cpu_clock=lambda: float(next(ticks)), wall_clock=lambda: 2.0)

    assert [scan.scan for scan in told] == list(range(SCANS))
    assert {scan.cpu_s for scan in told} == {1.0}
    assert {scan.wall_s for scan in told} == {0.0}
    assert {scan.reports for scan in told} == {7}
    assert told[-1].tracks == 3


def test_no_reports_are_no_tracks() -> None:
    tracks = fuse(table({name: column[:0] for name, column in seen().items()}), SETTINGS)

    assert tracks.rows == 0
    assert tracks.reports_start.tolist() == [0]


def test_a_table_is_left_as_it_is() -> None:
    reports = table(seen())
    before = replace(reports, x_m=reports.x_m.copy(), time_s=reports.time_s.copy())

    fuse(reports, SETTINGS)

    np.testing.assert_array_equal(reports.x_m, before.x_m)
    np.testing.assert_array_equal(reports.time_s, before.time_s)


def compiled_signatures() -> dict[str, int]:
    modules = (bearing_scans, branching, coverage, extract, gating, lifecycle, merging, motion, updating)
    return {
        f"{module.__name__}.{name}": len(value.signatures)
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Dispatcher)
    }


def test_after_warming_up_no_file_compiles_anything() -> None:
    assert warm_files() > 0
    before = compiled_signatures()

    fuse(table(heard(seen(), false=5)), SETTINGS)

    assert compiled_signatures() == before
