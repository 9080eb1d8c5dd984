from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.platforms import CODE_OF_PLATFORM
from producers.recording import RecordingError, platform_of, read_recording

SOLENT = Path("../shared/data/ais/SolentAIS_20160112_130211.csv")
NOAA = Path("../shared/data/ais/noaa_20230101.csv")
needs_recordings = pytest.mark.skipif(
    not SOLENT.exists(), reason="the AIS recordings are not at ../shared/data/ais"
)
KNOT_M_PER_S = 1852.0 / 3600.0
NOAA_HEAD = "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType\n"
SOLENT_HEAD = "Time,MMSI,Latitude_degrees,Longitude_degrees,COG_degrees,SOG_knots\n"


def a_file(folder: Path, text: str) -> Path:
    path = folder / "ais.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_noaa_s_columns_are_read(tmp_path: Path) -> None:
    row = "367752440,2023-01-11T00:00:05,43.07917,-70.75733,8.8,272.7,95.0,SAN JOSE,,WDI9818,70\n"

    found = read_recording(a_file(tmp_path, NOAA_HEAD + row))

    assert found.at_s.tolist() == [1_673_395_205.0]
    assert (found.mmsi[0], found.lat_deg[0], found.lon_deg[0]) == (367752440, 43.07917, -70.75733)
    assert found.speed_m_per_s[0] == pytest.approx(8.8 * KNOT_M_PER_S)
    assert np.degrees(found.course_rad[0]) == pytest.approx(272.7)
    assert found.name == ("SAN JOSE",)
    assert found.platform[0] == CODE_OF_PLATFORM["cargo-ship"]


def test_the_solent_s_columns_are_read(tmp_path: Path) -> None:
    row = "2016-01-12 13:02:11.218,235070762,50.7730133333333,-1.092935,157.8,5.9\n"

    found = read_recording(a_file(tmp_path, SOLENT_HEAD + row))

    assert found.at_s[0] == pytest.approx(1_452_603_731.218)
    assert found.platform[0] == CODE_OF_PLATFORM["unknown-surface"]


def test_noaa_s_newer_names_of_columns_are_read(tmp_path: Path) -> None:
    text = "mmsi,base_date_time,latitude,longitude,sog,cog\n1,2024-01-01T00:00:00,1.0,2.0,3.0,4.0\n"

    assert read_recording(a_file(tmp_path, text)).mmsi.tolist() == [1]


def test_not_available_is_unknown_and_never_plotted(tmp_path: Path) -> None:
    rows = (
        "1,2023-01-11T00:00:00,91,-70.0,5.0,90.0\n"
        "2,2023-01-11T00:00:00,43.0,181,5.0,90.0\n"
        "3,2023-01-11T00:00:00,,,5.0,90.0\n"
        "4,2023-01-11T00:00:00,43.0,-70.0,102.3,360.0\n"
        "5,2023-01-11T00:00:00,43.0,-70.0,102.2,359.9\n"
    )

    found = read_recording(a_file(tmp_path, NOAA_HEAD + rows))

    assert found.mmsi.tolist() == [4, 5]
    assert np.isnan(found.speed_m_per_s).tolist() == [True, False]
    assert np.isnan(found.course_rad).tolist() == [True, False]
    assert found.left_out == {"no-position": 3}


def test_rows_that_cannot_be_read_are_counted_and_the_rest_is_played(tmp_path: Path) -> None:
    rows = (
        "1,yesterday,43.0,-70.0,5.0,90.0\n"
        "ship,2023-01-11T00:00:00,43.0,-70.0,5.0,90.0\n"
        "0,2023-01-11T00:00:00,43.0,-70.0,5.0,90.0\n"
        "2,2023-01-11T00:00:00,143.0,-70.0,5.0,90.0\n"
        "3,2023-01-11T00:00:00\n"
        "4,2023-01-11T00:00:00,43.0,-70.0,5.0,90.0\n"
    )

    found = read_recording(a_file(tmp_path, NOAA_HEAD + rows))

    assert found.mmsi.tolist() == [4]
    assert found.left_out == {"unreadable": 2, "no-identity": 1, "impossible-position": 1, "no-position": 1}


def test_rows_come_in_the_order_of_time(tmp_path: Path) -> None:
    rows = "2,2023-01-11T00:00:09,43,-70,5,90\n1,2023-01-11T00:00:01,43,-70,5,90\n"

    assert read_recording(a_file(tmp_path, NOAA_HEAD + rows)).mmsi.tolist() == [1, 2]


def test_other_columns_are_refused_with_those_that_are_wanted(tmp_path: Path) -> None:
    with pytest.raises(
        RecordingError, match=r"wanted columns as NOAA's.*got a, b \(no mmsi, time, lat, lon\)"
    ):
        read_recording(a_file(tmp_path, "a,b\n1,2\n"))


def test_a_file_without_a_position_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"at least one self-report with a position, got none"):
        read_recording(a_file(tmp_path, NOAA_HEAD))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"nowhere\.csv: wanted a readable file"):
        read_recording(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("ship_type", "platform"),
    [
        (30, "fishing-vessel"),
        (60, "ferry"),
        (79, "cargo-ship"),
        (80, "tanker"),
        (35, "unknown-surface"),
        (None, "unknown-surface"),
    ],
)
def test_a_ship_type_says_what_it_is(ship_type: int | None, platform: str) -> None:
    assert platform_of(ship_type) == platform


@given(st.binary(max_size=300))
def test_any_file_is_a_recording_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "ais.csv"
    path.write_bytes(NOAA_HEAD.encode() + content)

    try:
        found = read_recording(path)
    except RecordingError:
        return
    assert np.isfinite(found.lat_deg).all()


@needs_recordings
def test_the_solent_hour_has_ninety_one_ships_and_no_row_is_left_out() -> None:
    found = read_recording(SOLENT)

    assert len(found.at_s) == 18_623
    assert len(set(found.mmsi.tolist())) == 91
    assert found.left_out == {}
    outside = (np.abs(found.lat_deg - 50.7) > 0.3) | (np.abs(found.lon_deg + 1.1) > 0.5)
    # One report of a moored ship says 54.8 degrees east: it was said, so it is played; fusion has to judge.
    assert found.mmsi[outside].tolist() == [245188000]


@needs_recordings
def test_the_noaa_sample_s_sentinels_are_unknown() -> None:
    found = read_recording(NOAA)

    assert len(found.at_s) == 1_000
    assert np.nanmax(found.speed_m_per_s) < 102.3 * KNOT_M_PER_S
    assert np.nanmax(found.course_rad) < 2.0 * np.pi
    assert np.isnan(found.course_rad).sum() == 90
