import pytest

from producers.sensors import detectable, sensors_of
from producers.synthetic import synthetic_scenario
from producers.world import build_world


def test_it_has_as_many_platforms_as_asked_for_and_all_can_be_noticed() -> None:
    world = build_world(synthetic_scenario(500, 1), 1)

    assert len(world.fleet.name) == 500
    assert detectable(world, world.startex_s + 30.0).all()


def test_they_stay_for_as_long_as_anyone_looks() -> None:
    world = build_world(synthetic_scenario(200, 1), 1)

    assert world.states(world.startex_s + 7_200.0).here.all()


def test_one_revolution_of_all_radars_gives_a_plot_of_nearly_everything() -> None:
    world = build_world(synthetic_scenario(300, 1), 1)

    seen: set[str] = set()
    for sensor in sensors_of(world.scenario)[:6]:
        for sequence in range(10):
            attribution = sensor.produce(world, sequence, 0.0).attribution
            assert attribution is not None
            seen |= set(attribution.name)

    assert len(seen) > 295


def test_another_seed_spreads_them_otherwise() -> None:
    assert synthetic_scenario(3, 1).platforms != synthetic_scenario(3, 2).platforms


def test_a_scenario_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="platforms must be at least 1, got 0"):
        synthetic_scenario(0, 1)
