"""Where a sensor's false bearings come from: the same directions again and again.

A shore, a reflection or a moored boat gives a bearing at almost every look. As many false bearings spread
evenly would each be unlikely beside a track; in one direction they are what is to be expected there, and
no news of a track that drifts past. So the density of false bearings is kept by direction.
"""

from math import pi
from typing import Final

import numpy as np

from contracts.columns import FloatArray, IntArray

BINS: Final = 180
"""Directions that are told apart: two degrees, about the error of a camera or a good direction finder."""

MEMORY_LOOKS: Final = 50.0
"""How many looks the map remembers: what moves on is forgotten."""


class ClutterMap:
    """False bearings per radian and look, by direction."""

    def __init__(self) -> None:
        """Begin with none."""
        self._density = np.zeros(BINS)

    def at(self, bearing_rad: FloatArray) -> FloatArray:
        """Return (M,) the density in each direction."""
        low, high, share = self._bins(bearing_rad)
        return (1.0 - share) * self._density[low] + share * self._density[high]

    def learn(self, bearing_rad: FloatArray, false: FloatArray) -> None:
        """Take a look into the map.

        Args:
            bearing_rad: (M,) its bearings.
            false: (M,) the probability that each belongs to no track.
        """
        low, high, share = self._bins(bearing_rad)
        look = np.bincount(low, weights=(1.0 - share) * false, minlength=BINS)
        look += np.bincount(high, weights=share * false, minlength=BINS)
        self._density += (look * BINS / (2.0 * pi) - self._density) / MEMORY_LOOKS

    @staticmethod
    def _bins(bearing_rad: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Return (M,) the two directions nearest to each bearing, and how near it is to the second."""
        place = np.mod(bearing_rad, 2.0 * pi) * (BINS / (2.0 * pi))
        low = np.floor(place).astype(np.int64)
        return low % BINS, (low + 1) % BINS, place - low
