"""What a tracker makes of a sky: its confirmed tracks at every scan, and what each scan cost."""

from typing import NamedTuple

import numpy as np

from contracts.columns import FloatArray, IntArray


class SkyTracks(NamedTuple):
    """R rows, one for each confirmed track at each scan, scan after scan.

    Attributes:
        scan: (R,) number of the scan, never falling; the state is that of its time.
        track: (R,) one number for each track, the same in all scans.
        state: (R, 4) x m, v_x m/s, y m, v_y m/s.
        covariance: (R, 4, 4) of the state.
    """

    scan: IntArray
    track: IntArray
    state: FloatArray
    covariance: FloatArray

    def at(self, scan: int) -> "SkyTracks":
        """Return the rows of one scan."""
        first, last = np.searchsorted(self.scan, (scan, scan + 1)).tolist()
        return SkyTracks(
            self.scan[first:last],
            self.track[first:last],
            self.state[first:last],
            self.covariance[first:last],
        )


class Played(NamedTuple):
    """A run of a tracker.

    Attributes:
        tracks: of the scans that were run.
        cpu_s: (K,) CPU time of each of them, in their order from the first; all NaN where it is not
            a tracker's cost.
        bytes_per_track: memory that a track takes; NaN where it is not known.
    """

    tracks: SkyTracks
    cpu_s: FloatArray
    bytes_per_track: float = float("nan")


def stacked(parts: list[SkyTracks]) -> SkyTracks:
    """Return the rows of several scans as one table, in their order."""
    nothing = SkyTracks(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 4)), np.zeros((0, 4, 4)))
    parts = [nothing, *parts]
    return SkyTracks(
        np.concatenate([part.scan for part in parts]),
        np.concatenate([part.track for part in parts]),
        np.concatenate([part.state for part in parts]),
        np.concatenate([part.covariance for part in parts]),
    )
