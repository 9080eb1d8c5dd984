import pytest

from producers.sighting import Sighting, below, platform_of, unfit


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


@pytest.mark.parametrize(
    ("value", "known"),
    [(None, None), (102.3, None), (103.0, None), (-1.0, None), (0.0, 0.0), (102.2, 102.2)],
)
def test_a_sentinel_and_beyond_is_not_available(value: float | None, known: float | None) -> None:
    assert below(value, 102.3) == known


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"mmsi": 0}, "no-identity"),
        ({"lat_deg": None}, "no-position"),
        ({"lat_deg": 91.0}, "no-position"),
        ({"lon_deg": 181.0}, "no-position"),
        ({"lat_deg": 90.5}, "impossible-position"),
        ({"at_s": -1.0}, "impossible-time"),
    ],
)
def test_a_sighting_that_cannot_be_played_says_why(changes: dict[str, float | None], reason: str) -> None:
    sighting = Sighting(1e9, 235070762, 50.7, -1.1, None, None)

    assert unfit(sighting._replace(**changes)) == reason  # type: ignore[arg-type]
