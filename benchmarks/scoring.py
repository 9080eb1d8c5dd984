"""Scores one picture after another against the truth. docs/reference/metrics.md defines every number.

Pure: pictures and truth come in as values, and scores go out.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.pairing import Near, assign, near_pairs
from benchmarks.situation import Objects, Shown
from contracts.columns import FloatArray, IntArray
from contracts.geodesy import enu_axes


@dataclass(frozen=True, slots=True)
class Rule:
    """How scores are made.

    Attributes:
        cutoff_m: GOSPA's c, and the distance within which a track belongs to an object.
        order: GOSPA's p.
    """

    cutoff_m: float = 5_000.0
    order: float = 2.0


@dataclass(frozen=True, slots=True)
class Matched:
    """M pairs of a detectable object and the track that shows it.

    Attributes:
        object_row: (M,) places in the objects.
        track_row: (M,) places in the tracks.
        error_m: (M,) distance over ground.
        speed_error_m_per_s: (M,) length of the difference of velocities.
        nees: (M,) error in units of the track's own covariance, squared; 2 on average when honest.
    """

    object_row: IntArray
    track_row: IntArray
    error_m: FloatArray
    speed_error_m_per_s: FloatArray
    nees: FloatArray


@dataclass(frozen=True, slots=True)
class CycleScore:
    """How one picture did.

    Attributes:
        valid_at_s: its time of validity.
        objects: detectable objects.
        settled: those that were detectable at the picture before, too.
        held: detectable objects that a track shows.
        settled_held: the same among the settled.
        tracks: confirmed and coasting tracks, without those that show an object nobody can see.
        assigned: tracks that belong to a detectable object, doubles included.
        doubles: tracks that belong to an object that another track shows better.
        spurious: tracks that belong to nothing.
        ignored: tracks that show an object that is there but not detectable.
        gospa_m: the metric.
        localisation_m_p: its part from position errors, to the power p.
        missed_m_p: its part from missed objects.
        false_m_p: its part from tracks that show nothing, or show it a second time.
        matched: the pairs.
        missed_rows: places of the objects that were missed.
        double_rows: places of the doubles.
        spurious_rows: places of the tracks that belong to nothing.
        switch_rows: places of the objects that another track shows than the one that did last.
    """

    valid_at_s: float
    objects: int
    settled: int
    held: int
    settled_held: int
    tracks: int
    assigned: int
    doubles: int
    spurious: int
    ignored: int
    gospa_m: float
    localisation_m_p: float
    missed_m_p: float
    false_m_p: float
    matched: Matched
    missed_rows: IntArray
    double_rows: IntArray
    spurious_rows: IntArray
    switch_rows: IntArray

    @property
    def switches(self) -> int:
        """How many objects changed their track."""
        return len(self.switch_rows)


@dataclass(slots=True)
class Scorer:
    """Scores the pictures of one run in their order; remembers who showed what.

    Attributes:
        last_track: the track that last showed each object.
        seen_before: names that were detectable at the picture before.
    """

    rule: Rule = field(default_factory=Rule)
    last_track: dict[str, int] = field(default_factory=dict)
    seen_before: frozenset[str] = frozenset()

    def take(self, valid_at_s: float, objects: Objects, shown: Shown) -> CycleScore:
        """Score one picture."""
        rule, detectable = self.rule, objects.detectable
        near = near_pairs(objects.ecef_m, shown.ecef_m, rule.cutoff_m)
        track_of = assign(near, rule.cutoff_m, rule.order)
        held = np.flatnonzero(detectable & (track_of >= 0))
        missed = np.flatnonzero(detectable & (track_of < 0))
        settled = detectable & np.array([name in self.seen_before for name in objects.name], np.bool_)
        matched = _match(objects, shown, held, track_of[held])
        showing, hidden, double = _sort_tracks(near, track_of, detectable)
        spurious = ~(showing | hidden | double)
        cost = rule.cutoff_m**rule.order / 2.0
        localisation = float((matched.error_m**rule.order).sum())
        missed_cost = cost * len(missed)
        false_cost = cost * float((double | spurious).sum())
        score = CycleScore(
            valid_at_s=valid_at_s,
            objects=int(detectable.sum()),
            settled=int(settled.sum()),
            held=len(held),
            settled_held=int(settled[held].sum()),
            tracks=int((~hidden).sum()),
            assigned=int((showing | double).sum()),
            doubles=int(double.sum()),
            spurious=int(spurious.sum()),
            ignored=int(hidden.sum()),
            gospa_m=float((localisation + missed_cost + false_cost) ** (1.0 / rule.order)),
            localisation_m_p=localisation,
            missed_m_p=missed_cost,
            false_m_p=false_cost,
            matched=matched,
            missed_rows=missed,
            double_rows=np.flatnonzero(double),
            spurious_rows=np.flatnonzero(spurious),
            switch_rows=self._switches(near, objects, shown),
        )
        self.seen_before = frozenset(
            name for name, there in zip(objects.name, detectable.tolist(), strict=True) if there
        )
        return score

    def _switches(self, near: Near, objects: Objects, shown: Shown) -> IntArray:
        """Return the detectable objects that another track shows than the one that last did.

        Sticky, as in CLEAR MOT: while the track that last showed an object is still within the
        cut-off, it goes on showing it, whatever is nearer now.
        """
        track_of = self._sticky(near, objects, shown)
        switched: list[int] = []
        for j in np.flatnonzero(track_of >= 0).tolist():
            name, key = objects.name[j], shown.track_id[int(track_of[j])]
            if self.last_track.get(name, key) != key and objects.detectable[j]:
                switched.append(j)
            self.last_track[name] = key
        return np.array(switched, np.int64)

    def _sticky(self, near: Near, objects: Objects, shown: Shown) -> IntArray:
        """Return (J,) the track of each object: last time's where it is still near, else the best."""
        place_of = {key: place for place, key in enumerate(shown.track_id)}
        close = set(zip(near.object_row.tolist(), near.track_row.tolist(), strict=True))
        kept = np.full(near.objects, -1, np.int64)
        taken = np.zeros(near.tracks, np.bool_)
        for j, name in enumerate(objects.name):
            place = place_of.get(self.last_track[name], -1) if name in self.last_track else -1
            if (j, place) in close and not taken[place]:
                kept[j], taken[place] = place, True
        free = near.only((kept[near.object_row] < 0) & ~taken[near.track_row])
        return np.where(kept >= 0, kept, assign(free, self.rule.cutoff_m, self.rule.order))


def _sort_tracks(
    near: Near, track_of: IntArray, detectable: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return (N,) masks: tracks that show an object, that are left out, that show one again.

    Left out is a track that belongs to something that is there but that nobody can see: such a
    track is neither right nor wrong.
    """
    showing, hidden, beside, touching = (np.zeros(near.tracks, np.bool_) for _ in range(4))
    showing[track_of[detectable & (track_of >= 0)]] = True
    hidden[track_of[~detectable & (track_of >= 0)]] = True
    touching[near.track_row] = True
    beside[near.track_row[detectable[near.object_row]]] = True
    double = beside & ~showing & ~hidden
    return showing, hidden | (touching & ~beside), double


def _match(objects: Objects, shown: Shown, object_row: IntArray, track_row: IntArray) -> Matched:
    apart = shown.ecef_m[track_row] - objects.ecef_m[object_row]
    flat = np.einsum("mij,mj->mi", axes_at(objects.ecef_m[object_row]), apart)[:, :2]
    speed = shown.velocity_m_per_s[track_row] - objects.velocity_m_per_s[object_row]
    return Matched(
        object_row=object_row,
        track_row=track_row,
        error_m=np.sqrt((apart * apart).sum(axis=1)),
        speed_error_m_per_s=np.sqrt((speed * speed).sum(axis=1)),
        nees=squared_sigma(flat, shown.covariance_m2[track_row]),
    )


def squared_sigma(error_m: FloatArray, covariance_m2: FloatArray) -> FloatArray:
    """Return (M,) squared Mahalanobis lengths of (M, 2) errors; nan where a covariance is none."""
    east, north = error_m[:, 0], error_m[:, 1]
    a, b, d = covariance_m2[:, 0, 0], covariance_m2[:, 0, 1], covariance_m2[:, 1, 1]
    determinant = np.where(a * d - b * b > 0.0, a * d - b * b, np.nan)
    squared: FloatArray = (d * east**2 - 2.0 * b * east * north + a * north**2) / determinant
    return squared


def axes_at(ecef_m: FloatArray) -> FloatArray:
    """Return (M, 3, 3) east, north, up; the direction from the Earth's centre is near enough to up."""
    lat_rad = np.arctan2(ecef_m[:, 2], np.hypot(ecef_m[:, 0], ecef_m[:, 1]))
    return enu_axes(lat_rad, np.arctan2(ecef_m[:, 1], ecef_m[:, 0]))
