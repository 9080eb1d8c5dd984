import pytest

from contracts.platforms import CODE_OF_PLATFORM, PLATFORM_TYPES, Domain
from contracts.units import KNOT_M_PER_S
from producers.signatures import SIGNATURES, report_every_s, signature_of


def test_every_type_that_moves_has_a_signature() -> None:
    moving = {
        kind.name
        for kind in PLATFORM_TYPES
        if not kind.name.startswith("unknown") and kind.domain is not Domain.LAND
    }

    assert moving == set(SIGNATURES)


@pytest.mark.parametrize(
    ("speed_kn", "every_s"), [(0.0, 180.0), (5.0, 10.0), (14.0, 10.0), (18.0, 6.0), (24.0, 2.0)]
)
def test_a_ship_reports_as_often_as_the_ais_standard_says(speed_kn: float, every_s: float) -> None:
    assert report_every_s(CODE_OF_PLATFORM["cargo-ship"], speed_kn * KNOT_M_PER_S) == every_s


def test_a_fast_aircraft_needs_more_room_to_turn() -> None:
    fighter = signature_of("fighter")

    assert fighter.turn_radius_m(400.0) == pytest.approx(4.0 * fighter.turn_radius_m(200.0))


def test_a_slow_ship_turns_no_tighter_than_it_can() -> None:
    assert signature_of("tanker").turn_radius_m(0.5) == 900.0
