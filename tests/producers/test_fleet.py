import numpy as np

from contracts.emitters import EMITTER_OF_NOTATION
from contracts.platforms import CODE_OF_PLATFORM
from producers.fleet import CLAIMED_ID_FIRST, join_fleets, make_fleet, order_of, usual_emissions
from tests.producers.builders import a_fighter, a_platform


def test_neutral_merchants_report_themselves_and_warships_do_not() -> None:
    fleet = make_fleet(
        [order_of(a_platform()), order_of(a_platform(name="wolf", type="frigate", side="hostile"))], 1
    )

    assert fleet.claimed_id[0] > 0
    assert fleet.claimed_id[1] == 0


def test_claimed_ids_are_nine_digits_that_no_real_ship_has_and_differ() -> None:
    fleet = make_fleet([order_of(a_platform(name=f"ship-{place}")) for place in range(2_000)], 1)

    assert len(set(fleet.claimed_id.tolist())) == 2_000
    assert fleet.claimed_id.min() >= CLAIMED_ID_FIRST
    assert fleet.claimed_id.max() < 960_000_000


def test_a_platform_may_claim_to_be_something_else() -> None:
    row = a_platform(
        type="corvette",
        side="hostile",
        self_report=True,
        claimed_type="fishing-vessel",
        claimed_name="SIM NET",
    )

    fleet = make_fleet([order_of(row)], 1)

    assert fleet.code[0] == CODE_OF_PLATFORM["corvette"]
    assert fleet.claimed_code[0] == CODE_OF_PLATFORM["fishing-vessel"]
    assert fleet.claimed_name == ("SIM NET",)


def test_a_name_that_is_not_given_says_nothing_of_the_platform() -> None:
    fleet = make_fleet([order_of(a_platform(name="secret-plan"))], 1)

    assert fleet.claimed_name[0].startswith("SIM ")
    assert "secret" not in fleet.claimed_name[0].lower()


def test_aircraft_are_gone_at_the_end_of_their_route() -> None:
    row = a_fighter(
        route=((33.0, 129.0), (33.0, 130.0)), course_deg=None, speed_kn=360.0, at_end="leave", depart_min=2
    )

    fleet = make_fleet([order_of(row)], 1)

    # 93.5 km at 185.2 m/s, two minutes after STARTEX.
    assert abs(fleet.gone_s[0] - (120.0 + 93_500.0 / 185.2)) < 2.0


def test_usual_emitters_are_those_of_type_and_side() -> None:
    emissions = usual_emissions("fighter", "hostile", "dark-swift")

    assert [emission.notation for emission in emissions] == ["EX-303"]


def test_a_merchant_has_one_navigation_radar_always_on() -> None:
    (emission,) = usual_emissions("cargo-ship", "neutral", "lantern")

    assert "neutral" in EMITTER_OF_NOTATION[emission.notation].sides
    assert np.isinf(emission.on_s)


def test_joined_fleets_keep_every_platform_s_place() -> None:
    first = make_fleet([order_of(a_platform())], 1)
    second = make_fleet([order_of(a_platform(name="other", type="submarine", side="friend"))], 1)

    both = join_fleets(first, second)

    assert both.place_of == {"lantern": 0, "other": 1}
    assert both.dives.tolist() == [False, True]
