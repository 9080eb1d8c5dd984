"""Settings: bounds, and words for what is out of them."""

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.settings import GatewaySettings


def test_by_default_the_gateway_is_open_on_loopback_alone() -> None:
    settings = GatewaySettings(exercise="corridor")

    assert (settings.host, settings.tokens, settings.sessions_max) == ("127.0.0.1", {}, 1000)


def test_a_browser_has_two_cycles_but_at_least_ten_seconds() -> None:
    settings = GatewaySettings(exercise="corridor")

    assert [settings.stall_s(cycle_s) for cycle_s in (30.0, 5.0, 0.0)] == [60.0, 10.0, 10.0]


@pytest.mark.parametrize(
    "fields",
    [
        {"exercise": "No Spaces"},
        {"port": 70_000},
        {"tokens": {"short": ["ALL"]}},
        {"tokens": {"long-enough-token": ["MARS"]}},
        {"sessions_max": 0},
        {"colour": "red"},
    ],
)
def test_a_setting_that_cannot_be_is_named(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(fields))):
        GatewaySettings.model_validate({"exercise": "corridor", **fields})
