"""A sky made up from a case and a seed: where the targets truly are, and what a sensor reports of them.

The world is a plane in metres. Targets move with nearly constant velocity (white noise of acceleration,
exactly discretised) and, where the case says so, turn now and then at a constant rate. Every scan each
target is reported with the detection probability, and false reports come on top. The reports carry no
order that would tell them apart. The same case and seed give the same sky.
"""

import zlib
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.sky_cases import SkyCase
from contracts.columns import FloatArray, IntArray

POSITION_KIND = 0
"""Code of a reported position in a file of reports."""
_STEP_S = 1.0
"""Longest step with which turning targets are moved: turns begin and end on such steps."""


class Reports(NamedTuple):
    """M reports of a plane, scan after scan; columns of the names that a file of reports has.

    Attributes:
        time_s: (M,) when each was measured, from the beginning of the run.
        scan: (M,) number of its scan, from 0, never falling.
        sensor: (M,) number of its sensor.
        kind: (M,) always a position.
        x_m: (M,) east.
        y_m: (M,) north.
        cov_ee_m2: (M,) variance east.
        cov_en_m2: (M,) covariance.
        cov_nn_m2: (M,) variance north.
    """

    time_s: FloatArray
    scan: IntArray
    sensor: IntArray
    kind: IntArray
    x_m: FloatArray
    y_m: FloatArray
    cov_ee_m2: FloatArray
    cov_en_m2: FloatArray
    cov_nn_m2: FloatArray


@dataclass(frozen=True, slots=True)
class Truth:
    """N targets over K scans.

    Attributes:
        alive: (K, N) whether a target is there at a scan.
        state: (K, N, 4) x m, v_x m/s, y m, v_y m/s; meaningless where it is not there.
    """

    alive: NDArray[np.bool_]
    state: FloatArray


@dataclass(frozen=True, slots=True)
class Sky:
    """A case with a seed, played.

    Attributes:
        origin: (M,) the target of each report, -1 for a false one. Nobody but the oracle is told.
    """

    case: SkyCase
    seed: int
    truth: Truth
    reports: Reports
    origin: IntArray


def make_sky(case: SkyCase, seed: int) -> Sky:
    """Play a case."""
    # One generator for each matter: more clutter does not move the targets.
    lives, courses, looks = (
        np.random.default_rng((seed, zlib.crc32(case.name.encode()), matter)) for matter in range(3)
    )
    first, end = _lives(case, lives)
    scan = np.arange(case.scans)[:, None]
    truth = Truth((scan >= first) & (scan < end), _courses(case, first, courses))
    reports, origin = _look(case, truth, looks)
    return Sky(case, seed, truth, reports, origin)


def _lives(case: SkyCase, chance: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Return (N,) first scans and (N,) scans after the last: some come later, some go earlier, some both."""
    first = np.zeros(case.targets, np.int64)
    end = np.full(case.targets, case.scans)
    born = chance.permutation(case.targets)[: round(case.born_share * case.targets)]
    first[born] = chance.integers(1, case.scans - 1, len(born))
    died = chance.permutation(case.targets)[: round(case.died_share * case.targets)]
    # Everybody is there for at least one scan.
    end[died] = chance.integers(first[died] + 1, case.scans)
    return first, end


def _courses(case: SkyCase, first: IntArray, chance: np.random.Generator) -> FloatArray:
    """Return (K, N, 4) states; each target is at a uniformly drawn place of the square at its first scan."""
    count = case.targets
    speed = chance.uniform(case.speed_m_per_s_min, case.speed_m_per_s_max, count)
    heading_rad = chance.uniform(-np.pi, np.pi, count)
    nowhere = np.zeros(count)
    now = np.stack([nowhere, speed * np.cos(heading_rad), nowhere, speed * np.sin(heading_rad)])
    turns = chance.permutation(count) < round(case.turning_share * count)
    rate_rad_per_s = np.zeros(count)
    steps = max(1, round(case.period_s / _STEP_S)) if turns.any() else 1
    step_s = case.period_s / steps
    state = np.empty((case.scans, count, 4))
    for scan in range(case.scans):
        for _ in range(steps if scan else 0):
            now = _moved(now, rate_rad_per_s, step_s, case.noise_m2_per_s3, chance)
            if turns.any():
                rate_rad_per_s = np.where(turns, _steered(case, rate_rad_per_s, step_s, chance), 0.0)
        state[scan] = now.T
    # Motion is the same everywhere: shift each course so that it begins where its target appears.
    place_m = chance.uniform(0.0, case.side_m, (count, 2))
    state[:, :, ::2] += place_m - state[first, np.arange(count), ::2]
    return state


def _moved(
    state: FloatArray, rate_rad_per_s: FloatArray, step_s: float, noise: float, chance: np.random.Generator
) -> FloatArray:
    """Return (4, N) states a step later, exactly: a turn at constant rate, then a velocity's random walk."""
    x, v_x, y, v_y = state
    angle = rate_rad_per_s * step_s
    # sin(a)/a and (1 - cos(a))/a, which are 1 and 0 for who flies straight.
    along = np.sinc(angle / np.pi) * step_s
    across = np.sinc(angle / (2.0 * np.pi)) * np.sin(angle / 2.0) * step_s
    cos, sin = np.cos(angle), np.sin(angle)
    shake, kick = chance.standard_normal((2, 2, len(x)))
    moved_m = np.sqrt(noise * step_s**3 / 3.0) * shake
    faster_m_per_s = np.sqrt(noise * step_s) * (np.sqrt(0.75) * shake + 0.5 * kick)
    return np.stack([
        x + along * v_x - across * v_y + moved_m[0],
        cos * v_x - sin * v_y + faster_m_per_s[0],
        y + across * v_x + along * v_y + moved_m[1],
        sin * v_x + cos * v_y + faster_m_per_s[1],
    ])  # fmt: skip


def _steered(
    case: SkyCase, rate_rad_per_s: FloatArray, step_s: float, chance: np.random.Generator
) -> FloatArray:
    """Return (N,) turn rates of the next step: who flies straight may begin a turn, who turns may end it."""
    drawn, side = chance.random((2, len(rate_rad_per_s)))
    straight = rate_rad_per_s == 0.0
    mean_s = np.where(straight, case.straight_s_mean, case.turn_s_mean)
    changes = drawn < -np.expm1(-step_s / mean_s)
    begun = np.where(side < 0.5, case.turn_rate_rad_per_s, -case.turn_rate_rad_per_s)
    changed: FloatArray = np.where(straight, begun, 0.0)
    return np.where(changes, changed, rate_rad_per_s)


def _look(case: SkyCase, truth: Truth, chance: np.random.Generator) -> tuple[Reports, IntArray]:
    """Return the reports of all scans, and whose each is."""
    scans, xs, ys, origins = [], [], [], []
    for scan in range(case.scans):
        seen = truth.alive[scan] & (chance.random(case.targets) < case.detection_probability)
        target = np.flatnonzero(seen)
        clutter = int(chance.poisson(case.clutter_per_target * case.targets))
        noise_m = case.sigma_m * chance.standard_normal((2, len(target)))
        false_m = chance.uniform(0.0, case.side_m, (2, clutter))
        mixed = chance.permutation(len(target) + clutter)
        xs.append(np.concatenate([truth.state[scan, target, 0] + noise_m[0], false_m[0]])[mixed])
        ys.append(np.concatenate([truth.state[scan, target, 2] + noise_m[1], false_m[1]])[mixed])
        origins.append(np.concatenate([target, np.full(clutter, -1)])[mixed])
        scans.append(np.full(len(mixed), scan))
    scan_of = np.concatenate(scans)
    count = len(scan_of)
    variance_m2 = np.full(count, case.sigma_m**2)
    reports = Reports(
        time_s=scan_of * case.period_s,
        scan=scan_of,
        sensor=np.zeros(count, np.int64),
        kind=np.full(count, POSITION_KIND),
        x_m=np.concatenate(xs),
        y_m=np.concatenate(ys),
        cov_ee_m2=variance_m2,
        cov_en_m2=np.zeros(count),
        cov_nn_m2=variance_m2.copy(),
    )
    return reports, np.concatenate(origins)
