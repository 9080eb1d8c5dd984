"""Collects the rows of a file of tracks, scan by scan."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contracts import geodesy
from contracts.columns import IntArray
from fusion.belief import Belief
from fusion.extract import ahead
from fusion.noise import Noise
from fusion.track_file import FusedTracks

HEIGHT_SIGMA_M_MAX = 2500.0
"""A height that is less sure than this is not known."""

_SQUARE = np.array([[0, 1, 2, 3], [1, 4, 5, 6], [2, 5, 7, 8], [3, 6, 8, 9]])
_ON_EARTH = _SQUARE.reshape(-1)
"""Places of a covariance, row by row, in the ten numbers that the track table keeps of it."""

_ON_PLANE = _SQUARE[[0, 2, 1, 3]][:, [0, 2, 1, 3]].reshape(-1)
"""The same over x, v_x, y, v_y."""


class TrackRows:
    """The columns so far."""

    def __init__(self, *, planar: bool, noise: Noise) -> None:
        """Begin with none."""
        self._planar, self._noise = planar, noise
        self._scans: list[dict[str, NDArray[Any]]] = []
        self._used: list[IntArray] = []

    def add(self, scan: int, end_s: float, belief: Belief, track: IntArray, used: IntArray) -> int:
        """Add every confirmed track as it is at the end of a scan; return how many there are.

        Args:
            track: (N,) the row of the founding report of each row of the table.
            used: (U, 2) tracks, by that row, and the rows of the reports that they got.
        """
        tracks = belief.tracks
        shown = np.flatnonzero(tracks.status[: belief.rows] > 0)
        shown = shown[np.argsort(track[shown], kind="stable")]
        _, covariance, height = ahead(tracks, shown, end_s, self._noise)
        velocity = tracks.velocity_m_per_s[shown]
        moved_m = velocity * (end_s - tracks.time_s[shown])[:, None]
        moved_m[:, 2] = 0.0
        at_m = geodesy.from_enu(moved_m, tracks.ecef_m[shown], tracks.axes[shown])
        nothing = np.full(len(shown), np.nan)
        if self._planar:
            x_m, y_m, lat_deg, lon_deg = at_m[:, 0], at_m[:, 1], nothing, nothing
        else:
            lat, lon, _ = geodesy.to_geodetic(at_m)
            x_m, y_m, lat_deg, lon_deg = nothing, nothing, np.degrees(lat), np.degrees(lon)
        start, reports = _ragged(track[shown], used)
        self._used.append(reports)
        self._scans.append({
            "time_s": np.full(len(shown), end_s), "scan": np.full(len(shown), scan), "track": track[shown],
            "lat_deg": lat_deg, "lon_deg": lon_deg, "x_m": x_m, "y_m": y_m,
            "height_m": np.where(height[:, 1] > HEIGHT_SIGMA_M_MAX, np.nan, height[:, 0]),
            "v_east_m_per_s": velocity[:, 0], "v_north_m_per_s": velocity[:, 1],
            "v_up_m_per_s": velocity[:, 2], "cov": covariance[:, _ON_PLANE if self._planar else _ON_EARTH],
            "count": np.diff(start),
        })  # fmt: skip
        return len(shown)

    def tracks(self) -> FusedTracks:
        """Return all rows."""
        if not self._scans:
            return _no_tracks(planar=self._planar)
        columns = {name: np.concatenate([scan[name] for scan in self._scans]) for name in self._scans[0]}
        start = np.concatenate([[0], np.cumsum(columns.pop("count"))])
        reports = np.concatenate(self._used)
        return FusedTracks(planar=self._planar, reports_start=start, reports=reports, **columns)


def _ragged(track: IntArray, used: IntArray) -> tuple[IntArray, IntArray]:
    """Return (N + 1,) offsets and the reports of (N,) tracks in ascending order."""
    used = used[np.isin(used[:, 0], track)]
    used = used[np.lexsort((used[:, 1], used[:, 0]))]
    start = np.append(np.searchsorted(used[:, 0], track), len(used))
    return start, used[:, 1]


def _no_tracks(*, planar: bool) -> FusedTracks:
    none, numbers = np.empty(0), np.empty(0, np.int64)
    return FusedTracks(
        planar=planar, time_s=none, scan=numbers, track=numbers, lat_deg=none, lon_deg=none, x_m=none,
        y_m=none, height_m=none, v_east_m_per_s=none, v_north_m_per_s=none, v_up_m_per_s=none,
        cov=np.empty((0, 16)), reports_start=np.zeros(1, np.int64), reports=numbers,
    )  # fmt: skip
