from pathlib import Path

import numpy as np
import pytest

from contracts.platforms import CODE_OF_PLATFORM
from producers.recording import read_recording
from producers.sighting import RecordingError

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


def test_other_columns_are_refused_with_those_that_are_wanted(tmp_path: Path) -> None:
    with pytest.raises(
        RecordingError, match=r"wanted columns as NOAA's.*got a, b \(no mmsi, time, lat, lon\)"
    ):
        read_recording(a_file(tmp_path, "a,b\n1,2\n"))


@needs_recordings
def test_the_noaa_sample_s_sentinels_are_unknown() -> None:
    found = read_recording(NOAA)

    assert len(found.at_s) == 1_000
    assert np.nanmax(found.speed_m_per_s) < 102.3 * KNOT_M_PER_S
    assert np.nanmax(found.course_rad) < 2.0 * np.pi
    assert np.isnan(found.course_rad).sum() == 90
