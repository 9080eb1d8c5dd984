import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.scenario import ScenarioError, load_scenario, parse_scenario

MINIMAL = Path("scenarios/minimal.toml")
HEAD = 'exercise = "test"\ntitle = "A test"\nstartex = 2031-05-14T00:00:00Z\nduration_min = 10\n'
RADAR = """
[[radar]]
name = "headland"
nation = "JPN"
classification = "restricted"
releasable_to = ["USA", "JPN"]
lat = 33.0
lon = 129.0
height_m = 200
range_km = 100
sees = ["surface"]
revolution_s = 4
sectors = 4
small_target_km = 30
range_sigma_m = 40
azimuth_sigma_deg = 0.3
"""
SHIP = """
[[platform]]
name = "lantern"
type = "cargo-ship"
side = "neutral"
route = [[33.0, 129.0], [33.5, 129.5]]
speed_kn = 15
"""


def problems(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text)
    return [str(problem) for problem in caught.value.problems]


def changed(text: str, key: str, value: str) -> str:
    replaced, count = re.subn(rf"^{key} = .*$", f"{key} = {value}", text, flags=re.MULTILINE)
    assert count == 1
    return replaced


def test_a_scenario_is_read_with_its_times_in_seconds() -> None:
    scenario = load_scenario(MINIMAL)

    assert scenario.exercise == "minimal"
    assert scenario.startex_s == 1_936_483_200.0
    assert scenario.duration_s == 1_800.0
    assert [sensor.name for sensor in scenario.sensors] == [
        "headland",
        "hilltop",
        "watchful-ear",
        "listening-post",
        "night-watch",
    ]


def test_an_unknown_key_is_named_with_the_keys_there_are() -> None:
    (problem,) = problems(HEAD + RADAR + changed(SHIP, "speed_kn", "15\nspead = 3"))

    assert problem.startswith("platform[0] (lantern).spead: unknown key; wanted one of name, type, side")


def test_an_unknown_table_is_refused() -> None:
    (problem,) = problems(HEAD + RADAR + '[[plattform]]\nname = "x"\n')

    assert problem.startswith("plattform: unknown key; wanted one of exercise, title, startex, duration_min")
    assert "platform" in problem


def test_an_impossible_speed_is_refused_for_the_type() -> None:
    (problem,) = problems(HEAD + RADAR + changed(SHIP, "speed_kn", "60"))

    assert problem == "platform[0] (lantern).speed_kn: wanted at most 26 for a cargo-ship, got 60.0"


def test_an_unknown_type_lists_the_types() -> None:
    (problem,) = problems(HEAD + RADAR + changed(SHIP, "type", '"zeppelin"'))

    assert problem.startswith("platform[0] (lantern).type: wanted one of fighter, patrol-aircraft")
    assert problem.endswith("got 'zeppelin'")


def test_a_latitude_beyond_the_pole_is_refused() -> None:
    (problem,) = problems(HEAD + RADAR + changed(SHIP, "route", "[[133.0, 129.0], [33.5, 129.5]]"))

    assert problem == ("platform[0] (lantern).route.0.0: wanted less than or equal to 90, got 133.0")


def test_a_nation_that_takes_no_part_is_refused() -> None:
    (problem,) = problems(HEAD + SHIP + changed(RADAR, "nation", '"FRA"'))

    assert problem == "radar[0] (headland).nation: wanted 'USA', 'JPN' or 'KOR', got 'FRA'"


def test_a_sensor_must_say_who_may_see_its_reports() -> None:
    (problem,) = problems(HEAD + SHIP + re.sub(r"^releasable_to.*\n", "", RADAR, flags=re.MULTILINE))

    assert problem == "radar[0] (headland).releasable_to: wanted a value, got nothing"


def test_a_scenario_without_sensors_is_refused() -> None:
    (problem,) = problems(HEAD + SHIP)

    assert problem.startswith("wanted at least one sensor ([[radar]], [[intercept]]")


def test_an_effect_on_a_missing_sensor_names_the_sensors_there_are() -> None:
    effect = '[[effect]]\nname = "x"\nkind = "sensor-off"\nsensor = "hedland"\nfrom_min = 1\n'

    (problem,) = problems(HEAD + SHIP + RADAR + effect)

    assert problem == "effect[0] (x).sensor: wanted one of headland, got 'hedland'"


def test_a_sensor_on_a_missing_platform_is_refused() -> None:
    radar = (
        changed(RADAR, "lat", '33.0\nplatform = "lanthorn"')
        .replace("lat = 33.0\n", "")
        .replace("lon = 129.0\n", "")
    )

    (problem,) = problems(HEAD + SHIP + radar)

    assert problem == "radar[0] (headland).platform: wanted one of lantern, got 'lanthorn'"


def test_a_sensor_needs_a_place() -> None:
    (problem,) = problems(HEAD + SHIP + RADAR.replace("lat = 33.0\n", ""))

    assert problem == (
        "radar[0] (headland).lat: wanted lat and lon, or the platform that carries the sensor, got nothing"
    )


def test_a_sensor_cannot_ride_on_a_platform_that_leaves() -> None:
    leaving = changed(SHIP, "speed_kn", '15\nat_end = "leave"')
    radar = RADAR.replace("lat = 33.0\nlon = 129.0\n", 'platform = "lantern"\n')

    (problem,) = problems(HEAD + leaving + radar)

    assert problem.startswith("radar[0] (headland).platform: wanted a platform that stays (at_end)")


def test_names_are_unique() -> None:
    (problem,) = problems(HEAD + SHIP + RADAR + RADAR)

    assert problem == "radar[1] (headland).name: wanted a name of its own, got that of radar[0] (headland)"


def test_an_aircraft_on_the_ground_and_a_flying_ship_are_refused() -> None:
    flying = changed(SHIP, "speed_kn", "15\nheight_m = 100")
    grounded = changed(changed(SHIP, "type", '"airliner"'), "name", '"skylark"')

    found = problems(HEAD + RADAR + flying + grounded)

    assert found == [
        "platform[0] (lantern).height_m: wanted 0 for a cargo-ship, got 100.0",
        "platform[1] (skylark).height_m: wanted more than 0 for an airliner, got 0.0",
    ]


def test_every_problem_is_listed_at_once() -> None:
    ship = changed(changed(SHIP, "speed_kn", "99"), "side", '"grey"')
    effect = '[[effect]]\nname = "x"\nkind = "spoof-ais"\nplatform = "nobody"\nfrom_min = 5\nto_min = 4\n'

    found = problems(changed(HEAD, "duration_min", "-1") + changed(RADAR, "sectors", "0") + ship + effect)

    assert [problem.split(":")[0] for problem in found] == [
        "duration_min",
        "platform[0] (lantern).side",
        "radar[0] (headland).sectors",
        "effect[0] (x).to_min",
        "effect[0] (x).platform",
    ]


def test_text_where_a_number_is_wanted_is_refused() -> None:
    (problem,) = problems(HEAD + RADAR + changed(SHIP, "speed_kn", '"15"'))

    assert problem == "platform[0] (lantern).speed_kn: wanted a valid number, got '15'"


def test_broken_toml_says_where() -> None:
    (problem,) = problems(HEAD + "[[radar\n")

    assert problem.startswith("wanted TOML:")
    assert "line 5" in problem


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nowhere\.toml: 1 problem"):
        load_scenario(tmp_path / "nowhere.toml")


@given(st.text(max_size=200))
def test_any_text_gives_a_scenario_or_a_list_of_problems(text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text)

    assert caught.value.problems


@given(
    st.sampled_from(["speed_kn", "route", "type", "side", "name"]),
    st.sampled_from(["nan", "inf", "-1", "true", "[]", "{}", '""', "1e400", "2031-05-14"]),
)
def test_any_wrong_value_is_named_by_its_key(key: str, value: str) -> None:
    found = problems(HEAD + RADAR + changed(SHIP, key, value))

    assert all(f".{key}" in problem for problem in found)
