import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyais import encode_dict

from contracts.platforms import CODE_OF_PLATFORM
from producers.nmea import UNTIMED_FROM_S, looks_like_nmea
from producers.recording import Recording, read_recording
from producers.sighting import RecordingError

SAMPLE = Path("../shared/data/ais/gpsd_sample.aivdm")
needs_recordings = pytest.mark.skipif(
    not SAMPLE.exists(), reason="the AIS recordings are not at ../shared/data/ais"
)
POSITIONS = {1, 2, 3, 9, 18, 19, 27}
KNOT_M_PER_S = 1852.0 / 3600.0


def sentences(**fields: Any) -> list[str]:
    message = {
        "type": 1,
        "mmsi": 235070762,
        "lat": 50.77,
        "lon": -1.09,
        "speed": 5.9,
        "course": 157.8,
    } | fields
    return encode_dict(message, talker_id="AI", radio_channel="A", sentence_type="VDM")


def read(folder: Path, *lines: str) -> Recording:
    path = folder / "ais.nmea"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_recording(path)


def test_a_position_report_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, *sentences())

    assert found.mmsi.tolist() == [235070762]
    assert found.lat_deg[0] == pytest.approx(50.77, abs=1e-5)
    assert found.speed_m_per_s[0] == pytest.approx(5.9 * KNOT_M_PER_S)


def test_not_available_is_unknown_and_never_plotted(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        *sentences(mmsi=1, lat=91.0, lon=181.0),
        *sentences(mmsi=2, speed=102.3, course=360.0),
    )

    assert found.mmsi.tolist() == [2]
    assert np.isnan(found.speed_m_per_s[0])
    assert np.isnan(found.course_rad[0])
    assert found.left_out["no-position"] == 1


def test_a_rescue_aircraft_may_be_faster_than_any_ship(tmp_path: Path) -> None:
    found = read(tmp_path, *sentences(type=9, mmsi=111232511, speed=150, alt=300))

    assert found.speed_m_per_s[0] == pytest.approx(150 * KNOT_M_PER_S)
    assert found.platform[0] == CODE_OF_PLATFORM["unknown-air"]


def test_name_and_type_come_from_static_messages(tmp_path: Path) -> None:
    static = sentences(type=5, shipname="EVER CALM", ship_type=80, callsign="X", imo=1, destination="")

    found = read(tmp_path, *static, *sentences())

    assert found.name == ("EVER CALM",)
    assert found.platform[0] == CODE_OF_PLATFORM["tanker"]


def test_a_tag_block_tells_the_time(tmp_path: Path) -> None:
    (first,), (second,) = sentences(), sentences(mmsi=2)

    found = read(tmp_path, f"\\s:station,c:1241544035*00\\{first}", f"\\c:1241544040000*00\\{second}")

    assert found.at_s.tolist() == [1_241_544_035.0, 1_241_544_040.0]


def test_a_time_behind_the_checksum_is_taken(tmp_path: Path) -> None:
    (line,) = sentences()

    assert read(tmp_path, f"{line},rnhjel,1272412831").at_s.tolist() == [1_272_412_831.0]


def test_sentences_without_times_are_spread(tmp_path: Path) -> None:
    found = read(tmp_path, *sentences(), *sentences(mmsi=2))

    assert found.at_s == pytest.approx([UNTIMED_FROM_S, UNTIMED_FROM_S + 0.1])


def test_broken_sentences_are_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, "!AIVDM,1,1,,A,", "!AIVDM,2,2,1,A,xx,0*00", "no sentence", *sentences())

    assert len(found.at_s) == 1


def test_a_line_beyond_all_bounds_is_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, *sentences(), "!AIVDM," + "x" * 5_000, *sentences(mmsi=2))

    assert found.mmsi.tolist() == [235070762, 2]
    assert found.left_out["too-long"] == 1


def test_csv_is_not_taken_for_nmea(tmp_path: Path) -> None:
    path = tmp_path / "ais.csv"
    path.write_text("MMSI,BaseDateTime,LAT,LON\n", encoding="utf-8")

    assert not looks_like_nmea(path)


@given(st.lists(st.text(alphabet=st.characters(codec="ascii"), max_size=80), max_size=8))
def test_any_lines_are_a_recording_or_refused(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")

    try:
        found = read(folder, *sentences(), *("!AIVDM," + line for line in lines))
    except RecordingError:
        return
    assert 235070762 in found.mmsi.tolist()


@needs_recordings
def test_gpsd_s_own_decode_of_its_sample_agrees() -> None:
    lines = SAMPLE.with_suffix(".aivdm.ju.chk").read_text(encoding="utf-8").splitlines()
    decoded = [json.loads(line) for line in lines if line.startswith("{")]
    wanted = sorted(
        # Long-range reports have tenths of minutes, the others ten-thousandths.
        (row["mmsi"], row["lat"] / scale, row["lon"] / scale)
        for row in decoded
        if row.get("type") in POSITIONS
        for scale in [600.0 if row["type"] == 27 else 600_000.0]
    )

    found = read_recording(SAMPLE)

    got = sorted(zip(found.mmsi.tolist(), found.lat_deg.tolist(), found.lon_deg.tolist(), strict=True))
    assert len(got) == len(wanted) == 14
    assert np.allclose(got, wanted, rtol=0.0, atol=1e-5)
