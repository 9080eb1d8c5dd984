"""The columns of a table of reports are those of the page about them."""

import re
from pathlib import Path

from fusion.report_rules import RULES
from fusion.report_table import COLUMNS
from fusion.sensor_settings import SensorSettings

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "report-files.md"


def named_on_the_page() -> set[str]:
    return set(re.findall(r"`(\w+)`", PAGE.read_text(encoding="utf-8")))


def test_every_column_is_on_the_page() -> None:
    assert set(COLUMNS) <= named_on_the_page()


def test_every_column_has_a_rule() -> None:
    assert {rule.column for rule in RULES} == set(COLUMNS)


def test_every_setting_of_a_sensor_is_on_the_page() -> None:
    assert set(SensorSettings.model_fields) <= named_on_the_page()
