"""What is known of the sensors of a file."""

import pytest

from fusion.sensor_settings import Sensors


def test_a_sensor_without_a_table_of_its_own_has_that_of_every_sensor() -> None:
    sensors = Sensors({"every": {"detection_probability": 0.8}, "3": {"false_per_rad": 0.2}})

    assert sensors.of(1).detection_probability == 0.8
    assert sensors.of(3).detection_probability is None
    assert sensors.of(3).false_per_rad == 0.2


def test_nothing_is_known_of_a_sensor_that_nobody_names() -> None:
    assert Sensors().of(7).detection_probability is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"radar": {}}, "wanted a sensor's number or 'every', got 'radar'"),
        ({"1": {"detection_probability": 1.5}}, "detection_probability"),
        ({"1": {"false_per_rad": -1.0}}, "false_per_rad"),
        ({"1": {"colour": 3}}, "colour"),
        ({"1": 5}, "SensorSettings"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Sensors(given)
