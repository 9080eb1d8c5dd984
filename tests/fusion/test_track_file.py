"""Files of tracks, as an archive and as text."""

import csv
from pathlib import Path

import numpy as np
import pytest

from fusion.track_file import FusedTracks, write_tracks


def tracks(*, planar: bool) -> FusedTracks:
    """Two rows: the first track has reports 7 and 3, the second none."""
    some, none = np.array([1.0, 2.0]), np.full(2, np.nan)
    return FusedTracks(
        planar=planar, time_s=np.array([10.0, 10.0]), scan=np.array([4, 4]), track=np.array([0, 5]),
        lat_deg=none if planar else some, lon_deg=none if planar else some,
        x_m=some if planar else none, y_m=some if planar else none, height_m=none,
        v_east_m_per_s=np.array([3.0, 4.0]), v_north_m_per_s=np.array([5.0, 6.0]), v_up_m_per_s=np.zeros(2),
        cov=np.arange(32.0).reshape(2, 16), reports_start=np.array([0, 2, 2]), reports=np.array([3, 7]),
    )  # fmt: skip


def test_an_archive_holds_the_columns_of_earth(tmp_path: Path) -> None:
    write_tracks(tmp_path / "tracks.npz", tracks(planar=False))

    with np.load(tmp_path / "tracks.npz") as archive:
        assert set(archive.files) == {
            "time_s", "scan", "track", "lat_deg", "lon_deg", "height_m", "v_east_m_per_s", "v_north_m_per_s",
            "v_up_m_per_s", "cov", "reports_start", "reports", "about",
        }  # fmt: skip
        assert archive["cov"].shape == (2, 16)
        assert archive["reports"][archive["reports_start"][0] : archive["reports_start"][1]].tolist() == [
            3,
            7,
        ]
        assert "not for real use" in str(archive["about"])


def test_an_archive_of_a_plane_has_x_and_y_and_their_speeds(tmp_path: Path) -> None:
    write_tracks(tmp_path / "tracks.npz", tracks(planar=True))

    with np.load(tmp_path / "tracks.npz") as archive:
        assert archive["x_m"].tolist() == [1.0, 2.0]
        assert archive["v_x_m_per_s"].tolist() == archive["v_east_m_per_s"].tolist() == [3.0, 4.0]
        assert "lat_deg" not in archive.files


def test_text_has_a_row_for_each_track_and_its_reports_in_one_field(tmp_path: Path) -> None:
    write_tracks(tmp_path / "tracks.csv", tracks(planar=False))

    with (tmp_path / "tracks.csv").open(encoding="utf-8") as file:
        first, second = csv.DictReader(file)

    assert (first["track"], first["reports"], first["cov_01"], first["height_m"]) == ("0", "3 7", "1.0", "")
    assert (second["track"], second["reports"], second["cov_33"]) == ("5", "", "31.0")


def test_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"wanted a file of tracks that ends with .npz or .csv, got 'tracks.json'"
    ):
        write_tracks(tmp_path / "tracks.json", tracks(planar=False))
