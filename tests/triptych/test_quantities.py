"""Speeds, lengths, times and positions as people type them."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.quantities import BadQuantity, Position, length_m, position, speed_m_per_s, time_s

MILLIMETRE = 1e-3


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        # The knot and the foot as the BIPM and the 1959 agreement define them.
        (speed_m_per_s, "24kn", 24 * 1852.0 / 3600.0),
        (speed_m_per_s, "24 kt", 24 * 1852.0 / 3600.0),
        (speed_m_per_s, "12.5m/s", 12.5),
        (speed_m_per_s, "90 km/h", 25.0),
        (length_m, "20NM", 37_040.0),
        (length_m, "20nm", 37_040.0),
        (length_m, "1.5km", 1500.0),
        (length_m, "-50m", -50.0),
        (length_m, "30000ft", 9144.0),
        (time_s, "90s", 90.0),
        (time_s, "10min", 600.0),
        (time_s, "10m", 600.0),
        (time_s, "1.5h", 5400.0),
    ],
)
def test_a_quantity_is_read_in_its_unit(read: Callable[[str], float], text: str, value: float) -> None:
    assert read(text) == pytest.approx(value, abs=MILLIMETRE)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (speed_m_per_s, "24"),
        (speed_m_per_s, "24NM"),
        (speed_m_per_s, "fast"),
        (speed_m_per_s, ""),
        (length_m, "20kn"),
        (length_m, "nankm"),
        (length_m, "1e3m"),
        (time_s, "10"),
        (time_s, "10 parsecs"),
    ],
)
def test_a_quantity_without_its_unit_is_refused(read: Callable[[str], float], text: str) -> None:
    with pytest.raises(BadQuantity, match=r"wanted a (speed|length|time) such as .*; got"):
        read(text)


@pytest.mark.parametrize(
    ("text", "latitude_deg", "longitude_deg"),
    [
        ("34.1,128.9", 34.1, 128.9),
        ("34.1N, 128.9E", 34.1, 128.9),
        ("-34.1,-128.9", -34.1, -128.9),
        ("34.1S,128.9w", -34.1, -128.9),
        ("90,180", 90.0, 180.0),
    ],
)
def test_a_position_is_latitude_then_longitude(text: str, latitude_deg: float, longitude_deg: float) -> None:
    assert position(text) == Position(latitude_deg, longitude_deg)


@pytest.mark.parametrize(
    "text", ["34.1", "34.1,128.9,0", "91,0", "0,181", "-34.1S,0", "34.1E,128.9N", "here,there", ""]
)
def test_a_position_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadQuantity, match="wanted latitude and longitude"):
        position(text)


@given(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))
def test_a_position_printed_to_six_places_is_read_back(latitude_deg: float, longitude_deg: float) -> None:
    text = f"{latitude_deg:.6f},{longitude_deg:.6f}"

    assert position(text).lat_deg == pytest.approx(latitude_deg, abs=1e-6)
    assert position(text).lon_deg == pytest.approx(longitude_deg, abs=1e-6)


@pytest.mark.parametrize("read", [speed_m_per_s, length_m, time_s, position])
@given(text=st.text(max_size=20))
def test_any_text_is_read_or_refused_and_nothing_else(read: Callable[[str], object], text: str) -> None:
    with contextlib.suppress(BadQuantity):
        read(text)
