"""Latitudes and longitudes of many positions at once, with the kernels' own formula."""

import numpy as np

from contracts.columns import FloatArray
from fusion.compiled import compiled
from fusion.frames import latitude_longitude


@compiled
def latitudes_longitudes(ecef_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (N,) latitude and (N,) longitude in radians of (N, 3) positions; NaN stays NaN."""
    latitude, longitude = np.empty(len(ecef_m)), np.empty(len(ecef_m))
    for i in range(len(ecef_m)):
        latitude[i], longitude[i] = latitude_longitude(ecef_m[i, 0], ecef_m[i, 1], ecef_m[i, 2])
    return latitude, longitude
