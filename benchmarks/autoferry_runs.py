"""The Autoferry recordings, as reports and truth: two boats, seen from a ferry by radar, lidar and cameras.

They are real (NTNU, CC0; *Heterogeneous multi-sensor tracking for an autonomous surface vehicle in a
littoral environment*, Ocean Engineering, 2022) and no part of Triptych. Each run is two JSON lists, entry by
entry: what one sensor detected at one time from the own ship, and where the two boats truly were, by GNSS.
"""

import json
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray

LIDAR: Final = 1
RADAR: Final = 2
INFRARED: Final = 3
ELECTRO_OPTICAL: Final = 4
BEARINGS: Final = (INFRARED, ELECTRO_OPTICAL)
"""Sensors that tell directions alone."""
NAMED: Final = {LIDAR: "lidar", RADAR: "radar", INFRARED: "infrared", ELECTRO_OPTICAL: "electro-optical"}

RUNS: Final = (2, 3, 13)
BOATS: Final = 2
DEFAULT_FOLDER: Final = Path("../shared/data/autoferry")

POSITION_SIGMA_M: Final = {RADAR: 4.4, LIDAR: 3.1}
"""Error of a place, east and north alike, on run 2: see :mod:`benchmarks.autoferry_search`."""

BEARING_SIGMA_RAD: Final = {INFRARED: 0.058, ELECTRO_OPTICAL: 0.042}
"""Error of a bearing, on run 2."""

_COLUMNS: Final = (
    "time_s", "scan", "sensor", "kind", "x_m", "y_m", "cov_ee_m2", "cov_en_m2", "cov_nn_m2", "site_x_m",
    "site_y_m", "azimuth_rad", "azimuth_sigma_rad",
)  # fmt: skip


class Detections(NamedTuple):
    """One sensor's detections at one time.

    Attributes:
        time_s: when.
        sensor: who.
        own_m: (2,) where the own ship was, east and north.
        found: (M, 2) places in metres east and north of it; or (M,) bearings in radians from north.
        truth_m: (2, 2) where the two boats were, east and north.
    """

    time_s: float
    sensor: int
    own_m: FloatArray
    found: FloatArray
    truth_m: FloatArray


def there(folder: Path) -> bool:
    """Return whether all runs are in a folder."""
    return all(path.is_file() for run in RUNS for path in _files(folder, run))


def read_run(folder: Path, run: int) -> list[Detections]:
    """Return a run in the order of time.

    Raises:
        FileNotFoundError: it is not there.
    """
    detections, truth = (json.loads(path.read_text(encoding="utf-8")) for path in _files(folder, run))
    read = [_read(row, targets) for row, targets in zip(detections, truth, strict=True)]
    return sorted(read, key=lambda each: each.time_s)


def reports_of(run: list[Detections], sensors: tuple[int, ...]) -> dict[str, NDArray[np.float64]]:
    """Return what some sensors saw as the columns of a planar file of reports.

    A scan's number is its place in the run. Looks that saw nothing have no report, so nobody is told of them.
    """
    rows = [
        _report(scan, each, found)
        for scan, each in enumerate(run)
        if each.sensor in sensors
        for found in each.found
    ]
    return {name: np.array([row.get(name, np.nan) for row in rows]) for name in _COLUMNS}


def _files(folder: Path, run: int) -> tuple[Path, Path]:
    return folder / f"scenario{run}_detections.json", folder / f"scenario{run}_groundTruth.json"


def _read(row: dict[str, object], targets: list[dict[str, object]]) -> Detections:
    sensor = int(str(row["sensorID"]))
    measured = np.array(row["measurement"], np.float64)
    # Places are recorded as a row of norths and a row of easts.
    found = np.atleast_1d(measured) if sensor in BEARINGS else measured.reshape(2, -1)[::-1].T
    truth_m = np.array([target["position"] for target in targets], np.float64)
    return Detections(
        time_s=float(str(row["time"])),
        sensor=sensor,
        own_m=np.array(row["ownshipPosition"], np.float64)[1::-1],
        found=found,
        truth_m=truth_m[:, 1::-1],
    )


def _report(scan: int, seen: Detections, found: FloatArray) -> dict[str, float]:
    """Return one report; columns that it does not have are left out."""
    report = {
        "time_s": seen.time_s, "scan": scan, "sensor": seen.sensor,
        "site_x_m": float(seen.own_m[0]), "site_y_m": float(seen.own_m[1]),
    }  # fmt: skip
    if seen.sensor in BEARINGS:
        sigma_rad = BEARING_SIGMA_RAD[seen.sensor]
        return report | {"kind": 2, "azimuth_rad": float(found), "azimuth_sigma_rad": sigma_rad}
    variance_m2 = POSITION_SIGMA_M[seen.sensor] ** 2
    place = {"x_m": float(seen.own_m[0] + found[0]), "y_m": float(seen.own_m[1] + found[1])}
    return report | {"kind": 0, "cov_ee_m2": variance_m2, "cov_en_m2": 0.0, "cov_nn_m2": variance_m2} | place
