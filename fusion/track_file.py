"""Files of tracks: what was believed at the end of each scan, as ``.npz`` columns or a ``.csv`` table."""

import csv
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray

ABOUT: Final = "Made by triptych fuse from simulated or recorded reports; not for real use."


@dataclass(frozen=True, slots=True, kw_only=True)
class FusedTracks:
    """R rows: every confirmed track at the end of every scan, in the order of scan and track.

    Attributes:
        planar: whether positions are in a plane or on Earth.
        time_s: (R,) end of the scan, to which the track is predicted.
        scan: (R,) number of the scan.
        track: (R,) row of the report that founded the track, which no other track has.
        lat_deg: (R,) latitude; NaN in a plane.
        lon_deg: (R,) longitude; NaN in a plane.
        x_m: (R,) position to the east in a plane; NaN on Earth.
        y_m: (R,) to the north.
        height_m: (R,) NaN where nothing has told it.
        v_east_m_per_s: (R,) in a plane along x.
        v_north_m_per_s: (R,) in a plane along y.
        v_up_m_per_s: (R,) climbing.
        cov: (R, 16) covariance row by row: on Earth of east, north, v_east, v_north; in a plane of x,
            v_x, y, v_y.
        reports_start: (R + 1,) the reports that a row's track got from its scan are ``reports[start:end]``.
        reports: (U,) row numbers of the input.
    """

    planar: bool
    time_s: FloatArray
    scan: IntArray
    track: IntArray
    lat_deg: FloatArray
    lon_deg: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    height_m: FloatArray
    v_east_m_per_s: FloatArray
    v_north_m_per_s: FloatArray
    v_up_m_per_s: FloatArray
    cov: FloatArray
    reports_start: IntArray
    reports: IntArray

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.time_s.size)


def write_tracks(path: Path, tracks: FusedTracks) -> None:
    """Write tracks to a file; its name says which kind.

    Raises:
        OSError: the file cannot be written.
        ValueError: the name ends with neither ``.npz`` nor ``.csv``.
    """
    if path.suffix == ".npz":
        _write_npz(path, tracks)
    elif path.suffix == ".csv":
        _write_csv(path, tracks)
    else:
        raise ValueError(f"wanted a file of tracks that ends with .npz or .csv, got {path.name!r}")


def columns_of(tracks: FusedTracks) -> dict[str, NDArray[Any]]:
    """Return the columns of one number a row, then ``cov``, (R, 16), by their names in files."""
    columns: dict[str, NDArray[Any]] = {
        "time_s": tracks.time_s,
        "scan": tracks.scan,
        "track": tracks.track,
    }
    if tracks.planar:
        # Whoever reads a plane may look for either name.
        columns |= {
            "x_m": tracks.x_m,
            "y_m": tracks.y_m,
            "v_x_m_per_s": tracks.v_east_m_per_s,
            "v_y_m_per_s": tracks.v_north_m_per_s,
        }
    else:
        columns |= {"lat_deg": tracks.lat_deg, "lon_deg": tracks.lon_deg, "height_m": tracks.height_m}
    return columns | {
        "v_east_m_per_s": tracks.v_east_m_per_s,
        "v_north_m_per_s": tracks.v_north_m_per_s,
        "v_up_m_per_s": tracks.v_up_m_per_s,
        "cov": tracks.cov,
    }


def _write_npz(path: Path, tracks: FusedTracks) -> None:
    ragged = {"reports_start": tracks.reports_start, "reports": tracks.reports, "about": np.array(ABOUT)}
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **columns_of(tracks), **ragged)


def _write_csv(path: Path, tracks: FusedTracks) -> None:
    columns = columns_of(tracks)
    covariance = columns.pop("cov")
    heading = [*columns, *(f"cov_{row}{column}" for row in range(4) for column in range(4)), "reports"]
    start, reports = tracks.reports_start.tolist(), tracks.reports.tolist()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(heading)
        for k, numbers in enumerate(zip(*(column.tolist() for column in columns.values()), strict=True)):
            used = " ".join(map(str, reports[start[k] : start[k + 1]]))
            fields = ("" if isinstance(n, float) and isnan(n) else n for n in numbers)
            writer.writerow([*fields, *covariance[k].tolist(), used])
