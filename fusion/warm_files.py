"""Compiles what files of reports need before their first scan, so that its time is the engine's own."""

import numpy as np

from contracts.columns import FloatArray
from fusion.offline import fuse
from fusion.report_checks import check
from fusion.settings import EngineSettings

_SCANS = 10
_OBJECTS = 3


def warm_files() -> int:
    """Fuse a made-up minute on Earth and one in a plane, and return how many rows of tracks came of it."""
    rows = 0
    for planar in (False, True):
        table, left_out = check(_minute(planar=planar), planar=planar)
        assert not left_out.rows, left_out
        rows += fuse(table, EngineSettings()).rows
    return rows


def _minute(*, planar: bool) -> dict[str, FloatArray]:
    """Return reports of objects that sail east: positions, ranges, bearings, and claimed positions."""
    sensor = np.tile(np.repeat(np.arange(4), _OBJECTS), _SCANS)
    scan = np.repeat(np.arange(_SCANS), 4 * _OBJECTS)
    each = np.tile(np.arange(_OBJECTS), 4 * _SCANS)
    east_m, north_m = 20_000.0 + 60.0 * scan, 5_000.0 + 3_000.0 * each
    kind = np.array([0, 1, 2, 0])[sensor]
    columns = {
        "time_s": 1000.0 + 6.0 * scan + 0.1 * sensor,
        "scan": scan,
        "sensor": sensor,
        "kind": kind,
        "cov_ee_m2": np.full(len(kind), 900.0),
        "cov_en_m2": np.full(len(kind), 0.0),
        "cov_nn_m2": np.full(len(kind), 900.0),
        "height_m": np.full(len(kind), np.nan),
        "range_m": np.hypot(east_m, north_m),
        "range_sigma_m": np.full(len(kind), 30.0),
        "azimuth_rad": np.arctan2(east_m, north_m),
        "azimuth_sigma_rad": np.full(len(kind), 0.002),
    }
    if planar:
        columns |= {"x_m": east_m, "y_m": north_m}
        columns |= {name: np.zeros(len(kind)) for name in ("site_x_m", "site_y_m")}
    else:
        columns |= {"lat_deg": 33.0 + north_m / 111e3, "lon_deg": 129.0 + east_m / 93.4e3}
        columns |= {"site_lat_deg": np.full(len(kind), 33.0), "site_lon_deg": np.full(len(kind), 129.0)}
        columns |= {"site_height_m": np.zeros(len(kind)), "claimed_id": np.where(sensor == 3, each + 1, 0)}
    return {name: column.astype(np.float64) for name, column in columns.items()}
