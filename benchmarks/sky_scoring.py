"""Scores a tracker's tracks against the truth of a sky, scan by scan.

docs/reference/metrics.md defines every number. Pure: a truth and tracks come in, and scores go out.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.pairing import Near, assign, near_pairs
from benchmarks.set_distance import Gospa, gospa, ospa
from benchmarks.sky import Truth
from benchmarks.sky_tracks import SkyTracks
from contracts.columns import FloatArray, IntArray

CUTOFF_M: Final = 500.0
"""GOSPA's and OSPA's c, and the distance within which a track belongs to a target."""
ORDER: Final = 2.0
"""Their p."""

_POSITION: Final = np.array([0, 2])
NOBODY: Final = -1
"""Number of no track."""


class ScanScore(NamedTuple):
    """How one scan did.

    Attributes:
        targets: true ones that are there, J.
        tracks: confirmed ones, N.
        held: targets that a track shows: pairs of the best assignment.
        assigned: tracks that belong to a target: the held ones' and those within c of one that another shows.
        switches: targets that another track shows than the one that did last.
        gospa: the metric and its parts.
        ospa_m: the metric.
        error_m: (P,) distance of each pair.
        speed_error_m_per_s: (P,) length of the difference of velocities.
        nees_position: (Q,) squared error of the position in units of its covariance, 2 when honest, of
            the pairs that were pairs at the scan before, too: a track that passes a target which it
            does not follow says nothing about its own honesty.
        nees_state: (Q,) the same of position and velocity; 4 when honest.
    """

    targets: int
    tracks: int
    held: int
    assigned: int
    switches: int
    gospa: Gospa
    ospa_m: float
    error_m: FloatArray
    speed_error_m_per_s: FloatArray
    nees_position: FloatArray
    nees_state: FloatArray


class RunScore(NamedTuple):
    """How one run did.

    Attributes:
        scans: of the run, in order.
        latency_scans: (L,) for each target that was ever shown: scans from its first to that at which
            a track first showed it.
        never_shown: targets that no track ever showed.
    """

    scans: tuple[ScanScore, ...]
    latency_scans: IntArray
    never_shown: int


def score_run(truth: Truth, tracks: SkyTracks, scans: int | None = None) -> RunScore:
    """Score a run.

    Args:
        truth: of the sky.
        tracks: what a tracker made of it.
        scans: how many scans from the first the tracker ran; all of the truth's where none is given.
    """
    alive = truth.alive[:scans]
    sticky = Sticky.begin(alive.shape[1])
    shown_by = np.full(alive.shape, NOBODY)
    scores: list[ScanScore] = []
    for scan in range(len(alive)):
        target = np.flatnonzero(alive[scan])
        before = shown_by[scan - 1, target] if scan else np.full(len(target), NOBODY)
        score, by = _score_scan(truth.state[scan, target], before, target, tracks.at(scan), sticky)
        shown_by[scan, target] = by
        scores.append(score)
    shown = shown_by != NOBODY
    ever, there = shown.any(axis=0), alive.any(axis=0)
    latency = shown.argmax(axis=0) - alive.argmax(axis=0)
    return RunScore(tuple(scores), latency[ever], int((there & ~ever).sum()))


def _score_scan(
    true: FloatArray, before: IntArray, target: IntArray, told: SkyTracks, sticky: "Sticky"
) -> tuple[ScanScore, IntArray]:
    """Return the score of a scan, and (J,) the number of the track that shows each target.

    Args:
        true: (J, 4) true states of the targets that are there.
        before: (J,) numbers of the tracks that showed them at the scan before.
        target: (J,) their numbers.
        told: the tracks of the scan.
    """
    near = near_pairs(true[:, _POSITION], told.state[:, _POSITION], CUTOFF_M)
    track_of = assign(near, CUTOFF_M, ORDER)
    held = np.flatnonzero(track_of >= 0)
    row = track_of[held]
    by = np.full(len(target), NOBODY)
    by[held] = told.track[row]
    error = told.state[row] - true[held]
    error_m = np.hypot(error[:, 0], error[:, 2])
    settled = by[held] == before[held]
    own = told.covariance[row[settled]]
    score = ScanScore(
        targets=near.objects,
        tracks=near.tracks,
        held=len(held),
        assigned=len(np.unique(near.track_row)),
        switches=sticky.take(near, target, told.track),
        gospa=gospa(near, error_m, CUTOFF_M, ORDER),
        ospa_m=ospa(near, error_m, CUTOFF_M, ORDER),
        error_m=error_m,
        speed_error_m_per_s=np.hypot(error[:, 1], error[:, 3]),
        nees_position=_normalised(
            error[settled][:, _POSITION], own[:, _POSITION[:, None], _POSITION[None, :]]
        ),
        nees_state=_normalised(error[settled], own),
    )
    return score, by


def _normalised(error: FloatArray, covariance: FloatArray) -> FloatArray:
    """Return (P,) squared Mahalanobis lengths of (P, D) errors.

    Raises:
        numpy.linalg.LinAlgError: a covariance is singular; no honest track has one.
    """
    solved = np.linalg.solve(covariance, error[:, :, None])[:, :, 0]
    squared: FloatArray = (error * solved).sum(axis=1)
    return squared


@dataclass(slots=True)
class Sticky:
    """Which track shows which target, remembered from scan to scan, to count identity switches.

    A target keeps its track for as long as that track stays within c of it, whatever is nearer. Two
    targets may lay claim to one track (it showed one, went astray, and came to show the other): then
    the one that it showed last keeps it. Targets without a track of their own get, by the best
    assignment, one of those that nobody keeps. A switch is a target that gets another track than
    its last one, however long ago that was.

    Attributes:
        track: (N,) the track that last showed each target, -1 before there was one.
        scan: (N,) when it last did.
        now: number of the coming scan.
    """

    track: IntArray
    scan: IntArray
    now: int = field(default=0)

    @classmethod
    def begin(cls, targets: int) -> "Sticky":
        """Return what is known before the first scan: nothing."""
        return cls(np.full(targets, NOBODY), np.full(targets, NOBODY))

    def take(self, near: Near, target: IntArray, track: IntArray) -> int:
        """Take in a scan and return how many targets were switched.

        Args:
            near: targets and tracks that are near each other.
            target: (J,) numbers of the targets.
            track: (N,) numbers of the tracks, none negative.
        """
        kept = self._kept(near, target, track)
        taken = np.zeros(near.tracks, np.bool_)
        taken[kept[kept >= 0]] = True
        free = near.only((kept[near.object_row] < 0) & ~taken[near.track_row])
        shown_by = np.where(kept >= 0, kept, assign(free, CUTOFF_M, ORDER))
        held = np.flatnonzero(shown_by >= 0)
        who, by = target[held], track[shown_by[held]]
        switched = (self.track[who] != NOBODY) & (self.track[who] != by)
        self.track[who], self.scan[who] = by, self.now
        self.now += 1
        return int(switched.sum())

    def _kept(self, near: Near, target: IntArray, track: IntArray) -> IntArray:
        """Return (J,) places of the tracks that targets keep, -1 for none."""
        kept = np.full(near.objects, NOBODY)
        same = track[near.track_row] == self.track[target[near.object_row]]
        place, row = near.object_row[same], near.track_row[same]
        # Written in the order of when it last showed them: the last word on a track stands.
        order = np.argsort(self.scan[target[place]], kind="stable")
        owner = np.full(near.tracks, NOBODY)
        owner[row[order]] = place[order]
        owned: NDArray[np.int64] = np.flatnonzero(owner >= 0)
        kept[owner[owned]] = owned
        return kept
