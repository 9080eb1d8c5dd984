"""The corridor is what its story says, and its lanes keep off land."""

from pathlib import Path

import numpy as np
import pytest

from contracts.geodesy import to_geodetic
from producers.scenario import load_scenario
from producers.sensors import detectable
from producers.world import World, build_world
from tests.producers.land import Land, read_land

FILE = Path("scenarios/corridor.toml")
SCENARIO = load_scenario(FILE)
MINUTE_S = 60.0
SAMPLE_S = 150.0
"""A ship does 1.5 km in this time, an airliner 35 km."""


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(SCENARIO, 1)


@pytest.fixture(scope="module")
def land() -> Land:
    return read_land(north_deg=39, south_deg=21, west_deg=118, east_deg=136)


def at(world: World, minutes: float) -> float:
    return world.startex_s + minutes * MINUTE_S


def where(world: World, name: str, minutes: float) -> tuple[float, float, float]:
    lat, lon, height_m = to_geodetic(world.states(at(world, minutes)).ecef_m[world.fleet.place_of[name]])
    return float(np.degrees(lat)), float(np.degrees(lon)), float(height_m)


def test_the_file_opens_with_its_story() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()

    story = lines[: lines.index("")]
    assert len(story) > 15
    assert all(line.startswith("#") for line in story)


def test_it_lasts_an_hour() -> None:
    assert (SCENARIO.exercise, SCENARIO.duration_s) == ("corridor", 3_600.0)


def test_it_has_the_sensors_it_tells_of() -> None:
    assert len(SCENARIO.radars) == 10
    assert sum(row.platform is not None for row in SCENARIO.radars) == 4
    assert len(SCENARIO.intercepts) == 6
    assert sum(row.platform is not None for row in SCENARIO.intercepts) == 2
    assert {row.nation for row in SCENARIO.watch_floors} == {"USA", "JPN", "KOR"}
    assert len(SCENARIO.watch_floors) == 3


def test_most_sensors_tell_everyone_and_some_do_not() -> None:
    told = [frozenset(row.releasable_to) for row in SCENARIO.sensors]

    assert told.count(frozenset({"USA", "JPN", "KOR"})) > len(told) / 2
    assert {frozenset({"USA"}), frozenset({"USA", "JPN"}), frozenset({"USA", "KOR"})} <= set(told)
    assert all(row.nation in row.releasable_to for row in SCENARIO.sensors)


@pytest.mark.parametrize("minutes", [0.0, 20.0, 59.0])
def test_four_hundred_neutrals_and_about_forty_of_interest_are_there(world: World, minutes: float) -> None:
    here = world.states(at(world, minutes)).here

    planned = len(SCENARIO.platforms)
    assert 40 <= planned <= 45
    assert int(here[planned:].sum()) == 400


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ships_and_airliners_keep_off_land(land: Land, seed: int) -> None:
    world = build_world(SCENARIO, seed)

    aground = set()
    for after_s in np.arange(0.0, SCENARIO.duration_s, SAMPLE_S):
        states = world.states(world.startex_s + float(after_s))
        places = np.flatnonzero(states.here)
        lat, lon, _ = to_geodetic(states.ecef_m[places])
        aground |= {
            world.fleet.name[place] for place in places[land.is_land(np.degrees(lat), np.degrees(lon))]
        }

    assert aground == set()


def test_fixed_sensors_stand_on_land(land: Land) -> None:
    fixed = [
        row
        for row in (*SCENARIO.radars, *SCENARIO.intercepts, *SCENARIO.self_reports)
        if row.platform is None
    ]

    lat = np.array([row.lat for row in fixed], dtype=np.float64)
    lon = np.array([row.lon for row in fixed], dtype=np.float64)

    assert land.is_land(lat, lon).all()


def test_the_land_mask_knows_land_from_sea(land: Land) -> None:
    # The middle of Jeju, of Kyushu and of Taiwan; the middle of the East China Sea.
    found = land.is_land(np.array([33.37, 32.8, 23.8, 30.0]), np.array([126.53, 131.0, 121.0, 126.0]))

    assert found.tolist() == [True, True, True, False]


def test_the_tanker_is_misplaced_from_the_tenth_to_the_thirtieth_minute(world: World) -> None:
    acts = [{effect.act for effect in world.effects_on("quiet-ox", at(world, m))} for m in (9, 11, 29, 31)]

    assert acts == [set(), {"spoofed-position"}, {"spoofed-position"}, set()]
    assert detectable(world, at(world, 12))[world.fleet.place_of["quiet-ox"]]


def test_the_jammer_jams_where_it_is(world: World) -> None:
    assert world.areas("gnss", at(world, 7)) == ()
    ((effect, centre_m),) = world.areas("gnss", at(world, 20))

    assert effect.radius_m == 60_000.0
    assert np.array_equal(centre_m, world.states(at(world, 20)).ecef_m[world.fleet.place_of["rust-lure"]])


def test_a_radar_s_data_are_attacked_for_five_minutes(world: World) -> None:
    acts = [
        {effect.act for effect in world.effects_on("pine-ridge", at(world, m))}
        for m in (24.9, 25.1, 29.9, 30.1)
    ]

    assert acts == [
        set(),
        {"spoofed-position", "forged-reports"},
        {"spoofed-position", "forged-reports"},
        set(),
    ]


def test_the_pop_up_threat_is_a_fishing_boat_until_its_radar_comes_on(world: World) -> None:
    place = world.fleet.place_of["sudden-lynx"]
    own = world.emissions.platform == place

    kinds = [
        set(world.emissions.kind[own & world.emissions.active(minutes * MINUTE_S)].tolist())
        for minutes in (21.0, 23.0)
    ]

    assert world.fleet.claimed_id[place] > 0
    assert kinds[0] != kinds[1]


def test_four_missiles_fly_at_the_fortieth_minute(world: World) -> None:
    missiles = [place for name, place in world.fleet.place_of.items() if name.startswith("dart-")]

    there = [world.states(at(world, minutes)).here[missiles].tolist() for minutes in (39.9, 41.0)]

    assert there == [[False] * 4, [True] * 4]
    gull, dart = where(world, "iron-gull", 57.5), where(world, "dart-1", 57.5)
    assert abs(gull[0] - dart[0]) + abs(gull[1] - dart[1]) < 0.2


def test_submarines_are_seldom_up(world: World) -> None:
    heights = [where(world, "cold-pike", minutes)[2] for minutes in (5.0, 14.0, 30.0, 45.0)]

    assert [height_m > -1.0 for height_m in heights] == [False, True, False, True]


def test_nothing_claims_a_name_that_could_be_real(world: World) -> None:
    assert all(name.startswith("SIM ") for name in world.fleet.claimed_name if name)


def test_most_of_it_can_be_noticed_at_all(world: World) -> None:
    here = world.states(at(world, 10)).here

    assert detectable(world, at(world, 10))[here].mean() > 0.75
