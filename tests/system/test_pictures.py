"""Three feeds in, one picture every thirty seconds: the chain as a whole."""

import numpy as np
import pytest

from contracts.clock import wall_time_s
from contracts.geodesy import to_ecef
from contracts.labels import SCOPES
from contracts.picture import TrackStatus
from tests.system.chain import Witness, a_chain, pictures_to_cycle, the_scenario
from tests.system.conftest import LAST_CYCLE
from tests.virtual_time import in_virtual_time, run_in_virtual_time

MILLISECOND = 1e-3
KILOMETRE = 1000.0
ALLOWED_LATENESS_S = 0.25


def test_every_scope_gets_every_cycle_without_a_gap(undisturbed: Witness) -> None:
    assert {scope: undisturbed.cycles(scope) for scope in SCOPES} == {
        scope: list(range(LAST_CYCLE + 1)) for scope in SCOPES
    }


@in_virtual_time
async def test_pictures_come_on_the_grid() -> None:
    async with a_chain() as chain:
        await chain.run_to_cycle(4)

        clock = chain.clock_state()
        due_s = [wall_time_s(clock, chain.grid().end_s(cycle)) for cycle in range(5)]
        came_s = [chain.witness.came_at_s["ALL", cycle] for cycle in range(5)]

    late_s = [came - due - ALLOWED_LATENESS_S for came, due in zip(came_s, due_s, strict=True) if due]
    assert len(late_s) == 5
    assert np.median(late_s) < 2 * MILLISECOND


@in_virtual_time
async def test_the_first_picture_is_there_within_ten_seconds() -> None:
    async with a_chain() as chain:
        await chain.run_for(10.0)

        assert ("ALL", 0) in chain.witness.pictures


def test_the_same_scenario_and_seed_give_the_same_picture(undisturbed: Witness) -> None:
    again = run_in_virtual_time(pictures_to_cycle(LAST_CYCLE))

    assert again.fingerprints() == undisturbed.fingerprints()


def test_another_seed_gives_another_picture(undisturbed: Witness) -> None:
    other = run_in_virtual_time(pictures_to_cycle(2, seed=2))

    assert other.fingerprints()["ALL", 2] != undisturbed.fingerprints()["ALL", 2]


def test_json_and_messagepack_reports_give_the_same_picture(undisturbed: Witness) -> None:
    as_json = run_in_virtual_time(pictures_to_cycle(4, encoding="json"))

    assert as_json.fingerprints().items() <= undisturbed.fingerprints().items()


def test_the_pace_of_the_clock_does_not_change_the_picture(undisturbed: Witness) -> None:
    fast = run_in_virtual_time(pictures_to_cycle(LAST_CYCLE, rate=10.0))

    assert fast.fingerprints() == undisturbed.fingerprints()


def test_the_merchant_ship_is_tracked_where_she_is(undisturbed: Witness) -> None:
    picture = undisturbed.picture(LAST_CYCLE)
    lantern = next(row for row in the_scenario().platforms if row.name == "lantern")

    # She sails due east from the first point of her route, at 16 kn since STARTEX.
    sailed_m = 16 * 1852.0 / 3600.0 * (picture.valid_at_s - the_scenario().startex_s)
    start = np.radians(lantern.route[0])
    metre_rad = 1.0 / (6_378_137.0 * np.cos(start[0]))
    truth_m = to_ecef(start[0], start[1] + sailed_m * metre_rad, np.array(0.0))
    tracks_m = to_ecef(np.radians(picture.lat_deg), np.radians(picture.lon_deg), np.zeros(picture.tracks))

    nearest = int(np.argmin(np.linalg.norm(tracks_m - truth_m, axis=1)))
    assert np.linalg.norm(tracks_m[nearest] - truth_m) < 0.3 * KILOMETRE
    assert picture.status[nearest] == TrackStatus.CONFIRMED
    assert picture.names[int(picture.name[nearest])] == "SIM LANTERN"


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_knows_only_the_sensors_it_may_see(undisturbed: Witness, scope: str) -> None:
    may_see = {row.name for row in the_scenario().sensors if scope == "ALL" or scope in row.releasable_to}

    for cycle in range(LAST_CYCLE + 1):
        picture = undisturbed.picture(cycle, scope)  # type: ignore[arg-type]
        assert {health.sensor for health in picture.sensors} <= may_see
        assert set(picture.sources) <= may_see


def test_everything_says_that_it_is_simulated(undisturbed: Witness) -> None:
    assert all(undisturbed.picture(LAST_CYCLE, scope).simulated for scope in SCOPES)


def test_nothing_was_refused(undisturbed: Witness) -> None:
    assert undisturbed.letters == []
