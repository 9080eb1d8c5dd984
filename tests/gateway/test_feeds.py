"""What the gateway remembers of each part, and its bounds."""

import pytest

from contracts.control import SourceMark, Watermark
from gateway.feeds import CONSUMERS_MAX, DEAD_LETTERS_MAX, SENSORS_MAX, SERVICES_MAX, Heard
from tests.gateway.pictures import EXERCISE, WALL_S
from tests.gateway.words import a_dead_letter, a_sensor, a_service


def a_watermark(consumer: str) -> Watermark:
    return Watermark(
        exercise=EXERCISE, consumer=consumer, marks={"kor-coast-1": SourceMark(epoch=0, sequence=7)}
    )


def test_a_rate_comes_of_two_statuses() -> None:
    heard = Heard()

    heard.hear_sensor(a_sensor(at_s=WALL_S, reports_sent=100), WALL_S)
    first = heard.sensors["kor-coast-1"].reports_per_s
    heard.hear_sensor(a_sensor(at_s=WALL_S + 5.0, reports_sent=160), WALL_S + 5.0)

    assert first is None
    assert heard.sensors["kor-coast-1"].reports_per_s == pytest.approx(12.0)


def test_a_sensor_that_began_again_has_no_negative_rate() -> None:
    heard = Heard()

    heard.hear_sensor(a_sensor(at_s=WALL_S, reports_sent=100), WALL_S)
    heard.hear_sensor(a_sensor(at_s=WALL_S + 5.0, reports_sent=3), WALL_S + 5.0)

    assert heard.sensors["kor-coast-1"].reports_per_s == 0.0


def test_the_same_status_again_keeps_the_rate() -> None:
    heard = Heard()

    heard.hear_sensor(a_sensor(at_s=WALL_S, reports_sent=0), WALL_S)
    heard.hear_sensor(a_sensor(at_s=WALL_S + 5.0, reports_sent=50), WALL_S + 5.0)
    heard.hear_sensor(a_sensor(at_s=WALL_S + 5.0, reports_sent=50), WALL_S + 6.0)

    assert heard.sensors["kor-coast-1"].reports_per_s == pytest.approx(10.0)


def test_tables_have_bounds_and_what_is_beyond_is_counted() -> None:
    heard = Heard()

    for number in range(SENSORS_MAX + 3):
        heard.hear_sensor(a_sensor(f"sensor-{number}"), WALL_S)
    for number in range(SERVICES_MAX + 2):
        heard.hear_service(a_service(f"service-{number}"), WALL_S)
    for number in range(CONSUMERS_MAX + 1):
        heard.hear_watermark(a_watermark(f"consumer-{number}"))

    assert (len(heard.sensors), len(heard.services)) == (SENSORS_MAX, SERVICES_MAX)
    assert (len(heard.watermarks), heard.over_bounds) == (CONSUMERS_MAX, 6)


def test_the_newest_dead_letters_are_kept_and_all_are_counted() -> None:
    heard = Heard()

    for number in range(DEAD_LETTERS_MAX + 5):
        heard.hear_dead_letter(a_dead_letter("future", size_bytes=number))

    assert (len(heard.dead_letters), heard.dead_letters[0].size_bytes) == (DEAD_LETTERS_MAX, 5)
    assert heard.dead_letters_by_reason == {"future": DEAD_LETTERS_MAX + 5}


def test_reasons_nobody_knows_are_counted_together() -> None:
    heard = Heard()

    heard.hear_dead_letter(a_dead_letter("made-up-1"))
    heard.hear_dead_letter(a_dead_letter("made-up-2"))

    assert heard.dead_letters_by_reason == {"other": 2}
