"""Bare columns become a table of reports, or it is said what is wrong with them.

What is wrong with a column ends it; what is wrong with a row leaves that row out, counted by reason.
A fault in more than half of the rows that use a column is a fault of the column: nobody meant that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contracts.columns import BoolArray, FloatArray, IntArray
from contracts.geodesy import to_ecef
from fusion.report_rules import RULES, Rule, needed_columns
from fusion.report_table import COLUMNS, ReportKind, ReportTable

_WHOLE: Final = frozenset({"scan", "sensor", "kind", "claimed_id"})
LATE_S_MAX: Final = 3600.0
"""How long before the end of its scan a report may have been measured."""

SITE_SPEED_M_PER_S_MAX: Final = 1000.0
"""Faster than this no sensor moves; nothing that carries one for long does."""

SITE_JUMP_M_MAX: Final = 1000.0
"""What navigation may be wrong by, on top."""


@dataclass(slots=True)
class LeftOut:
    """Rows that were left out, by reason, and the first of each reason.

    Attributes:
        count: rows of each reason.
        first: for each reason the first row and what it held.
    """

    count: dict[str, int] = field(default_factory=dict)
    first: dict[str, tuple[int, float]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows were left out."""
        return sum(self.count.values())

    def note(self, reason: str, rows: IntArray, values: FloatArray) -> None:
        """Count (B,) rows and what they held under a reason."""
        self.count[reason] = self.count.get(reason, 0) + len(rows)
        self.first.setdefault(reason, (int(rows[0]), float(values[0])))


class BadColumn(ValueError):
    """A column is missing, of the wrong shape, or wrong in most of its rows.

    Attributes:
        column: its name.
        row: the first wrong row, or None where it is the whole column.
        wanted: what it should hold.
        got: what came.
    """

    def __init__(self, column: str, wanted: str, got: object, row: int | None = None) -> None:
        """Say which column, where, what was wanted and what came."""
        place = column if row is None else f"{column}, row {row}"
        super().__init__(f"{place}: wanted {wanted}, got {got}")
        self.column, self.row, self.wanted, self.got = column, row, wanted, got


def check(columns: Mapping[str, ArrayLike], *, planar: bool) -> tuple[ReportTable, LeftOut]:
    """Return the reports that are fit for the engine, and what was left out.

    Args:
        columns: by the names of :class:`ReportTable`; those that no report needs may be missing, and
            others are not looked at.
        planar: whether positions are x and y or latitude and longitude.

    Raises:
        BadColumn: a column is missing, of the wrong shape or no number, wrong in more than half of the
            rows that use it, or the scans are not in the order of time.
    """
    given = {name: _column(name, columns[name]) for name in COLUMNS if name in columns}
    for name in ("time_s", "scan", "sensor", "kind"):
        if name not in given:
            raise BadColumn(name, "a column of numbers", "none")
    rows = given["time_s"].size
    for name, values in given.items():
        if values.size != rows:
            raise BadColumn(name, f"{rows} rows as in time_s", f"{values.size}")
    for kind in ReportKind:
        used = np.flatnonzero(given["kind"] == kind)
        for name in needed_columns(kind, planar=planar) if used.size else ():
            if name not in given:
                wanted = f"a column of numbers, as there are {used.size} reports of kind {kind}"
                raise BadColumn(name, wanted, "none", int(used[0]))
    table = {name: given.get(name, np.full(rows, np.nan)) for name in COLUMNS}
    fit, left_out = np.ones(rows, np.bool_), LeftOut()
    for rule in RULES:
        if rule.planar in {None, planar}:
            _leave_out(rule, table, fit, left_out)
    _leave_out_late(table, fit, left_out)
    _leave_out_jumps(table, fit, left_out, planar=planar)
    _check_order(table, fit)
    return _table(table, fit, planar=planar), left_out


def _column(name: str, given: ArrayLike) -> FloatArray:
    values: NDArray[Any] = np.asarray(given)
    if values.ndim != 1:
        raise BadColumn(name, "one number a row", f"an array of shape {values.shape}")
    if values.dtype.kind not in "biuf":
        raise BadColumn(name, "numbers", f"{values.dtype}")
    with np.errstate(over="ignore"):
        return values.astype(np.float64)


def _leave_out(rule: Rule, values: dict[str, FloatArray], fit: BoolArray, left_out: LeftOut) -> None:
    """Leave out the rows that break a rule; ``fit`` is changed in place."""
    used = fit & rule.uses(values)
    bad = used & ~rule.holds(values)
    _drop(rule.column, rule.wanted, values[rule.column], used, bad, fit, left_out)


def _drop(
    column: str,
    wanted: str,
    values: FloatArray,
    used: BoolArray,
    bad: BoolArray,
    fit: BoolArray,
    left_out: LeftOut,
) -> None:
    rows = np.flatnonzero(bad)
    if not rows.size:
        return
    if 2 * rows.size > int(used.sum()):
        got = f"{values[rows[0]]:.9g}, and as wrong in {rows.size} of {int(used.sum())} rows that use it"
        raise BadColumn(column, wanted, got, int(rows[0]))
    left_out.note(f"{column}: wanted {wanted}", rows, values[rows])
    fit &= ~bad


def _leave_out_late(values: dict[str, FloatArray], fit: BoolArray, left_out: LeftOut) -> None:
    """Leave out reports from long before the end of their scan: that is no late report but a wrong time."""
    if not fit.any():
        return
    _, place = np.unique(values["scan"], return_inverse=True)
    ends_s = np.full(place.max() + 1, -np.inf)
    np.maximum.at(ends_s, place[fit], values["time_s"][fit])
    bad = fit & (values["time_s"] < ends_s[place] - LATE_S_MAX)
    wanted = f"at most {LATE_S_MAX:g} s before the last report of its scan"
    _drop("time_s", wanted, values["time_s"], fit.copy(), bad, fit, left_out)


def _leave_out_jumps(
    values: dict[str, FloatArray], fit: BoolArray, left_out: LeftOut, *, planar: bool
) -> None:
    """Leave out reports of a sensor that stands where it cannot have come to."""
    sited = fit & (values["kind"] != ReportKind.POSITION)
    bad = np.zeros_like(fit)
    column = "site_x_m" if planar else "site_lat_deg"
    for sensor in np.unique(values["sensor"][sited]):
        rows = np.flatnonzero(sited & (values["sensor"] == sensor))
        rows = rows[np.argsort(values["time_s"][rows], kind="stable")]
        site_m = _sites_m(values, rows, planar=planar)
        bad[rows] = _jumps(values["time_s"][rows], site_m)
    wanted = f"a sensor that moves at most {SITE_SPEED_M_PER_S_MAX:g} m/s"
    _drop(column, wanted, values[column], sited, bad, fit, left_out)


def _sites_m(values: dict[str, FloatArray], rows: IntArray, *, planar: bool) -> FloatArray:
    """Return (R, 3) where the sensor stood, in a frame in which distances are straight lines."""
    if planar:
        x_m, y_m = values["site_x_m"][rows], values["site_y_m"][rows]
        return np.stack([x_m, y_m, np.zeros(len(rows))], axis=-1)
    latitude, longitude = np.radians(values["site_lat_deg"][rows]), np.radians(values["site_lon_deg"][rows])
    return to_ecef(latitude, longitude, values["site_height_m"][rows])


def _jumps(time_s: FloatArray, site_m: FloatArray) -> BoolArray:
    """Return (R,) true where the sensor is not within reach of where it last was; the first is believed."""
    bad = np.zeros(len(time_s), np.bool_)
    step_m = np.sqrt((np.diff(site_m, axis=0) ** 2).sum(axis=1))
    if np.all(step_m <= SITE_JUMP_M_MAX + SITE_SPEED_M_PER_S_MAX * np.diff(time_s)):
        return bad
    last = 0
    for k in range(1, len(time_s)):
        # Only for a sensor that jumps: each place is judged by the last one that was believed.
        away_m = float(np.sqrt(((site_m[k] - site_m[last]) ** 2).sum()))
        if away_m > SITE_JUMP_M_MAX + SITE_SPEED_M_PER_S_MAX * (time_s[k] - time_s[last]):
            bad[k] = True
        else:
            last = k
    return bad


def _check_order(values: dict[str, FloatArray], fit: BoolArray) -> None:
    """Refuse scans whose numbers rise while their time falls."""
    rows = np.flatnonzero(fit)
    scans, place = np.unique(values["scan"][rows], return_inverse=True)
    ends_s = np.full(len(scans), -np.inf)
    np.maximum.at(ends_s, place, values["time_s"][rows])
    back = np.flatnonzero(np.diff(ends_s) < 0.0)
    if back.size:
        later = int(back[0]) + 1
        row = int(rows[place == later][0])
        wanted = (
            f"scan {scans[later]:.0f} to end no earlier than scan {scans[later - 1]:.0f}, "
            f"at {ends_s[later - 1]:.9g} s"
        )
        raise BadColumn("time_s", wanted, f"{ends_s[later]:.9g} s", row)


def _table(values: dict[str, FloatArray], fit: BoolArray, *, planar: bool) -> ReportTable:
    values = values | {"claimed_id": np.nan_to_num(values["claimed_id"])}
    columns = {
        name: column[fit].astype(np.int64) if name in _WHOLE else column[fit]
        for name, column in values.items()
    }
    return ReportTable(planar=planar, row=np.flatnonzero(fit), **columns)  # type: ignore[arg-type]
