import numpy as np
import pytest

from producers.injects import new_order, sort_out
from tests.producers.builders import STARTEX_S, Rows, an_inject

PLATFORMS = frozenset({"lantern"})
SENSORS = frozenset({"headland"})


def test_a_later_inject_may_name_a_platform_that_an_earlier_one_makes() -> None:
    made = an_inject("new-track", subject="pop-up", platform="patrol-boat", lat_deg=33.0, lon_deg=129.0)
    removed = an_inject("remove", number=2, subject="pop-up")

    fit, ignored = sort_out((made, removed), PLATFORMS, SENSORS)

    assert fit == (made, removed)
    assert ignored == ()


@pytest.mark.parametrize(
    ("action", "request_fields"),
    [
        ("remove", {"subject": "nobody"}),
        ("sensor-off", {"subject": "lantern"}),
        ("spoof-ais", {"subject": "headland", "offset_m": 1.0}),
        ("cyber-attack", {"subject": "headland", "effect": "mischief"}),
        ("emitter-on", {"subject": "lantern", "emitter": "EX-999"}),
        ("new-track", {"platform": "patrol-boat"}),
        ("new-track", {"subject": "lantern", "platform": "frigate", "lat_deg": 1.0, "lon_deg": 1.0}),
        ("jam", {"lat_deg": 1.0, "lon_deg": 1.0}),
    ],
)
def test_an_inject_that_names_nothing_that_exists_is_left_out(action: str, request_fields: Rows) -> None:
    inject = an_inject(action, **request_fields)

    assert sort_out((inject,), PLATFORMS, SENSORS) == ((), ("inj-0001",))


def test_a_new_platform_appears_when_its_inject_takes_effect() -> None:
    order = new_order(
        an_inject(
            "new-track",
            after_s=90.0,
            platform="patrol-boat",
            identity="hostile",
            lat_deg=34.1,
            lon_deg=128.9,
            course_deg=210.0,
            speed_m_per_s=12.0,
            duration_s=60.0,
        ),
        STARTEX_S,
    )

    assert (order.name, order.side, order.inject_id) == ("inj-0001", "hostile", "inj-0001")
    assert (order.begin_s, order.gone_s) == (90.0, 150.0)
    assert np.degrees(order.path.course_rad) == pytest.approx(210.0)


def test_a_new_aircraft_without_height_and_speed_flies() -> None:
    order = new_order(an_inject("new-track", platform="airliner", lat_deg=1.0, lon_deg=1.0), STARTEX_S)

    assert order.path.height_m[0] > 1_000.0
    assert order.path.speed_m_per_s > 100.0
    assert order.reports
