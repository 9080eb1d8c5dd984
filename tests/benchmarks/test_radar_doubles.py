"""Doubles are counted by the radars that feed them."""

from collections import Counter

import pytest

from benchmarks.radar_doubles import Doubled, kinds_of, total_doubled
from producers.scenario import load_scenario
from triptych.places import scenarios_folder


def test_a_radar_is_on_a_ship_on_the_coast_in_the_air_or_looks_far() -> None:
    kinds = kinds_of(load_scenario(scenarios_folder() / "corridor.toml"))

    assert (kinds["stone-heron-eye"], kinds["pine-ridge"]) == ("ship", "coast")
    assert (kinds["high-vane-eye"], kinds["tall-cedar"]) == ("airborne", "far")


def test_the_share_of_doubles_is_that_of_the_tracks_which_the_same_radars_feed() -> None:
    picture = Doubled(
        tracks=Counter({"ship": 30, "coast": 20, "ship or coast": 40}),
        doubles=Counter({"ship": 3, "ship or coast": 4}),
        ship_and_coast=1,
    )

    totals = total_doubled([picture, picture])

    assert totals.double_share["ship"] == pytest.approx(0.1)
    assert totals.ship_or_coast_double_share == pytest.approx(0.1)
    assert totals.ship_and_coast_doubles == 2
