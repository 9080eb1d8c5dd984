"""Objects and tracks on a plane around one place, given in metres east and north."""

from collections.abc import Sequence

import numpy as np

from benchmarks.situation import Objects, Shown
from contracts import geodesy
from contracts.columns import FloatArray
from contracts.platforms import CODE_OF_PLATFORM, Domain

Points = Sequence[tuple[float, float]]

LAT_DEG, LON_DEG = 33.0, 128.0


def on_ground(points_m: Points) -> FloatArray:
    """(N, 3) Earth-centred positions of points near the reference place."""
    origin, axes = geodesy.site_frame(LAT_DEG, LON_DEG, 0.0)
    enu = np.array([(east, north, 0.0) for east, north in points_m]).reshape(-1, 3)
    return geodesy.from_enu(enu, origin, axes)


def some_objects(
    points_m: Points,
    *,
    names: Sequence[str] | None = None,
    detectable: Sequence[bool] | None = None,
    side: Sequence[int] | None = None,
    platform: str = "cargo-ship",
) -> Objects:
    count = len(points_m)
    return Objects(
        name=tuple(names or (f"object-{place}" for place in range(count))),
        ecef_m=on_ground(points_m),
        velocity_m_per_s=np.zeros((count, 2)),
        detectable=np.array(detectable if detectable is not None else [True] * count, np.bool_),
        side=np.array(side if side is not None else [1] * count, np.int64),
        platform=np.full(count, CODE_OF_PLATFORM[platform], np.int64),
    )


def some_tracks(
    points_m: Points,
    *,
    ids: Sequence[int] | None = None,
    side: Sequence[int] | None = None,
    side_probability: Sequence[tuple[float, float, float]] | None = None,
    sigma_m: float = 100.0,
    platform: str = "unknown",
) -> Shown:
    count = len(points_m)
    return Shown(
        track_id=tuple(ids or range(1, count + 1)),
        row=np.arange(count),
        ecef_m=on_ground(points_m),
        velocity_m_per_s=np.zeros((count, 2)),
        covariance_m2=np.broadcast_to(np.eye(2) * sigma_m**2, (count, 2, 2)),
        side=np.array(side if side is not None else [-1] * count, np.int64),
        side_probability=np.array(side_probability or [(1 / 3, 1 / 3, 1 / 3)] * count).reshape(-1, 3),
        domain=np.full(count, int(Domain.SURFACE), np.int64),
        platform=np.full(count, CODE_OF_PLATFORM[platform], np.int64),
    )
