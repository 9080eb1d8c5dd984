"""What each column of a report table may hold: its bounds, for which kinds, and whether it must be there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from contracts.columns import BoolArray, FloatArray
from contracts.reports import TWO_PI

POSITION, POLAR, BEARING = 0, 1, 2

SINGULAR: Final = 1e-9
"""Least determinant of a covariance as a share of the product of its variances."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Bounds of one column.

    Attributes:
        column: its name.
        low: smallest value.
        high: largest.
        kinds: of the reports that it is for; none are all.
        planar: whether it is for planes only, for Earth only (False), or for both (None).
        needed: whether NaN is refused.
        beside: another column that must not be NaN where this one is not.
        whole: whether it counts something.
    """

    column: str
    low: float
    high: float
    kinds: tuple[int, ...] = ()
    planar: bool | None = None
    needed: bool = True
    beside: str = ""
    whole: bool = False

    @property
    def wanted(self) -> str:
        """What the column should hold, in words."""
        number = "a whole number" if self.whole else "a number"
        also = f" wherever {self.beside} is given" if self.beside else ""
        return f"{number} from {self.low:g} to {self.high:g}{also}"

    def uses(self, values: Mapping[str, FloatArray]) -> BoolArray:
        """Return (M,) which rows the rule is for."""
        of_kind = (
            np.isin(values["kind"], self.kinds) if self.kinds else np.ones(values["kind"].size, np.bool_)
        )
        if self.beside:
            return of_kind & ~np.isnan(values[self.beside])
        return of_kind if self.needed else of_kind & ~np.isnan(values[self.column])

    def holds(self, values: Mapping[str, FloatArray]) -> BoolArray:
        """Return (M,) which rows keep it; NaN does not."""
        column = values[self.column]
        fine: BoolArray = (column >= self.low) & (column <= self.high)
        return fine & (column == np.floor(column)) if self.whole else fine


@dataclass(frozen=True, slots=True)
class Invertible(Rule):
    """The covariance of a position must not be singular."""

    @property
    def wanted(self) -> str:
        """What the column should hold, in words."""
        return "a positive definite covariance (cov_en_m2 squared below cov_ee_m2 times cov_nn_m2)"

    def holds(self, values: Mapping[str, FloatArray]) -> BoolArray:
        """Return (M,) which rows keep it."""
        with np.errstate(over="ignore", invalid="ignore"):  # in rows that other rules leave out
            product = values["cov_ee_m2"] * values["cov_nn_m2"]
            fine: BoolArray = product - values["cov_en_m2"] ** 2 >= SINGULAR * product
        return fine


_SITED: Final = (POLAR, BEARING)
_EXACT: Final = 2.0**53

RULES: Final[tuple[Rule, ...]] = (
    Rule("kind", 0, 2, whole=True),
    Rule("time_s", 0.0, 1e11),
    Rule("scan", -_EXACT, _EXACT, whole=True),
    Rule("sensor", 0, 2**31, whole=True),
    Rule("lat_deg", -90.0, 90.0, (POSITION,), planar=False),
    Rule("lon_deg", -180.0, 180.0, (POSITION,), planar=False),
    Rule("x_m", -1e8, 1e8, (POSITION,), planar=True),
    Rule("y_m", -1e8, 1e8, (POSITION,), planar=True),
    Rule("height_m", -12_000.0, 100_000.0, needed=False),
    Rule("cov_ee_m2", 1e-6, 1e12, (POSITION,)),
    Rule("cov_nn_m2", 1e-6, 1e12, (POSITION,)),
    Rule("cov_en_m2", -1e12, 1e12, (POSITION,)),
    Invertible("cov_en_m2", -1e12, 1e12, (POSITION,)),
    Rule("site_lat_deg", -90.0, 90.0, _SITED, planar=False),
    Rule("site_lon_deg", -180.0, 180.0, _SITED, planar=False),
    Rule("site_height_m", -12_000.0, 100_000.0, _SITED, planar=False),
    Rule("site_x_m", -1e8, 1e8, _SITED, planar=True),
    Rule("site_y_m", -1e8, 1e8, _SITED, planar=True),
    Rule("range_m", 1e-3, 2e6, (POLAR,)),
    Rule("range_sigma_m", 1e-3, 1e5, (POLAR,)),
    Rule("azimuth_rad", -TWO_PI, TWO_PI, _SITED),
    Rule("azimuth_sigma_rad", 1e-6, 1.0, _SITED),
    Rule("elevation_rad", -0.25 * TWO_PI, 0.25 * TWO_PI, needed=False),
    Rule("elevation_sigma_rad", 1e-6, 1.0, beside="elevation_rad"),
    Rule("height_sigma_m", 1e-3, 1e5, needed=False),
    Rule("range_rate_m_per_s", -10_000.0, 10_000.0, needed=False),
    Rule("range_rate_sigma_m_per_s", 1e-3, 1e3, beside="range_rate_m_per_s"),
    Rule("frequency_hz", 1e-3, 1e12, needed=False),
    Rule("frequency_sigma_hz", 1e-3, 1e12, beside="frequency_hz"),
    Rule("pri_s", 1e-9, 1e6, needed=False),
    Rule("pri_sigma_s", 1e-12, 1e6, beside="pri_s"),
    Rule("claimed_id", 0, _EXACT, needed=False, whole=True),
)
"""In the order in which a row is judged: the first rule that it breaks is its reason."""


def needed_columns(kind: int, *, planar: bool) -> tuple[str, ...]:
    """Return the columns that reports of a kind cannot do without."""
    needed = [
        rule.column
        for rule in RULES
        if rule.needed and not rule.beside and kind in rule.kinds and rule.planar in {None, planar}
    ]
    if kind == POSITION and not planar:
        needed.append("height_m")
    return tuple(dict.fromkeys(needed))
