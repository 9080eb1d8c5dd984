"""The floor: a tracker that is told which report is whose, and the model that moved the targets.

One Kalman filter for each target, or three of them mixed (IMM: straight, left, right) where targets
turn. It is told who appears and who is gone, too; it must only see a target three times before it
may show it. No tracker that has to find out for itself can do better on average.
"""

import math
import time
from typing import Final

import numpy as np

from benchmarks.sky import Sky
from benchmarks.sky_cases import SkyCase
from benchmarks.sky_tracks import Played, SkyTracks, stacked
from contracts.columns import FloatArray, IntArray

HITS_WANTED: Final = 3

_MEASURED: Final = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]])


def play_oracle(sky: Sky) -> Played:
    """Track the targets of a sky, told everything but where they are."""
    case, reports = sky.case, sky.reports
    models = Models(case)
    count = len(models.transition)
    mean = np.zeros((case.targets, count, 4))
    covariance = np.tile(np.eye(4), (case.targets, count, 1, 1))
    weight = np.tile(models.share, (case.targets, 1))
    hits = np.zeros(case.targets, np.int64)
    shown: list[SkyTracks] = []
    cpu_s: list[float] = []
    for scan in range(case.scans):
        began_s = time.process_time()
        first, last = np.searchsorted(reports.scan, (scan, scan + 1)).tolist()
        own = first + np.flatnonzero(sky.origin[first:last] >= 0)
        target = sky.origin[own]
        seen_m = np.stack([reports.x_m[own], reports.y_m[own]], axis=-1)
        alive = sky.truth.alive[scan]
        flying = np.flatnonzero(alive & (hits > 0))
        mean[flying], covariance[flying], weight[flying] = models.predict(
            mean[flying], covariance[flying], weight[flying]
        )
        fresh = hits[target] == 0
        begun = target[fresh]
        mean[begun], covariance[begun] = models.begin(seen_m[fresh])
        known = target[~fresh]
        mean[known], covariance[known], weight[known] = models.correct(
            mean[known], covariance[known], weight[known], seen_m[~fresh]
        )
        hits[target] += 1
        show = np.flatnonzero(alive & (hits >= HITS_WANTED))
        shown.append(_shown(scan, show, mean[show], covariance[show], weight[show]))
        cpu_s.append(time.process_time() - began_s)
    return Played(stacked(shown), np.array(cpu_s))


def _shown(
    scan: int, target: IntArray, mean: FloatArray, covariance: FloatArray, weight: FloatArray
) -> SkyTracks:
    """Return each target's mixture as one Gaussian."""
    middle = np.einsum("nm,nmi->ni", weight, mean)
    apart = mean - middle[:, None, :]
    spread = covariance + apart[..., :, None] * apart[..., None, :]
    return SkyTracks(np.full(len(target), scan), target, middle, np.einsum("nm,nmij->nij", weight, spread))


class Models:
    """The motion models of a case, and the filters that use them. Rows are targets, then models.

    Attributes:
        transition: (M, 4, 4) a state one period later.
        change: (M, M) chance that the model of a row becomes that of a column within a period.
        share: (M,) how often each model is at work.
    """

    def __init__(self, case: SkyCase) -> None:
        rate = case.turn_rate_rad_per_s
        rates = [0.0, rate, -rate] if case.turning_share else [0.0]
        period_s = case.period_s
        self.transition = np.stack([_turn(omega, period_s) for omega in rates])
        cube, square = period_s**3 / 3.0, period_s**2 / 2.0
        self.noise = case.noise_m2_per_s3 * np.kron(np.eye(2), [[cube, square], [square, period_s]])
        self.measured_m2 = case.sigma_m**2 * np.eye(2)
        self.speed_m2_per_s2 = case.speed_sigma_m_per_s**2
        self.change, self.share = _chances(case) if case.turning_share else (np.ones((1, 1)), np.ones(1))

    def begin(self, seen_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return states of targets that were seen once: there, at any of the case's velocities."""
        count = len(self.transition)
        mean = np.zeros((len(seen_m), count, 4))
        mean[:, :, ::2] = seen_m[:, None, :]
        variance = np.diag([self.measured_m2[0, 0], self.speed_m2_per_s2] * 2)
        return mean, np.broadcast_to(variance, (len(seen_m), count, 4, 4))

    def predict(
        self, mean: FloatArray, covariance: FloatArray, weight: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Mix what the models say, then move each on by one period."""
        came = weight[:, :, None] * self.change
        later = came.sum(axis=1)
        share = came / later[:, None, :]
        mixed = np.einsum("nab,nai->nbi", share, mean)
        apart = mean[:, :, None, :] - mixed[:, None, :, :]
        spread = covariance[:, :, None] + apart[..., :, None] * apart[..., None, :]
        mixed_covariance = np.einsum("nab,nabij->nbij", share, spread)
        moved = np.einsum("bij,nbj->nbi", self.transition, mixed)
        turned = self.transition @ mixed_covariance @ np.swapaxes(self.transition, -1, -2)
        return moved, turned + self.noise, later

    def correct(
        self, mean: FloatArray, covariance: FloatArray, weight: FloatArray, seen_m: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Take in (N, 2) reported positions, one for each target."""
        innovation = seen_m[:, None, :] - mean @ _MEASURED.T
        crossed = covariance @ _MEASURED.T
        expected = _MEASURED @ crossed + self.measured_m2
        inverse = np.linalg.inv(expected)
        gain = crossed @ inverse
        squared = np.einsum("nmi,nmij,nmj->nm", innovation, inverse, innovation)
        likelihood = np.exp(-0.5 * (squared - squared.min(axis=1, keepdims=True, initial=np.inf)))
        weight = weight * likelihood / np.sqrt(np.linalg.det(expected))
        corrected = mean + np.einsum("nmij,nmj->nmi", gain, innovation)
        left = covariance - gain @ np.swapaxes(crossed, -1, -2)
        left = 0.5 * (left + np.swapaxes(left, -1, -2))
        return corrected, left, weight / weight.sum(axis=1, keepdims=True)


def _turn(rate_rad_per_s: float, period_s: float) -> FloatArray:
    """Return (4, 4) the transition of a turn at constant rate."""
    angle = rate_rad_per_s * period_s
    along = math.sin(angle) / rate_rad_per_s if rate_rad_per_s else period_s
    across = (1.0 - math.cos(angle)) / rate_rad_per_s if rate_rad_per_s else 0.0
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([
        [1.0, along, 0.0, -across],
        [0.0, cos, 0.0, -sin],
        [0.0, across, 1.0, along],
        [0.0, sin, 0.0, cos],
    ])  # fmt: skip


def _chances(case: SkyCase) -> tuple[FloatArray, FloatArray]:
    """Return (3, 3) chances of change within a period and (3,) shares of the time, of any target.

    The mean target: only some turn at all, and the filter is not told who.
    """
    begins = 1.0 - math.exp(-case.period_s / case.straight_s_mean)
    ends = 1.0 - math.exp(-case.period_s / case.turn_s_mean)
    turning = case.turning_share * case.turn_s_mean / (case.straight_s_mean + case.turn_s_mean)
    begins *= case.turning_share * case.straight_s_mean / (case.straight_s_mean + case.turn_s_mean)
    begins /= 1.0 - turning
    change = np.array([
        [1.0 - begins, begins / 2.0, begins / 2.0],
        [ends, 1.0 - ends, 0.0],
        [ends, 0.0, 1.0 - ends],
    ])  # fmt: skip
    return change, np.array([1.0 - turning, turning / 2.0, turning / 2.0])
