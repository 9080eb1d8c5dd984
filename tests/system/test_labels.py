"""What a capital may not see is absent from everything it gets: changing it changes no byte there."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.labels import Scope
from producers.scenario import Scenario
from tests.system.chain import Witness, pictures_to_cycle, the_scenario
from tests.system.conftest import LAST_CYCLE
from tests.virtual_time import run_in_virtual_time


def with_radar(name: str, **changes: Any) -> Scenario:
    """Return the small scenario with one radar's row changed."""
    scenario = the_scenario()
    radars = tuple(row.model_copy(update=changes) if row.name == name else row for row in scenario.radars)
    return replace(scenario, radars=radars)


def run(scenario: Scenario) -> Witness:
    return run_in_virtual_time(pictures_to_cycle(LAST_CYCLE, scenario))


@pytest.fixture(scope="module")
def usa_only() -> Witness:
    """A run in which only the USA (and the white cell) may see the headland's radar."""
    return run(with_radar("headland", nation="USA", releasable_to=("USA",)))


@pytest.fixture(scope="module")
def usa_only_and_changed() -> Witness:
    """The same, but this radar measures worse and sees more clutter: every one of its reports differs."""
    return run(
        with_radar(
            "headland",
            nation="USA",
            releasable_to=("USA",),
            range_sigma_m=400.0,
            clutter_per_revolution=20.0,
        )
    )


@pytest.mark.parametrize("scope", ["JPN", "KOR"])
def test_reports_that_a_scope_may_not_see_change_no_byte_of_its_picture(
    usa_only: Witness, usa_only_and_changed: Witness, scope: Scope
) -> None:
    assert usa_only_and_changed.fingerprints(scope) == usa_only.fingerprints(scope)


@pytest.mark.parametrize("scope", ["USA", "ALL"])
def test_the_same_reports_do_change_the_picture_of_who_may_see_them(
    usa_only: Witness, usa_only_and_changed: Witness, scope: Scope
) -> None:
    last = (scope, LAST_CYCLE)

    assert usa_only_and_changed.fingerprints(scope)[last] != usa_only.fingerprints(scope)[last]


@pytest.mark.parametrize("scope", ["JPN", "KOR"])
def test_a_sensor_that_a_scope_may_not_see_has_no_name_there(usa_only: Witness, scope: Scope) -> None:
    for cycle in range(LAST_CYCLE + 1):
        assert b"headland" not in usa_only.pictures[scope, cycle][0].picture


@pytest.mark.parametrize("scope", ["JPN", "KOR"])
def test_not_even_the_times_of_the_way_tell_of_it(usa_only: Witness, scope: Scope) -> None:
    for cycle in range(LAST_CYCLE + 1):
        assert "headland" not in usa_only.pictures[scope, cycle][0].arrivals


def test_a_track_may_be_seen_by_those_who_may_see_all_it_is_made_of(undisturbed: Witness) -> None:
    picture = undisturbed.picture(LAST_CYCLE, "KOR")
    korea = 0b100

    assert picture.tracks > 0
    assert all(int(mask) & korea for mask in picture.releasable_mask)
