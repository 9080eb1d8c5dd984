"""docs/reference/scenario.md explains every key that a scenario may have, and no other."""

import re
from pathlib import Path

import pytest

from producers.effects import MAGNITUDES, RADAR_JAM_DB
from producers.scenario_rows import (
    EffectRow,
    EmissionRow,
    HeadRow,
    InterceptRow,
    PlatformRow,
    RadarRow,
    Row,
    SelfReportRow,
    SensorRow,
    SitedRow,
    TrafficRow,
    WatchFloorRow,
)

PAGE = Path("docs/reference/scenario.md").read_text(encoding="utf-8")
SECTIONS: dict[str, tuple[type[Row], type[Row] | None]] = {
    "The head": (HeadRow, None),
    "`[[platform]]`: one ship, aircraft, submarine or missile": (PlatformRow, None),
    "An emission plan": (EmissionRow, None),
    "`[[traffic]]`: a lane or airway full of neutrals": (TrafficRow, None),
    "What every sensor says": (SensorRow, None),
    "Where a sensor stands": (SitedRow, SensorRow),
    "`[[radar]]`": (RadarRow, SitedRow),
    "`[[intercept]]`: takes bearings of emitters": (InterceptRow, SitedRow),
    "`[[self_report]]`: hears AIS and ADS-B": (SelfReportRow, SitedRow),
    "`[[watch_floor]]`: finds cyber incidents, late and not always rightly": (WatchFloorRow, SensorRow),
    "`[[effect]]`: something that goes wrong": (EffectRow, None),
}


def section(title: str) -> str:
    """The text below a heading, up to the next."""
    match = re.search(rf"^#+ {re.escape(title)}$(.*?)(?=^#|\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert match is not None, f"the page has no heading {title!r}"
    return match[1]


def first_table(text: str) -> list[list[str]]:
    """The cells of the rows of the first table."""
    rows = re.search(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
    assert rows is not None
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in rows[0].splitlines()[2:]]


@pytest.mark.parametrize("title", SECTIONS)
def test_every_key_has_its_line_and_every_line_its_key(title: str) -> None:
    row, shared = SECTIONS[title]

    keys = [cells[0].strip("`") for cells in first_table(section(title))]

    wanted = [key for key in row.model_fields if shared is None or key not in shared.model_fields]
    assert sorted(keys) == sorted(wanted)


@pytest.mark.parametrize("title", [title for title in SECTIONS if title != "The head"])
def test_the_page_says_which_keys_are_needed(title: str) -> None:
    row, _ = SECTIONS[title]

    needed = {cells[0].strip("`") for cells in first_table(section(title)) if cells[1] == "yes"}

    assert needed == {
        key for key, field in row.model_fields.items() if field.is_required() and key in section(title)
    } & {cells[0].strip("`") for cells in first_table(section(title))}


def test_the_page_tells_the_usual_strength_of_every_effect() -> None:
    said = section("`[[effect]]`: something that goes wrong")

    for number in ({f"{value:g}" for value in MAGNITUDES.values()} | {f"{RADAR_JAM_DB:g}"}) - {"1", "5000"}:
        assert f"({number})" in said or f"({number};" in said
    assert "5,000 by default" in said
