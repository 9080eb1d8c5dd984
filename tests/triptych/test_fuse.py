"""``triptych fuse``: a file of reports in, a file of tracks out, and a sentence for what is wrong."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from tests.fusion.reports import Columns, changed, positions
from triptych.cli import app


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["fuse", *map(str, arguments)])


def said(result: Result) -> str:
    return " ".join(result.output.split())


def written(path: Path, columns: Columns) -> Path:
    np.savez(path, allow_pickle=True, **columns)
    return path


def two_ships(*, planar: bool) -> Columns:
    """Two ships in ten scans, far apart."""
    columns = positions(20, planar=planar)
    name = "x_m" if planar else "lon_deg"
    place = np.tile([0.0, 50_000.0], 10) if planar else np.tile([129.0, 129.5], 10)
    return columns | {name: place}


def test_a_file_of_reports_becomes_a_file_of_tracks(tmp_path: Path) -> None:
    reports = written(tmp_path / "reports.npz", two_ships(planar=False))

    result = run(reports, "--out", tmp_path / "tracks.npz", "--timing", tmp_path / "timing.json")

    assert result.exit_code == 0, result.output
    assert "20 reports in 10 scans" in said(result)
    assert "2 tracks" in said(result)
    assert "not for real use" in said(result)
    with np.load(tmp_path / "tracks.npz") as archive:
        at_end = archive["scan"] == 9
        assert archive["lon_deg"][at_end] == pytest.approx([129.0, 129.5], abs=0.001)
        assert archive["time_s"][at_end].tolist() == [1090.0, 1090.0]
    timing = json.loads((tmp_path / "timing.json").read_text(encoding="utf-8"))
    assert timing["scan"] == list(range(10))
    assert timing["reports"] == [2] * 10
    assert timing["tracks"][-1] == 2
    assert all(spent_s >= 0.0 for spent_s in timing["cpu_s"] + timing["wall_s"])
    assert timing["left_out"] == {}


def test_a_plane_goes_in_and_out_as_text(tmp_path: Path) -> None:
    columns = two_ships(planar=True)
    reports = tmp_path / "reports.csv"
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
    reports.write_text("\n".join(lines) + "\n", encoding="utf-8")

    result = run(reports, "--out", tmp_path / "tracks.csv", "--planar")

    assert result.exit_code == 0, result.output
    heading, *_, last = (tmp_path / "tracks.csv").read_text(encoding="utf-8").splitlines()
    assert heading.startswith("time_s,scan,track,x_m,y_m,v_x_m_per_s")
    assert last.startswith("1090.0,9,1,50000.0,50.0")


def test_bad_rows_are_left_out_counted_and_said(tmp_path: Path) -> None:
    columns = changed(two_ships(planar=False), "cov_nn_m2", 7, -3.0)
    reports = written(tmp_path / "reports.npz", columns)

    result = run(reports, "--out", tmp_path / "tracks.npz", "--timing", tmp_path / "timing.json")

    reason = "cov_nn_m2: wanted a number from 1e-06 to 1e+12"
    assert result.exit_code == 0
    assert f"Left out: 1 of {reason}; the first, row 7, has -3." in said(result)
    assert json.loads((tmp_path / "timing.json").read_text(encoding="utf-8"))["left_out"] == {reason: 1}


def test_a_wrong_column_ends_it_with_a_sentence(tmp_path: Path) -> None:
    columns = two_ships(planar=False)
    reports = written(tmp_path / "reports.npz", columns | {"lat_deg": columns["lat_deg"][:5]})

    result = run(reports, "--out", tmp_path / "tracks.npz")

    assert result.exit_code == 2
    assert "lat_deg: wanted 20 rows as in time_s, got 5" in said(result)
    assert "Traceback" not in result.output
    assert not (tmp_path / "tracks.npz").exists()


@pytest.mark.parametrize(
    ("toml", "wanted"),
    [
        ("gate_sigma = -1", "gate_sigma"),
        ("colour = 1", "colour"),
        ("gate_sigma = ", "settings.toml"),
        ("[sensor.radar]", "wanted a sensor's number"),
        ("sensor = 3", "wanted a table for each sensor"),
        ("[sensor.1]\nfalse_per_rad = 0", "false_per_rad"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path: Path, toml: str, wanted: str) -> None:
    reports = written(tmp_path / "reports.npz", two_ships(planar=False))
    (tmp_path / "settings.toml").write_text(toml, encoding="utf-8")

    result = run(reports, "--out", tmp_path / "tracks.npz", "--settings", tmp_path / "settings.toml")

    assert result.exit_code == 2
    assert wanted in said(result)


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("--out", "tracks.json"), "wanted a name that ends with .npz or .csv, got tracks.json"),
        (("--out", "nowhere/tracks.npz"), "wanted a folder that there is, got nowhere"),
        (("--out", "tracks.npz", "--timing", "nowhere/timing.json"), "--timing"),
        ((), "--out"),
    ],
)
def test_where_nothing_can_be_written_nothing_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], wanted: str
) -> None:
    monkeypatch.chdir(tmp_path)
    reports = written(tmp_path / "reports.npz", two_ships(planar=False))

    result = run(reports, *arguments)

    assert result.exit_code == 2
    assert wanted in said(result)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    result = run(tmp_path / "nowhere.npz", "--out", tmp_path / "tracks.npz")

    assert result.exit_code == 2
    assert "nowhere.npz" in said(result)
