"""Which track shows which object: exact assignment under a cut-off distance.

Only pairs nearer than the cut-off are looked at. They fall apart into small connected groups, and
each group is solved exactly (Jonker and Volgenant's method, in SciPy), so that ten thousand objects
take no matrix of a hundred million distances.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from contracts.columns import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Near:
    """Every pair nearer than the cut-off.

    Attributes:
        objects: how many objects there are, J.
        tracks: how many tracks there are, N.
        object_row: (P,) places of the objects.
        track_row: (P,) places of the tracks.
        distance_m: (P,) how far apart they are.
    """

    objects: int
    tracks: int
    object_row: IntArray
    track_row: IntArray
    distance_m: FloatArray

    def only(self, keep: NDArray[np.bool_]) -> "Near":
        """Return the pairs that a (P,) mask keeps."""
        return Near(
            self.objects, self.tracks, self.object_row[keep], self.track_row[keep], self.distance_m[keep]
        )


def near_pairs(objects_m: FloatArray, tracks_m: FloatArray, cutoff_m: float) -> Near:
    """Return every pair of an object and a track that are nearer than a distance.

    Args:
        objects_m: (J, D) positions of the objects: in a plane, or Earth-centred.
        tracks_m: (N, D) positions of the tracks.
        cutoff_m: pairs at this distance or farther apart are left out.
    """
    counts = len(objects_m), len(tracks_m)
    nothing = np.zeros(0, np.int64)
    if 0 in counts:
        return Near(*counts, nothing, nothing, np.zeros(0))
    found = cKDTree(objects_m).query_ball_tree(cKDTree(tracks_m), cutoff_m)
    object_row = np.repeat(np.arange(counts[0]), [len(rows) for rows in found])
    track_row = np.array([row for rows in found for row in rows], np.int64)
    apart = objects_m[object_row] - tracks_m[track_row]
    distance_m: FloatArray = np.sqrt((apart * apart).sum(axis=1))
    near = Near(*counts, object_row, track_row, distance_m)
    return near.only(distance_m < cutoff_m)


def assign(near: Near, cutoff_m: float, order: float) -> IntArray:
    """Return (J,) the track that shows each object, -1 for none: the assignment of least cost.

    A pair costs its distance to the power ``order``, an object or a track left alone half of the
    cut-off to that power (GOSPA's cost for alpha = 2). So a pair gains ``cutoff^p - distance^p``,
    and the least cost is the greatest gain.
    """
    track_of = np.full(near.objects, -1, np.int64)
    if not len(near.distance_m):
        return track_of
    gain = cutoff_m**order - near.distance_m**order
    # Most pairs have nobody else near: they need no solving.
    alone = (np.bincount(near.object_row)[near.object_row] == 1) & (
        np.bincount(near.track_row)[near.track_row] == 1
    )
    track_of[near.object_row[alone]] = near.track_row[alone]
    crowd = near.only(~alone)
    for pairs in _groups(crowd) if len(crowd.distance_m) else ():
        _solve(crowd, gain[~alone], pairs, track_of)
    return track_of


def _groups(near: Near) -> list[IntArray]:
    """Return the pairs, group by group of objects and tracks that touch each other."""
    size = near.objects + near.tracks
    edges = csr_array(
        (np.ones(len(near.distance_m)), (near.object_row, near.objects + near.track_row)), shape=(size, size)
    )
    _, group_of = connected_components(edges, directed=False)
    group = group_of[near.object_row]
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group[order])) + 1)


def _solve(near: Near, gain: FloatArray, pairs: IntArray, track_of: IntArray) -> None:
    """Solve one group and write it into ``track_of``."""
    objects, row = np.unique(near.object_row[pairs], return_inverse=True)
    tracks, column = np.unique(near.track_row[pairs], return_inverse=True)
    table = np.zeros((len(objects), len(tracks)))
    table[row, column] = gain[pairs]
    chosen_row, chosen_column = linear_sum_assignment(table, maximize=True)
    # What gains nothing is no pair: the two stay alone.
    real = table[chosen_row, chosen_column] > 0.0
    track_of[objects[chosen_row[real]]] = tracks[chosen_column[real]]
