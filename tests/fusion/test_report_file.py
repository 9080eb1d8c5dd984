"""Files of reports, as an archive and as text."""

import csv
from pathlib import Path

import numpy as np
import pytest

from fusion.report_checks import BadColumn
from fusion.report_file import read_reports
from tests.fusion.reports import Columns, polar, positions


def write_npz(path: Path, columns: Columns) -> Path:
    np.savez(path, allow_pickle=True, **columns)
    return path


def write_csv(path: Path, columns: Columns) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))
    return path


def test_the_same_reports_come_from_an_archive_and_from_text(tmp_path: Path) -> None:
    write_npz(tmp_path / "reports.npz", polar())
    write_csv(tmp_path / "reports.csv", polar())

    archive, _ = read_reports(tmp_path / "reports.npz", planar=False)
    text, _ = read_reports(tmp_path / "reports.csv", planar=False)

    np.testing.assert_array_equal(archive.azimuth_rad, text.azimuth_rad)
    np.testing.assert_array_equal(archive.scan, text.scan)
    assert archive.scan.dtype == text.scan.dtype == np.int64


def test_an_empty_field_is_not_measured(tmp_path: Path) -> None:
    path = tmp_path / "reports.csv"
    path.write_text(
        "time_s,scan,sensor,kind,x_m,y_m,cov_ee_m2,cov_en_m2,cov_nn_m2,height_m,note\n"
        "1.5,0,0,0,10,20,1,0,1,,first\n",
        encoding="utf-8",
    )

    table, _ = read_reports(path, planar=True)

    assert table.time_s.tolist() == [1.5]
    assert np.isnan(table.height_m).all()


def test_a_field_that_is_no_number_is_named_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "reports.csv"
    path.write_text("time_s,scan,sensor,kind\n1,0,0,0\n2,0,here,0\n", encoding="utf-8")

    with pytest.raises(BadColumn, match="sensor, row 1: wanted a number, got 'here'"):
        read_reports(path, planar=True)


def test_a_row_with_too_few_fields_is_named(tmp_path: Path) -> None:
    path = tmp_path / "reports.csv"
    path.write_text("time_s,scan,sensor,kind\n1,0,0,0\n2,0\n", encoding="utf-8")

    with pytest.raises(BadColumn, match="sensor, row 1: wanted 4 fields, got 2"):
        read_reports(path, planar=True)


@pytest.mark.parametrize("name", ["reports.npz", "reports.csv", "reports.txt"])
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x93 no such thing")

    with pytest.raises(ValueError, match="wanted"):
        read_reports(path, planar=False)


def test_an_archive_of_objects_is_refused_unopened(tmp_path: Path) -> None:
    columns = positions() | {"sensor": np.array([{}] * 6, object)}
    write_npz(tmp_path / "reports.npz", columns)

    with pytest.raises(ValueError, match="wanted a numpy archive of columns of numbers"):
        read_reports(tmp_path / "reports.npz", planar=False)
