from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_rows_come_in_the_order_of_time(tmp_path: Path) -> None:
    rows = "2,2023-01-11T00:00:09,43,-70,5,90\n1,2023-01-11T00:00:01,43,-70,5,90\n"

    assert read_recording(a_file(tmp_path, NOAA_HEAD + rows)).mmsi.tolist() == [1, 2]


def test_a_file_without_a_position_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"at least one self-report with a position, got none"):
        read_recording(a_file(tmp_path, NOAA_HEAD))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"nowhere\.csv: wanted a readable file"):
        read_recording(tmp_path / "nowhere.csv")


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
