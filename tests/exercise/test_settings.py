"""What the exercise service may be told."""

import pytest

from exercise.settings import BadSetting
from tests.exercise.builders import the_settings


def test_the_defaults_begin_by_themselves_in_real_time() -> None:
    settings = the_settings()

    assert settings.autostart
    assert settings.rate == 1.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("exercise", "Not A Name"),
        ("exercise", ""),
        ("startex_s", -1.0),
        ("startex_s", float("nan")),
        ("rate", 0.0),
        ("rate", 61.0),
        ("lead_s", 0.0),
        ("status_every_s", -5.0),
        ("take_up_s", float("inf")),
        ("traces_max", 0),
        ("traces_max", 5000),
    ],
)
def test_a_setting_out_of_bounds_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(BadSetting, match=f"^{name}: wanted .*, got "):
        the_settings(**{name: value})
