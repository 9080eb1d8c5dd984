"""Columns of reports for tests: a few of each kind, on Earth and in a plane."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]


def positions(rows: int = 6, *, planar: bool = False) -> Columns:
    """Return reports of positions, two a scan, ten seconds apart."""
    columns: Columns = {
        "time_s": 1000.0 + 10.0 * (np.arange(rows) // 2),
        "scan": np.arange(rows) // 2,
        "sensor": np.zeros(rows, np.int64),
        "kind": np.zeros(rows, np.int64),
        "cov_ee_m2": np.full(rows, 900.0),
        "cov_en_m2": np.zeros(rows),
        "cov_nn_m2": np.full(rows, 900.0),
    }
    if planar:
        return columns | {"x_m": 100.0 * np.arange(rows), "y_m": np.full(rows, 50.0)}
    return columns | {
        "lat_deg": np.full(rows, 33.0),
        "lon_deg": 129.0 + 0.1 * np.arange(rows),
        "height_m": np.full(rows, np.nan),
    }


def polar(rows: int = 6, *, planar: bool = False) -> Columns:
    """Return reports of range and azimuth, two a scan, ten seconds apart."""
    columns: Columns = {
        "time_s": 1000.0 + 10.0 * (np.arange(rows) // 2),
        "scan": np.arange(rows) // 2,
        "sensor": np.ones(rows, np.int64),
        "kind": np.ones(rows, np.int64),
        "range_m": np.full(rows, 20_000.0),
        "azimuth_rad": np.tile([0.5, 2.5], rows // 2),
        "range_sigma_m": np.full(rows, 30.0),
        "azimuth_sigma_rad": np.full(rows, 0.005),
    }
    if planar:
        return columns | {"site_x_m": np.zeros(rows), "site_y_m": np.zeros(rows)}
    return columns | {
        "site_lat_deg": np.full(rows, 33.0),
        "site_lon_deg": np.full(rows, 129.0),
        "site_height_m": np.full(rows, 100.0),
    }


def changed(columns: Columns, name: str, row: int, value: float) -> Columns:
    """Return the columns with one number changed."""
    column = columns[name].astype(np.float64)
    column[row] = value
    return columns | {name: column}
