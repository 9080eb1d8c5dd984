"""The recordings are read as what they say, and become reports as a file of them would have them."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.autoferry_runs import (
    BEARING_SIGMA_RAD,
    BOATS,
    DEFAULT_FOLDER,
    INFRARED,
    LIDAR,
    POSITION_SIGMA_M,
    RADAR,
    RUNS,
    read_run,
    reports_of,
    there,
)
from fusion.report_checks import check

needs_recordings = pytest.mark.skipif(
    not there(DEFAULT_FOLDER), reason=f"the Autoferry recordings are not at {DEFAULT_FOLDER}"
)

OWN = [100.0, 7.0]
"""North and east, as the recordings have it."""


def a_row(sensor: int, time_s: float, measurement: object) -> dict[str, object]:
    return {"sensorID": sensor, "ownshipPosition": OWN, "time": time_s, "measurement": measurement}


def write_run(folder: Path, rows: list[dict[str, object]]) -> None:
    truth = [
        [{"targetID": 1, "position": [150.0, 8.0, 0.0]}, {"targetID": 2, "position": [90.0, -40.0, 0.0]}]
    ] * len(rows)
    (folder / "scenario2_detections.json").write_text(json.dumps(rows))
    (folder / "scenario2_groundTruth.json").write_text(json.dumps(truth))


def test_north_and_east_of_the_recordings_become_east_and_north(tmp_path: Path) -> None:
    write_run(tmp_path, [a_row(RADAR, 5.0, [[50.0, -10.0], [1.0, -47.0]])])

    (seen,) = read_run(tmp_path, 2)

    assert seen.own_m.tolist() == [7.0, 100.0]
    assert seen.found.tolist() == [[1.0, 50.0], [-47.0, -10.0]]
    assert seen.truth_m.tolist() == [[8.0, 150.0], [-40.0, 90.0]]


def test_a_single_bearing_is_a_bare_number(tmp_path: Path) -> None:
    write_run(tmp_path, [a_row(INFRARED, 5.0, 0.25)])

    (seen,) = read_run(tmp_path, 2)

    assert seen.found.tolist() == [0.25]


def test_entries_come_in_the_order_of_time(tmp_path: Path) -> None:
    write_run(tmp_path, [a_row(INFRARED, 6.0, [0.1]), a_row(RADAR, 5.0, [[1.0], [2.0]])])

    assert [seen.sensor for seen in read_run(tmp_path, 2)] == [RADAR, INFRARED]


def test_places_become_positions_and_bearings_keep_their_site(tmp_path: Path) -> None:
    write_run(tmp_path, [a_row(LIDAR, 5.0, [[50.0], [1.0]]), a_row(INFRARED, 6.0, 0.25)])

    reports = reports_of(read_run(tmp_path, 2), (LIDAR, INFRARED))

    assert reports["kind"].tolist() == [0, 2]
    assert (reports["x_m"][0], reports["y_m"][0]) == (8.0, 150.0)
    assert reports["cov_ee_m2"][0] == POSITION_SIGMA_M[LIDAR] ** 2
    assert (reports["site_x_m"][1], reports["site_y_m"][1]) == (7.0, 100.0)
    assert reports["azimuth_rad"][1] == 0.25
    assert reports["azimuth_sigma_rad"][1] == BEARING_SIGMA_RAD[INFRARED]


def test_a_look_without_detections_has_no_report_and_others_keep_their_place(tmp_path: Path) -> None:
    write_run(tmp_path, [a_row(RADAR, 5.0, []), a_row(INFRARED, 6.0, 0.1), a_row(RADAR, 7.0, [[1.0], [2.0]])])

    reports = reports_of(read_run(tmp_path, 2), (RADAR,))

    assert reports["scan"].tolist() == [2]


def test_a_folder_with_one_run_is_not_the_recordings(tmp_path: Path) -> None:
    write_run(tmp_path, [])

    assert not there(tmp_path)


@needs_recordings
@pytest.mark.parametrize("number", RUNS)
def test_no_report_of_a_recording_is_malformed(number: int) -> None:
    run = read_run(DEFAULT_FOLDER, number)

    table, left_out = check(reports_of(run, (LIDAR, RADAR, INFRARED)), planar=True)

    assert not left_out.rows
    assert table.rows == sum(len(seen.found) for seen in run if seen.sensor in (LIDAR, RADAR, INFRARED))


@needs_recordings
def test_radar_sees_the_boats_where_the_truth_has_them() -> None:
    run = [seen for seen in read_run(DEFAULT_FOLDER, 2) if seen.sensor == RADAR]
    away_m = [np.linalg.norm(seen.found + seen.own_m - seen.truth_m[0], axis=1).min() for seen in run]
    near_m = 15.0

    assert len(run[0].truth_m) == BOATS
    assert np.mean(np.array(away_m) < near_m) > 0.8
