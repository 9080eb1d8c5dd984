"""Which report tells of an inject."""

import pytest

from contracts.control import InjectAction
from exercise.sights import SensorKind
from exercise.witnesses import WITNESSES, is_about, is_witness, rows_of
from tests.exercise.builders import STARTEX_S, an_inject
from tests.exercise.pictures import an_attribution, some_cyber


def test_every_action_has_its_witness() -> None:
    assert set(WITNESSES) == set(InjectAction)


def test_the_rows_of_a_platform_are_those_attributed_to_it() -> None:
    attribution = an_attribution(rows={2: "Amber Star", 5: "Grey Heron", 7: "Amber Star"})

    assert rows_of("Amber Star", attribution) == (2, 7)
    assert rows_of("Nobody", attribution) == ()


@pytest.mark.parametrize(
    ("action", "sensor_kind", "has_rows", "tells"),
    [
        ("new-track", "radar", True, True),
        ("new-track", "self-report", True, True),
        ("new-track", "radar", False, False),
        ("remove", "intercept", True, True),
        ("spoof-ais", "self-report", True, True),
        ("spoof-ais", "radar", True, False),
        ("emitter-on", "intercept", True, True),
        ("emitter-on", "self-report", True, False),
        ("emitter-off", "intercept", True, True),
        ("jam", "radar", True, False),
        ("cyber-attack", "radar", True, False),
    ],
)
def test_a_batch_tells_of_a_platforms_inject_by_its_rows_and_its_kind(
    action: str, sensor_kind: SensorKind, *, has_rows: bool, tells: bool
) -> None:
    inject = an_inject(action=action, subject="Amber Star")

    assert is_witness(inject, an_attribution(), sensor_kind, has_rows=has_rows) == tells


@pytest.mark.parametrize(
    ("sensor", "size", "tells"),
    [("radar-jeju", 4, True), ("radar-jeju", 0, False), ("radar-other", 4, False)],
)
def test_a_sensors_own_batch_tells_of_it_when_it_has_any_row(sensor: str, size: int, *, tells: bool) -> None:
    inject = an_inject(action="sensor-off", subject="radar-jeju")

    assert is_witness(inject, an_attribution(sensor, size=size), "radar", has_rows=False) == tells


@pytest.mark.parametrize(
    ("asset_id", "event_id", "last_seen_s", "about"),
    [
        ("radar-jeju", "ev-1", STARTEX_S + 18.0, True),
        ("radar-jeju", "ev-1", STARTEX_S + 9.0, False),
        ("radar-other", "ev-1", STARTEX_S + 18.0, False),
        ("440123456", "inj-0001-ev", STARTEX_S + 9.0, True),
        ("inj-0001", "ev-1", STARTEX_S + 9.0, True),
        ("440123456", "inj-00012", STARTEX_S + 18.0, False),
    ],
)
def test_a_cyber_event_is_about_what_it_is_named_after_or_strikes(
    asset_id: str, event_id: str, last_seen_s: float, *, about: bool
) -> None:
    (event,) = some_cyber(asset_id, event_id, last_seen_s=last_seen_s).events
    inject = an_inject(1, action="cyber-attack", subject="radar-jeju", effect="loss")

    assert is_about(event, inject) == about
