"""Sensor registration: finds the range and azimuth bias of each radar and takes it off its plots.

Whenever a radar's plot is given to a track of which another sensor has just spoken (a self-report that is
believed, or another radar's plot), the difference of the two measurements goes into
:mod:`fusion.biases`. A radar that is alone is compared with nothing, and stays as it is. A bias too
large for the gates is found by :mod:`fusion.near_misses` first.

A scope knows only the differences that it may see, so biases belong to the scope's belief.
"""

from dataclasses import dataclass, field
from math import sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import IntArray
from contracts.reports import TWO_PI
from fusion.biases import RADARS_MAX, Biases, no_biases, settle_on, with_one_more
from fusion.comparing import compare
from fusion.near_misses import NearMisses, agreement, forget_misses, no_misses, with_one_more_ring
from fusion.references import REFERENCE, SAMPLE, References, no_references, note_claims
from fusion.self_reports import Claims
from fusion.sweep import Sweep
from fusion.table import from_state, to_state
from fusion.tracks import Tracks

APPLIED_BELOW: Final = 0.5
"""A bias is taken off plots once it is known to this part of their own error: before that, taking it off
could do more harm than good; from then on it costs at most an eighth of the sigma."""

VOTED_EVERY: Final = 8
"""A radar's misses are counted whenever so many are new."""


@dataclass(slots=True)
class Bias:
    """What is thought of one radar: what its ranges and azimuths are too large by."""

    range_bias_m: float
    range_bias_sigma_m: float
    azimuth_bias_rad: float
    azimuth_bias_sigma_rad: float


@dataclass(slots=True)
class Registration:
    """The biases of one scope's radars, and what they are found from.

    Attributes:
        radars: source place to the radar's number, in the order of first hearing.
        is_radar: (S,) by source place.
        reported: whether any self-report was ever believed.
    """

    radars: dict[int, int] = field(default_factory=dict)
    biases: Biases = field(default_factory=no_biases)
    misses: NearMisses = field(default_factory=no_misses)
    references: References = field(default_factory=no_references)
    is_radar: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    reported: bool = False

    def corrected(self, sweep: Sweep, source: int) -> Sweep:
        """Return a source's sweep without its biases, as far as they are known well enough."""
        radar = self.radars.get(source)
        if radar is None or not sweep.rows:
            return sweep
        (range_m, range_sigma_m), (turn, turn_sigma) = self._states(radar)
        if not range_sigma_m < APPLIED_BELOW * sweep.scene.error_m:
            range_m = 0.0
        if not turn_sigma < APPLIED_BELOW * sweep.scene.error_rad:
            turn = 0.0
        if range_m == turn == 0.0:
            return sweep
        from_rad = (sweep.scene.from_rad - turn) % TWO_PI
        return sweep.seen_at(
            np.maximum(sweep.plots.range_m - range_m, 1.0), sweep.plots.azimuth_rad - turn
        ).seen(from_rad=from_rad, to_rad=from_rad + sweep.scene.to_rad - sweep.scene.from_rad)

    def bias(self, source: int) -> Bias | None:
        """Return what is thought of a source; None for what is no radar or past the bound."""
        radar = self.radars.get(source)
        if radar is None:
            return None
        along, turn = self._states(radar)
        return Bias(*along, *turn)

    def _states(self, radar: int) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return range bias and its sigma, azimuth bias and its sigma."""
        mean, covariance = self.biases.mean, self.biases.covariance
        a, b = 2 * radar, 2 * radar + 1
        return (
            (float(mean[a]), sqrt(float(covariance[a, a]))),
            (float(mean[b]), sqrt(float(covariance[b, b]))),
        )

    def hear_claims(self, tracks: Tracks, slots: IntArray, used: IntArray, claims: Claims) -> None:
        """Remember the self-reports that the tracks in their slots agreed with."""
        self.reported = self.reported or len(used) > 0
        note_claims(self.references, tracks, slots, used, claims)

    def learn(self, tracks: Tracks, rows: IntArray, plot_of: IntArray, sweep: Sweep, source: int) -> None:
        """Compare a sweep's plots with what other sensors say of the same tracks.

        Args:
            rows: (K,) tracks that the sector can see.
            plot_of: (K,) their plots, -1 for none.
            sweep: as measured; one of positions has no radar, and teaches nothing.
            source: whose.
        """
        radar = -1 if sweep.scene.positions else self._radar(source)
        if radar < 0 or (len(self.radars) == 1 and not self.reported):
            return
        compare(
            tracks,
            rows,
            plot_of,
            sweep,
            source,
            radar,
            self.references,
            self.biases,
            self.misses,
            self.is_radar,
        )
        if self.misses.noted[radar] and self.misses.noted[radar] % VOTED_EVERY == 0:
            self._vote(radar, sweep)

    def _radar(self, source: int) -> int:
        radar = self.radars.get(source, -1)
        if radar < 0 and len(self.radars) < RADARS_MAX:
            radar = len(self.radars)
            self._add(source)
        return radar

    def _add(self, source: int) -> None:
        self.radars[source] = len(self.radars)
        self.biases, self.misses = with_one_more(self.biases), with_one_more_ring(self.misses)
        known = self.is_radar
        self.is_radar = np.zeros(max(len(known), source + 1), np.bool_)
        self.is_radar[: len(known)] = known
        self.is_radar[source] = True

    def _vote(self, radar: int, sweep: Sweep) -> None:
        mean = np.empty(2)
        if agreement(
            self.misses, radar, sweep.scene.middle_s, sweep.scene.error_m, sweep.scene.error_rad, mean
        ):
            settle_on(
                self.biases, radar, float(mean[0]), float(mean[1]),
                APPLIED_BELOW * 0.9 * sweep.scene.error_m, APPLIED_BELOW * 0.9 * sweep.scene.error_rad,
            )  # fmt: skip
            # Of two radars side by side each misses the other's tracks: one of them must move first.
            forget_misses(self.misses)

    def dump(self) -> dict[str, Any]:
        """Return everything as plain values, for a checkpoint."""
        return {
            "radars": list(self.radars),
            "reported": self.reported,
            "biases": [column.tobytes() for column in self.biases],
            "misses": [column.tobytes() for column in self.misses],
            "references": to_state(self.references, SAMPLE),
        }

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> "Registration":
        """Return the registration of a checkpoint."""
        registration = cls(reported=dumped["reported"])
        for source in dumped["radars"]:
            registration._add(source)
        for name in ("biases", "misses"):
            for column, data in zip(getattr(registration, name), dumped[name], strict=True):
                column[...] = np.frombuffer(data, column.dtype).reshape(column.shape)
        registration.references = from_state(References, REFERENCE, dumped["references"], SAMPLE)
        return registration
