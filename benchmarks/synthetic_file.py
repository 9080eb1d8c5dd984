"""The synthetic scenario as a file, so that the lag bench runs the very commands that the demo runs."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from producers.scenario import Scenario
from producers.scenario_rows import Row


def write_scenario(scenario: Scenario, path: Path) -> None:
    """Write a scenario as TOML.

    Only what rows of plain values need: text, numbers, flags, lists of them. JSON spells all of
    these as TOML does.
    """
    startex = datetime.fromtimestamp(scenario.startex_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [
        f"# {scenario.title}, spread evenly. Made for measuring machines; everything in it is invented.",
        f"exercise = {json.dumps(scenario.exercise)}",
        f"title = {json.dumps(scenario.title)}",
        f"startex = {startex}",
        f"duration_min = {scenario.duration_s / 60.0}",
    ]
    for table, rows in _tables(scenario):
        for row in rows:
            lines += ["", f"[[{table}]]"]
            lines += [f"{key} = {json.dumps(value)}" for key, value in _plain(row).items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _tables(scenario: Scenario) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    return (
        ("platform", scenario.platforms),
        ("traffic", scenario.traffic),
        ("radar", scenario.radars),
        ("intercept", scenario.intercepts),
        ("self_report", scenario.self_reports),
        ("watch_floor", scenario.watch_floors),
        ("effect", scenario.effects),
    )


def _plain(row: Row) -> dict[str, Any]:
    return row.model_dump(mode="json", exclude_defaults=True)
