"""A scenario: one TOML file that opens with its story, read and checked, with every problem listed."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from producers.scenario_rows import (
    EffectRow,
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

FILE_BYTES_MAX: Final = 16 * 1024 * 1024
PLATFORMS_MAX: Final = 200_000
"""Most platforms of one scenario, traffic included."""
PROBLEMS_SHOWN_MAX: Final = 40

R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Scenario:
    """A checked scenario.

    Attributes:
        exercise: name of the exercise, as in the topics.
        title: what people call it.
        startex_s: exercise time at which it begins.
        duration_s: how long it lasts.
    """

    exercise: str
    title: str
    startex_s: float
    duration_s: float
    platforms: tuple[PlatformRow, ...] = ()
    traffic: tuple[TrafficRow, ...] = ()
    radars: tuple[RadarRow, ...] = ()
    intercepts: tuple[InterceptRow, ...] = ()
    self_reports: tuple[SelfReportRow, ...] = ()
    watch_floors: tuple[WatchFloorRow, ...] = ()
    effects: tuple[EffectRow, ...] = ()

    @cached_property
    def sensors(self) -> tuple[SensorRow, ...]:
        """Every sensor, in the order of the feeds."""
        return (*self.radars, *self.intercepts, *self.self_reports, *self.watch_floors)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a scenario: the key, what was wanted and what came."""

    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.key}: {self.text}" if self.key else self.text


class ScenarioError(ValueError):
    """A scenario that cannot be; lists every problem found.

    Attributes:
        where: the file.
        problems: all of them.
    """

    def __init__(self, where: str, problems: Iterable[Problem]) -> None:
        self.where = where
        self.problems = tuple(problems)
        shown = "\n".join(f"  - {problem}" for problem in self.problems[:PROBLEMS_SHOWN_MAX])
        more = len(self.problems) - PROBLEMS_SHOWN_MAX
        tail = f"\n  … and {more} more" if more > 0 else ""
        super().__init__(f"{where}: {len(self.problems)} problem(s)\n{shown}{tail}")


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        ScenarioError: the file cannot be read or something in it cannot be; it lists everything.
    """
    try:
        size = path.stat().st_size
        if size > FILE_BYTES_MAX:
            raise ScenarioError(
                str(path), [Problem("", f"wanted at most {FILE_BYTES_MAX} bytes, got {size}")]
            )
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(str(path), [Problem("", f"wanted a readable UTF-8 file: {error}")]) from error
    return parse_scenario(text, where=str(path))


def parse_scenario(text: str, where: str = "scenario") -> Scenario:
    """Return the scenario that a TOML text holds; raises as :func:`load_scenario`."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(where, [Problem("", f"wanted TOML: {error}")]) from error
    reading = _Reading(tables)
    scenario = reading.scenario()
    if scenario is None or reading.problems:
        raise ScenarioError(where, reading.problems)
    return scenario


@dataclass
class _Reading:
    """One pass over a file's tables, collecting problems instead of stopping at the first."""

    tables: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)

    def scenario(self) -> Scenario | None:
        head = self._head()
        rows = Scenario(
            exercise=head.exercise if head else "none",
            title=head.title if head else "none",
            startex_s=head.startex.timestamp() if head else 0.0,
            duration_s=head.duration_min * 60.0 if head else 0.0,
            platforms=self._rows("platform", PlatformRow),
            traffic=self._rows("traffic", TrafficRow),
            radars=self._rows("radar", RadarRow),
            intercepts=self._rows("intercept", InterceptRow),
            self_reports=self._rows("self_report", SelfReportRow),
            watch_floors=self._rows("watch_floor", WatchFloorRow),
            effects=self._rows("effect", EffectRow),
        )
        self._check_names()
        self._check_references()
        self._check_whole(rows)
        return rows if head else None

    def _head(self) -> HeadRow | None:
        keys = {key: value for key, value in self.tables.items() if key not in _TABLES}
        return self._row("", HeadRow, keys)

    def _rows(self, table: str, model: type[R]) -> tuple[R, ...]:
        parsed = (self._row(where, model, row) for where, row in self._raw(table))
        return tuple(row for row in parsed if row is not None)

    def _raw(self, table: str) -> list[tuple[str, dict[str, Any]]]:
        """Return (where, keys) of every row of a table that is one at all."""
        rows = self.tables.get(table, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            return []
        return [(_where(table, place, row), row) for place, row in enumerate(rows)]

    def _row(self, where: str, model: type[R], keys: dict[str, Any]) -> R | None:
        try:
            return model.model_validate(keys)
        except ValidationError as error:
            self.problems += [_problem(where, fault, model) for fault in error.errors(include_url=False)]
            return None

    def _check_names(self) -> None:
        """Refuse tables that are no list of tables, and names used twice."""
        for table in _TABLES:
            rows = self.tables.get(table, [])
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                self.problems.append(Problem(table, f"wanted [[{table}]] tables, got {_short(rows)}"))
        for group in (("platform", "traffic"), _SENSOR_TABLES, ("effect",)):
            seen: dict[str, str] = {}
            for where, row in (pair for table in group for pair in self._raw(table)):
                name = row.get("name")
                if isinstance(name, str) and name in seen:
                    self.problems.append(
                        Problem(f"{where}.name", f"wanted a name of its own, got that of {seen[name]}")
                    )
                elif isinstance(name, str):
                    seen[name] = where

    def _check_references(self) -> None:
        """Refuse a sensor on a platform, or an effect on a sensor or platform, that the file has not."""
        platforms = self._names("platform")
        sensors = [name for table in _SENSOR_TABLES for name in self._names(table)]
        for table in _SENSOR_TABLES:
            for where, row in self._raw(table):
                self._check_known(f"{where}.platform", row.get("platform"), platforms, "platform")
        for where, row in self._raw("effect"):
            self._check_known(f"{where}.sensor", row.get("sensor"), sensors, "sensor")
            self._check_known(f"{where}.platform", row.get("platform"), platforms, "platform")

    def _names(self, table: str) -> list[str]:
        return [row["name"] for _, row in self._raw(table) if isinstance(row.get("name"), str)]

    def _check_known(self, key: str, name: object, known: list[str], what: str) -> None:
        if isinstance(name, str) and name not in known:
            wanted = f"one of {', '.join(sorted(known)[:20])}" if known else f"a {what} (the file has none)"
            self.problems.append(Problem(key, f"wanted {wanted}, got {name!r}"))

    def _check_whole(self, scenario: Scenario) -> None:
        count = len(scenario.platforms) + sum(row.count for row in scenario.traffic)
        if count > PLATFORMS_MAX:
            self.problems.append(Problem("platform", f"wanted at most {PLATFORMS_MAX}, got {count}"))
        if not any(self._raw(table) for table in _SENSOR_TABLES):
            tables = ", ".join(f"[[{table}]]" for table in _SENSOR_TABLES)
            self.problems.append(Problem("", f"wanted at least one sensor ({tables}), got none"))
        leaving = {row.name for row in scenario.platforms if row.ends == "leave"}
        for where, row in (pair for table in _SENSOR_TABLES for pair in self._raw(table)):
            if row.get("platform") in leaving:
                text = f"wanted a platform that stays (at_end), got {row['platform']!r}, which leaves"
                self.problems.append(Problem(f"{where}.platform", text))


_SENSOR_TABLES: Final = ("radar", "intercept", "self_report", "watch_floor")
_TABLES: Final = ("platform", "traffic", *_SENSOR_TABLES, "effect")
__all__ = ["Problem", "Scenario", "ScenarioError", "SitedRow", "load_scenario", "parse_scenario"]


def _where(table: str, place: int, row: dict[str, Any]) -> str:
    name = row.get("name")
    return f"{table}[{place}] ({name})" if isinstance(name, str) else f"{table}[{place}]"


def _problem(where: str, fault: Any, model: type[Row]) -> Problem:
    """Return a pydantic fault in our words: the key, what was wanted, what came."""
    parts = [str(part) for part in fault["loc"] if not str(part).startswith("function-")]
    text = str(fault["msg"])
    if fault["type"] == "scenario":
        key, _, text = text.partition(": ")
        parts.append(key)
    elif fault["type"] == "extra_forbidden":
        known = (*model.model_fields, *(_TABLES if model is HeadRow else ()))
        text = f"unknown key; wanted one of {', '.join(known)}"
    elif fault["type"] == "missing":
        text = "wanted a value, got nothing"
    else:
        text = f"{text.replace('Input should be', 'wanted')}, got {_short(fault['input'])}"
    return Problem(".".join(([where] if where else []) + parts), text)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
