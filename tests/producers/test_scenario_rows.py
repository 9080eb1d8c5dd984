import pytest
from pydantic import ValidationError

from contracts.labels import Classification
from contracts.platforms import Domain
from producers.scenario_rows import domain_of
from tests.producers.builders import (
    a_fighter,
    a_lane,
    a_platform,
    a_radar,
    an_effect,
    an_intercept_site,
)


def test_aircraft_leave_at_the_end_of_their_route_and_ships_stay() -> None:
    assert a_fighter(at_end=None).ends == "leave"
    assert a_platform().ends == "hold"
    assert a_fighter(at_end="repeat").ends == "repeat"


def test_a_sensor_s_label_is_what_its_row_says() -> None:
    label = a_radar(classification="secret", releasable_to=("KOR", "USA"), caveats=("US EYES",)).label

    assert label.classification is Classification.SECRET
    assert label.releasable_to == ("USA", "KOR")
    assert label.caveats == ("US EYES",)


def test_the_medium_of_a_type_is_known() -> None:
    assert domain_of("drone") is Domain.AIR
    assert domain_of("submarine") is Domain.SUBSURFACE


def test_a_submarine_only_may_have_times_at_the_surface() -> None:
    with pytest.raises(ValidationError, match="surfaced_min: wanted none for a cargo-ship"):
        a_platform(surfaced_min=((1.0, 2.0),))


def test_a_route_of_several_points_needs_a_speed() -> None:
    with pytest.raises(ValidationError, match="speed_kn: wanted more than 0 on a route of several points"):
        a_platform(route=((33.0, 129.0), (33.1, 129.0)))


def test_heights_go_with_the_points_of_the_route() -> None:
    with pytest.raises(ValidationError, match="heights_m: wanted 1 heights as in route, got 2"):
        a_fighter(heights_m=(1000.0, 2000.0))


def test_an_unknown_emitter_lists_the_library() -> None:
    with pytest.raises(
        ValidationError, match=r"notation: wanted an emitter of the library \(EX-101.*'EX-999'"
    ):
        a_platform(emissions=({"notation": "EX-999"},))


def test_a_lane_s_fastest_speed_must_be_possible_for_each_type() -> None:
    with pytest.raises(ValidationError, match="speed_kn: wanted at most 20 for a tanker, got 24"):
        a_lane(types={"cargo-ship": 1.0, "tanker": 1.0}, speed_kn=(10.0, 24.0))


def test_a_sector_must_last_a_tenth_of_a_second() -> None:
    with pytest.raises(ValidationError, match=r"sectors: wanted sectors of at least 0\.1 s"):
        a_radar(revolution_s=4.0, sectors=90)


def test_a_band_goes_from_low_to_high() -> None:
    with pytest.raises(ValidationError, match="band_ghz"):
        an_intercept_site(band_ghz=(12.0, 1.0))


def test_an_attack_needs_an_effect_that_there_is() -> None:
    with pytest.raises(ValidationError, match=r"effect: wanted one of loss, delay, .* got 'mischief'"):
        an_effect(effect="mischief")


def test_reports_of_a_platform_cannot_be_forged_from_nothing() -> None:
    with pytest.raises(ValidationError, match="other than forged-reports for a platform"):
        an_effect(sensor=None, platform="lantern", effect="forged-reports")


def test_jamming_needs_a_place_or_something_that_carries_it() -> None:
    with pytest.raises(ValidationError, match="lat: wanted a value with kind 'jam', got nothing"):
        an_effect(kind="jam", sensor=None, effect=None, radius_km=10.0)


@pytest.mark.parametrize(("effect", "magnitude"), [("loss", 1.5), ("forged-reports", 1e5), ("delay", 1e5)])
def test_an_effect_beyond_all_measure_is_refused(effect: str, magnitude: float) -> None:
    with pytest.raises(ValidationError, match=f"magnitude: wanted at most .* for {effect}"):
        an_effect(effect=effect, magnitude=magnitude)
