"""What is wrong with a column ends it, what is wrong with a row leaves the row out."""

import numpy as np
import pytest

from fusion.report_checks import BadColumn, check
from tests.fusion.reports import changed, polar, positions


def test_reports_of_one_kind_need_no_columns_of_another() -> None:
    table, left_out = check(positions(), planar=False)

    assert table.rows == 6
    assert np.isnan(table.range_m).all()
    assert (table.claimed_id == 0).all()
    assert left_out.rows == 0


def test_a_plane_needs_x_and_y_and_no_height() -> None:
    table, _ = check(positions(planar=True), planar=True)

    assert table.x_m.tolist() == [0.0, 100.0, 200.0, 300.0, 400.0, 500.0]
    assert np.isnan(table.lat_deg).all()


@pytest.mark.parametrize("name", ["time_s", "scan", "sensor", "kind", "lat_deg", "height_m", "cov_nn_m2"])
def test_a_missing_column_is_named(name: str) -> None:
    columns = positions()
    del columns[name]

    with pytest.raises(BadColumn, match=f"^{name}.*got none"):
        check(columns, planar=False)


def test_a_column_of_another_length_is_named_with_both_lengths() -> None:
    columns = positions() | {"lat_deg": np.zeros(5)}

    with pytest.raises(BadColumn, match="lat_deg: wanted 6 rows as in time_s, got 5"):
        check(columns, planar=False)


def test_a_column_of_text_is_refused() -> None:
    with pytest.raises(BadColumn, match="sensor: wanted numbers, got <U5"):
        check(positions() | {"sensor": np.array(["north"] * 6)}, planar=False)


def test_a_column_of_vectors_is_refused() -> None:
    with pytest.raises(BadColumn, match=r"lat_deg: wanted one number a row, got an array of shape \(6, 2\)"):
        check(positions() | {"lat_deg": np.zeros((6, 2))}, planar=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_s", np.nan),
        ("kind", 3.0),
        ("kind", 0.5),
        ("sensor", -1.0),
        ("lat_deg", 90.001),
        ("lat_deg", np.nan),
        ("lon_deg", 181.0),
        ("lon_deg", np.inf),
        ("cov_ee_m2", -1.0),
        ("cov_ee_m2", 0.0),
        ("cov_nn_m2", 1e13),
        ("cov_en_m2", 900.0),
        ("cov_en_m2", -1200.0),
    ],
)
def test_a_bad_row_of_a_position_is_left_out_and_counted(name: str, value: float) -> None:
    table, left_out = check(changed(positions(), name, 3, value), planar=False)

    assert table.row.tolist() == [0, 1, 2, 4, 5]
    assert [(reason.split(":")[0], count) for reason, count in left_out.count.items()] == [(name, 1)]
    assert [first[0] for first in left_out.first.values()] == [3]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("range_m", 0.0),
        ("range_m", -5.0),
        ("range_sigma_m", 0.0),
        ("azimuth_rad", 7.0),
        ("azimuth_sigma_rad", np.nan),
        ("site_lat_deg", -91.0),
        ("site_height_m", np.nan),
    ],
)
def test_a_bad_row_of_range_and_azimuth_is_left_out_and_counted(name: str, value: float) -> None:
    table, left_out = check(changed(polar(), name, 2, value), planar=False)

    assert table.row.tolist() == [0, 1, 3, 4, 5]
    assert [reason.split(":")[0] for reason in left_out.count] == [name]


def test_a_range_rate_without_its_error_is_no_measurement() -> None:
    columns = polar() | {"range_rate_m_per_s": np.array([1.0, 2.0, 3.0, np.nan, np.nan, np.nan])}
    columns["range_rate_sigma_m_per_s"] = np.array([1.0, 1.0, np.nan, np.nan, np.nan, np.nan])

    table, left_out = check(columns, planar=False)

    assert table.row.tolist() == [0, 1, 3, 4, 5]
    assert list(left_out.count) == [
        "range_rate_sigma_m_per_s: wanted a number from 0.001 to 1000 wherever range_rate_m_per_s is given"
    ]


def test_what_is_wrong_in_most_rows_is_wrong_with_the_column() -> None:
    columns = positions() | {"cov_nn_m2": np.array([-1.0, -1.0, -1.0, -1.0, 900.0, 900.0])}

    with pytest.raises(BadColumn, match=r"cov_nn_m2, row 0: wanted a number from .* as wrong in 4 of 6 rows"):
        check(columns, planar=False)


def test_a_row_from_hours_before_its_scan_is_left_out() -> None:
    table, left_out = check(changed(positions(), "time_s", 4, 1020.0 - 4000.0), planar=False)

    assert table.row.tolist() == [0, 1, 2, 3, 5]
    assert [reason.split(":")[0] for reason in left_out.count] == ["time_s"]


def test_scans_that_go_back_in_time_are_refused_with_both_times() -> None:
    columns = positions() | {"scan": np.array([2, 2, 1, 1, 0, 0])}

    with pytest.raises(
        BadColumn, match="time_s, row 2: wanted scan 1 to end no earlier than scan 0, at 1020"
    ):
        check(columns, planar=False)


def test_the_rows_of_a_scan_may_stand_anywhere() -> None:
    columns = {name: column[[4, 0, 2, 1, 5, 3]] for name, column in positions().items()}

    table, left_out = check(columns, planar=False)

    assert table.scan.tolist() == [2, 0, 1, 0, 2, 1]
    assert left_out.rows == 0


@pytest.mark.parametrize("planar", [False, True])
def test_a_sensor_that_moves_impossibly_is_left_out_while_it_does(*, planar: bool) -> None:
    columns = changed(polar(planar=planar), "site_x_m", 3, 50_000.0) if planar else polar()
    columns = columns if planar else changed(columns, "site_lat_deg", 3, 33.5)

    table, left_out = check(columns, planar=planar)

    assert table.row.tolist() == [0, 1, 2, 4, 5]
    assert list(left_out.count) == [
        f"{'site_x_m' if planar else 'site_lat_deg'}: wanted a sensor that moves at most 1000 m/s"
    ]


def test_an_aircraft_carries_a_sensor() -> None:
    table, left_out = check(polar() | {"site_lat_deg": 33.0 + 0.01 * (np.arange(6) // 2)}, planar=False)

    assert table.rows == 6
    assert left_out.rows == 0


def test_no_reports_are_no_error() -> None:
    table, left_out = check({name: column[:0] for name, column in positions().items()}, planar=False)

    assert table.rows == 0
    assert left_out.rows == 0
