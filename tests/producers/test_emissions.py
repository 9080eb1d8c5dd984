import numpy as np

from contracts.emitters import EMITTER_OF_NOTATION, EMITTERS
from producers.emissions import FREQUENCY_SPREAD, GNSS_HZ, JAMMER
from tests.producers.builders import Rows, a_platform, a_world, an_effect, an_inject

FIVE_SIGMA = 5.0


def radiating(world_rows: Rows, since_s: float) -> list[str]:
    world = a_world(**world_rows)
    active = world.emissions.active(since_s)
    return [EMITTERS[kind].notation for kind in world.emissions.kind[active]]


def test_an_emitter_radiates_by_its_plan() -> None:
    plan = {"notation": "EX-302", "from_min": 1.0, "to_min": 3.0}
    rows: Rows = {"platforms": (a_platform(emissions=(plan,)),)}

    assert radiating(rows, 59.0) == []
    assert radiating(rows, 61.0) == ["EX-302"]
    assert radiating(rows, 180.0) == []


def test_an_emitter_with_a_duty_cycle_is_on_for_its_share_of_the_time() -> None:
    plan = {"notation": "EX-302", "on_s": 30.0, "off_s": 60.0}
    world = a_world(platforms=(a_platform(emissions=(plan,)),))

    share = np.mean([bool(world.emissions.active(float(second))[0]) for second in range(900)])

    assert abs(share - 1.0 / 3.0) < 0.01


def test_units_of_one_type_differ_a_little_and_stay_as_they_are() -> None:
    rows = tuple(
        a_platform(name=f"ship-{place}", emissions=({"notation": "EX-101"},)) for place in range(200)
    )

    first, again = a_world(platforms=rows).emissions, a_world(platforms=rows).emissions

    off = first.frequency_hz / EMITTER_OF_NOTATION["EX-101"].frequency_hz - 1.0
    assert first.frequency_hz.tobytes() == again.frequency_hz.tobytes()
    assert 0.7 * FREQUENCY_SPREAD < off.std() < 1.3 * FREQUENCY_SPREAD
    assert np.abs(off).max() < FIVE_SIGMA * FREQUENCY_SPREAD


def test_an_inject_switches_an_emitter_on_for_a_while() -> None:
    inject = an_inject("emitter-on", after_s=60.0, subject="lantern", emitter="EX-303", duration_s=30.0)
    rows: Rows = {"platforms": (a_platform(emissions=()),), "injects": (inject,)}

    assert radiating(rows, 59.0) == []
    assert radiating(rows, 60.0) == ["EX-303"]
    assert radiating(rows, 90.0) == []


def test_an_inject_silences_one_emitter_and_it_comes_back() -> None:
    plans = ({"notation": "EX-302"}, {"notation": "EX-103"})
    inject = an_inject("emitter-off", after_s=60.0, subject="lantern", emitter="EX-302", duration_s=30.0)
    rows: Rows = {"platforms": (a_platform(emissions=plans),), "injects": (inject,)}

    assert radiating(rows, 59.0) == ["EX-302", "EX-103"]
    assert radiating(rows, 61.0) == ["EX-103"]
    assert sorted(radiating(rows, 91.0)) == ["EX-103", "EX-302"]


def test_an_inject_without_an_emitter_silences_the_platform() -> None:
    plans = ({"notation": "EX-302"}, {"notation": "EX-103"})
    inject = an_inject("emitter-off", after_s=60.0, subject="lantern")
    rows: Rows = {"platforms": (a_platform(emissions=plans),), "injects": (inject,)}

    assert radiating(rows, 61.0) == []


def test_a_jammer_on_a_platform_is_an_emission_that_is_in_no_library() -> None:
    jam = an_effect(kind="jam", sensor=None, effect=None, platform="lantern", radius_km=20.0)
    world = a_world(platforms=(a_platform(emissions=()),), effects=(jam,))

    assert world.emissions.kind.tolist() == [JAMMER]
    assert world.emissions.frequency_hz.tolist() == [GNSS_HZ]
    assert world.emissions.active(61.0).tolist() == [True]
    assert world.emissions.active(121.0).tolist() == [False]
