"""Whatever stands in a file: it is refused with a sentence, or every track stays sane."""

from typing import Any, Final

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fusion.offline import fuse
from fusion.report_checks import BadColumn, check
from fusion.settings import EngineSettings
from fusion.track_file import FusedTracks

SCANS: Final = 6
ROWS: Final = 4 * SCANS
ODD: Final = (
    np.nan, np.inf, -np.inf, 0.0, -0.0, -1.0, 1e-320, 1e-9, 1e-3, 1.0, 3.0, 89.9999999, 90.0, -90.0, 180.0, -180.0,
    6.283185307179586, 999.5, 1e5, 2e6, 1e11, 1e12, 1e13, 1e300, -1e300,
)  # fmt: skip


def columns(*, planar: bool) -> dict[str, NDArray[np.float64]]:
    """Two ships' positions, one range and azimuth and one bearing, in each of six scans."""
    scan, each = np.repeat(np.arange(SCANS), 4), np.tile(np.arange(4), SCANS)
    ones = np.ones(ROWS)
    mixed: dict[str, NDArray[Any]] = {
        "time_s": 1000.0 + 5.0 * scan, "scan": scan, "sensor": np.maximum(each - 1, 0),
        "kind": np.maximum(each - 1, 0), "height_m": np.nan * ones, "cov_ee_m2": 900.0 * ones,
        "cov_en_m2": 0.0 * ones, "cov_nn_m2": 900.0 * ones, "range_m": 9_000.0 * ones,
        "range_sigma_m": 20.0 * ones, "azimuth_rad": 0.01 * scan, "azimuth_sigma_rad": 0.01 * ones,
        "height_sigma_m": 100.0 * ones, "range_rate_m_per_s": np.nan * ones,
        "range_rate_sigma_m_per_s": 1.0 * ones, "elevation_rad": np.nan * ones,
        "elevation_sigma_rad": 0.01 * ones, "frequency_hz": 9e9 * ones, "frequency_sigma_hz": 1e6 * ones,
        "pri_s": 1e-3 * ones, "pri_sigma_s": 1e-6 * ones, "claimed_id": 0.0 * ones,
    }  # fmt: skip
    if planar:
        mixed |= {"x_m": 40.0 * scan + 3000.0 * each, "y_m": 9000.0 * ones}
        mixed |= {"site_x_m": 0.0 * ones, "site_y_m": 0.0 * ones}
    else:
        mixed |= {"lat_deg": 33.08 * ones, "lon_deg": 129.0 + 0.0004 * scan + 0.03 * each}
        mixed |= {"site_lat_deg": 33.0 * ones, "site_lon_deg": 129.0 * ones, "site_height_m": 50.0 * ones}
    return {name: column.astype(np.float64) for name, column in mixed.items()}


def assert_sane(tracks: FusedTracks) -> None:
    places = (tracks.x_m, tracks.y_m) if tracks.planar else (tracks.lat_deg, tracks.lon_deg)
    speeds = (tracks.v_east_m_per_s, tracks.v_north_m_per_s, tracks.v_up_m_per_s)
    assert all(np.isfinite(column).all() for column in (*places, *speeds, tracks.cov))
    square = tracks.cov.reshape(-1, 4, 4)
    np.testing.assert_array_equal(square, square.transpose(0, 2, 1))
    scale = np.sqrt(np.maximum(square[:, range(4), range(4)], 1e-300))
    correlation = square / (scale[:, :, None] * scale[:, None, :])
    assert np.all(np.linalg.eigvalsh(correlation) > 0.0)


places = st.tuples(st.integers(0, 40), st.integers(0, ROWS - 1), st.sampled_from(ODD) | st.floats())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(planar=st.booleans(), odd=st.lists(places, min_size=1, max_size=10))
def test_odd_numbers_are_refused_or_do_no_harm(*, planar: bool, odd: list[tuple[int, int, float]]) -> None:
    mixed = columns(planar=planar)
    names = sorted(mixed)
    for column, row, value in odd:
        mixed[names[column % len(names)]][row] = value

    try:
        table, left_out = check(mixed, planar=planar)
    except BadColumn:
        return
    tracks = fuse(table, EngineSettings())

    assert table.rows + left_out.rows == ROWS
    assert_sane(tracks)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    planar=st.booleans(),
    name=st.sampled_from(["cov_ee_m2", "range_sigma_m", "azimuth_sigma_rad", "range_m", "lat_deg", "x_m"]),
    value=st.sampled_from([1e-6, 1e-3, 1.0, 89.99, 1e5, 1e12]),
)
def test_a_column_of_odd_numbers_is_refused_or_does_no_harm(*, planar: bool, name: str, value: float) -> None:
    mixed = columns(planar=planar)
    if name in mixed:
        mixed[name] = np.full(ROWS, value)

    try:
        table, _ = check(mixed, planar=planar)
    except BadColumn:
        return

    assert_sane(fuse(table, EngineSettings()))
