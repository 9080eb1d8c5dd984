"""What the how-to pages show can be taken as it stands."""

import re
import tomllib
from pathlib import Path

from contracts.codec import decode
from contracts.reports import SelfReports
from producers.scenario_rows import RadarRow

PAGE = Path("docs/how-to/add-a-sensor.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    match = re.search(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)
    assert match is not None
    return match[1]


def test_the_radar_shown_is_a_radar() -> None:
    (table,) = tomllib.loads(block("toml"))["radar"]

    assert RadarRow.model_validate(table).name == "new-headland"


def test_the_report_shown_is_a_report() -> None:
    assert decode(block("json").encode(), SelfReports).rows == 1
