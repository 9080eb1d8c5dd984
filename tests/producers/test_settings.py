from pathlib import Path
from typing import Any

import pytest

from contracts.labels import Classification, Label
from producers.settings import BadSetting, DispatchSettings, ProducerSettings, RecordedSettings
from tests.producers.builders import a_radar, a_scenario


def settings(**changes: Any) -> ProducerSettings:
    keys: dict[str, Any] = {"exercise": "test", "scenario": a_scenario(radars=(a_radar(),)), "seed": 1}
    return ProducerSettings(**(keys | changes))


def recorded(**changes: Any) -> RecordedSettings:
    keys: dict[str, Any] = {
        "exercise": "test",
        "file": Path("ais.csv"),
        "rate": 1.0,
        "nation": "JPN",
        "sensor": "recorded",
        "label": Label(classification=Classification.UNCLASSIFIED, releasable_to=("JPN",)),
    }
    return RecordedSettings(**(keys | changes))


def test_usual_settings_run_every_feed() -> None:
    assert settings().feeds == ("world", "radar", "sigint", "cyber")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"exercise": "Not A Name"}, "exercise: wanted a name"),
        ({"seed": -1}, "seed: wanted a whole number"),
        ({"feeds": ()}, "feeds: wanted some of world, radar, sigint, cyber"),
        ({"feeds": ("sonar",)}, "feeds: wanted some of"),
        ({"sensors": ("hedland",)}, "sensors: wanted some of headland, got .'hedland',."),
    ],
)
def test_a_setting_that_cannot_be_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadSetting, match=message):
        settings(**changes)


@pytest.mark.parametrize("name", ["resend_after_s", "take_up_s", "status_every_s", "truth_every_s"])
def test_times_are_positive(name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        DispatchSettings(**{name: 0.0})  # type: ignore[arg-type]


def test_bounds_are_at_least_one() -> None:
    with pytest.raises(BadSetting, match="outbox_parcels_max: wanted at least 1, got 0"):
        DispatchSettings(outbox_parcels_max=0)


@pytest.mark.parametrize(
    "changes", [{"rate": 0.0}, {"step_s": 0.0}, {"clock_wait_s": 0.0}, {"sensor": "A B"}]
)
def test_a_recorded_feed_has_bounds_too(changes: dict[str, Any]) -> None:
    with pytest.raises(BadSetting, match=next(iter(changes))):
        recorded(**changes)
