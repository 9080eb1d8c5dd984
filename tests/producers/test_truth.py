from producers.truth import truth_states
from tests.producers.builders import STARTEX_S, a_fighter, a_platform, a_radar, a_world


def test_truth_before_anyone_has_set_out_is_empty() -> None:
    world = a_world(platforms=(a_fighter(depart_min=5.0),), radars=(a_radar(),))

    assert truth_states(world, STARTEX_S).name == ()


def test_truth_says_what_some_sensor_could_have_noticed() -> None:
    far = a_platform(name="far", route=((30.0, 125.0),))
    world = a_world(platforms=(a_platform(), far), radars=(a_radar(small_target_km=500.0),))

    assert truth_states(world, STARTEX_S).detectable.tolist() == [1, 0]
