"""Trust: what events and residuals take, and that it comes back."""

import numpy as np
import pytest

from contracts.reports import CyberEffect, CyberEvent
from fusion.trust import OPEN_S_MAX, OpenEvents, SourceRecord, sensor_trust


def an_event(**changed: object) -> CyberEvent:
    return CyberEvent.model_validate({
        "event_id": "ev-1", "category": "jamming", "technique": "T0814", "asset_kind": "sensor", "asset_id": "radar-a",
        "effect": "degraded-accuracy", "confidence": 0.8, "measured_at_s": 100.0, "first_seen_s": 90.0,
        "last_seen_s": 100.0,
    } | changed)  # fmt: skip


def test_a_sensor_with_no_event_and_a_clean_record_is_fully_trusted() -> None:
    assert sensor_trust(SourceRecord("radar-a", "radar"), None) == 1.0


@pytest.mark.parametrize("effect", [CyberEffect.FORGED_REPORTS, CyberEffect.SPOOFED_POSITION])
def test_forged_reports_are_not_trusted_at_all(effect: CyberEffect) -> None:
    assert sensor_trust(SourceRecord("radar-a", "radar"), an_event(effect=effect)) == 0.0


def test_a_degraded_sensor_is_trusted_less_the_surer_the_event() -> None:
    record = SourceRecord("radar-a", "radar")

    sure, unsure = (sensor_trust(record, an_event(confidence=c)) for c in (0.9, 0.5))

    assert 0.0 < sure < unsure < 1.0


def test_residuals_larger_than_the_errors_allow_take_trust_and_small_ones_give_it_back() -> None:
    record = SourceRecord("radar-a", "radar")

    record.note_residuals(np.array([9.0] * 200))
    doubted = sensor_trust(record, None)
    record.note_residuals(np.array([1.0] * 400))

    assert doubted < 0.5
    assert sensor_trust(record, None) == 1.0


def test_one_wild_residual_does_not_take_trust() -> None:
    record = SourceRecord("radar-a", "radar")

    record.note_residuals(np.array([1e9]))

    assert sensor_trust(record, None) == 1.0


def test_an_event_is_news_once() -> None:
    events = OpenEvents()

    assert events.hear(an_event())
    assert not events.hear(an_event(measured_at_s=105.0))
    assert events.hear(an_event(closed=True))
    assert events.on_sensor("radar-a") is None


def test_an_event_few_believe_has_no_effect() -> None:
    events = OpenEvents()
    events.hear(an_event(confidence=0.3))

    assert events.on_sensor("radar-a") is None


def test_an_event_nobody_speaks_of_any_more_is_over() -> None:
    events = OpenEvents()
    events.hear(an_event())

    events.forget(100.0 + OPEN_S_MAX + 1.0)

    assert events.on_sensor("radar-a") is None


def test_the_surest_event_on_a_sensor_counts() -> None:
    events = OpenEvents()
    events.hear(an_event())
    events.hear(an_event(event_id="ev-2", confidence=0.95, effect="forged-reports"))

    found = events.on_sensor("radar-a")

    assert found is not None
    assert found.event_id == "ev-2"
