"""Where the emitter of some lines is: least squares over all their bearings, with an honest covariance.

The state is a place at sea level and a velocity over ground, at one time. Gauss and Newton's method
minimises the squared bearing errors plus what was believed before (a spread of velocities, or a track's
own state); the inverse of the normal matrix is the covariance (Stansfield, "Statistical theory of d.f.
fixing", J. IEE 94, 1947; Torrieri, "Statistical theory of passive location systems", IEEE T-AES 20(2),
1984). Where we differ: the emitter may move, bearings are of many times and of sites that move, all
angles are on the ellipsoid, and the evidence (Laplace's approximation) is kept, so that fits of
different lines can be compared.
"""

from math import atan2, cos, hypot, log, sin, sqrt
from typing import Final, NamedTuple

import numpy as np

from contracts.columns import FloatArray
from fusion.compiled import compiled
from fusion.frames import latitude_longitude
from fusion.looks import lay
from fusion.radar import wrapped

STEPS_MAX: Final = 12
SETTLED_M: Final = 1.0
STARTS: Final = 12
"""Ranges from which a fit is begun; the best is gone on with."""

NEAREST_M: Final = 3_000.0
"""No fit begins nearer to a site."""

LEAST_VARIANCE: Final = 1e-14
"""Of a bearing, squared radians: what rounding leaves of a large covariance is no less."""

_LOG_2PI: Final = 1.8378770664093453


class Prior(NamedTuple):
    """What is believed of an emitter before its bearings.

    Attributes:
        ecef_m: (3,) place; any, where the information on it is 0.
        axes: (3, 3) rows east, north, up there.
        velocity_m_per_s: (2,) east, north.
        information: (4, 4) inverse covariance of east, north and their speeds.
        log_density: log of the density at its best, per m2 (m/s)2.
        noise_m2_per_s3: how much the emitter may change its mind.
    """

    ecef_m: FloatArray
    axes: FloatArray
    velocity_m_per_s: FloatArray
    information: FloatArray
    log_density: float
    noise_m2_per_s3: float


class Fit(NamedTuple):
    """What the bearings say.

    Attributes:
        ecef_m: (3,) place at the time asked for, at sea level.
        axes: (3, 3) rows east, north, up there.
        velocity_m_per_s: (2,) east, north.
        information: (4, 4) inverse covariance.
        cost: squared errors in units of their sigmas, the prior's included.
        log_evidence: log of the probability of the bearings.
        looks: how many there were.
    """

    ecef_m: FloatArray
    axes: FloatArray
    velocity_m_per_s: FloatArray
    information: FloatArray
    cost: float
    log_evidence: float
    looks: int


@compiled
def fit(
    looks: FloatArray,
    sites: FloatArray,
    site_axes: FloatArray,
    prior: Prior,
    latitude: float,
    longitude: float,
    time_s: float,
) -> Fit:
    """Fit a place and velocity at a time to the looks, from a first guess on.

    Args:
        looks: (P, 6) of :func:`gathered`, with the sites and their axes.
        prior: what is believed before; the first guess moves as it says.
        latitude: of the first guess, rad.
        longitude: of the first guess, rad.
        time_s: at which the fit holds.
    """
    ecef, axes, velocity = np.empty(3), np.empty((3, 3)), prior.velocity_m_per_s.copy()
    lay(latitude, longitude, ecef, axes)
    normal, right = np.empty((4, 4)), np.empty(4)
    cost, log_errors = _normal(looks, sites, site_axes, prior, ecef, axes, velocity, time_s, normal, right)
    trial_normal, trial_right = np.empty((4, 4)), np.empty(4)
    trial_ecef, trial_axes = np.empty(3), np.empty((3, 3))
    damping = 1e-3
    for _ in range(STEPS_MAX):
        damped = normal.copy()
        for d in range(4):
            damped[d, d] *= 1.0 + damping
        step = np.linalg.solve(damped, right)
        # Half the earth away is no step; a fit that wants it has no place to find.
        reach_m = hypot(step[0], step[1])
        if not reach_m < 2e6:
            break
        place = ecef + step[0] * axes[0] + step[1] * axes[1]
        lat, lon = latitude_longitude(place[0], place[1], place[2])
        lay(lat, lon, trial_ecef, trial_axes)
        trial_velocity = velocity + step[2:]
        trial_cost, trial_log = _normal(
            looks,
            sites,
            site_axes,
            prior,
            trial_ecef,
            trial_axes,
            trial_velocity,
            time_s,
            trial_normal,
            trial_right,
        )
        if trial_cost > cost + 1e-9:
            damping *= 8.0
            continue
        ecef[:], axes[:], velocity[:] = trial_ecef, trial_axes, trial_velocity
        normal[:], right[:], cost, log_errors = trial_normal, trial_right, trial_cost, trial_log
        damping = max(damping * 0.2, 1e-9)
        if reach_m < SETTLED_M:
            break
    sign, log_volume = np.linalg.slogdet(normal)
    evidence = -np.inf
    if sign > 0.0:
        evidence = -0.5 * cost - log_errors + prior.log_density + 2.0 * _LOG_2PI - 0.5 * log_volume
    return Fit(ecef, axes, velocity, normal, cost, evidence, len(looks))


@compiled
def _normal(
    looks: FloatArray,
    sites: FloatArray,
    site_axes: FloatArray,
    prior: Prior,
    ecef: FloatArray,
    axes: FloatArray,
    velocity: FloatArray,
    time_s: float,
    normal: FloatArray,
    right: FloatArray,
) -> tuple[float, float]:
    """Write normal matrix and right side at a state; return the cost and the log of the errors' norm.

    What the emitter has wandered off a straight course is common to all looks from before: their errors are
    correlated (white acceleration, integrated twice back from the time of the fit), and are made
    independent by Cholesky's factor before they are summed up.
    """
    cost = _prior_part(prior, ecef, axes, velocity, normal, right)
    most = 2 * len(looks)
    slopes, errors, times_s, factor = (
        np.empty((most, 4)),
        np.empty(most),
        np.empty(most),
        np.empty((most, most)),
    )
    seen, turn, rows = np.empty(3), np.empty((2, 3)), 0
    for p in range(len(looks)):
        dt_s = looks[p, 0] - time_s
        for d in range(3):
            moved = dt_s * (velocity[0] * axes[0, d] + velocity[1] * axes[1, d])
            seen[d] = ecef[d] + moved - sites[p, d]
        east_axis, north_axis = site_axes[p, 0], site_axes[p, 1]
        east = seen[0] * east_axis[0] + seen[1] * east_axis[1] + seen[2] * east_axis[2]
        north = seen[0] * north_axis[0] + seen[1] * north_axis[1] + seen[2] * north_axis[2]
        ground = max(hypot(east, north), 100.0)
        turn[0] = (north * east_axis - east * north_axis) / ground**2
        turn[1] = (east * east_axis + north * north_axis) / ground
        for what in range(1 if np.isnan(looks[p, 3]) else 2):
            slope = slopes[rows]
            slope[0] = turn[what, 0] * axes[0, 0] + turn[what, 1] * axes[0, 1] + turn[what, 2] * axes[0, 2]
            slope[1] = turn[what, 0] * axes[1, 0] + turn[what, 1] * axes[1, 1] + turn[what, 2] * axes[1, 2]
            slope[2], slope[3] = slope[0] * dt_s, slope[1] * dt_s
            times_s[rows] = dt_s
            for n in range(rows):
                common = slope[0] * slopes[n, 0] + slope[1] * slopes[n, 1]
                factor[rows, n] = prior.noise_m2_per_s3 * _wander(dt_s, times_s[n]) * common
            own = prior.noise_m2_per_s3 * _wander(dt_s, dt_s) * (slope[0] ** 2 + slope[1] ** 2)
            if what == 0:
                errors[rows] = wrapped(looks[p, 1] - atan2(east, north))
                factor[rows, rows] = looks[p, 2] + own
            else:
                errors[rows], factor[rows, rows] = looks[p, 3] - ground, looks[p, 4] + own
            rows += 1
    errors_cost, errors_log = _whitened(slopes[:rows], errors[:rows], factor, normal, right)
    return cost + errors_cost, errors_log


@compiled
def _whitened(
    slopes: FloatArray, errors: FloatArray, factor: FloatArray, normal: FloatArray, right: FloatArray
) -> tuple[float, float]:
    """Add correlated measurements to the normal matrix and right side, made independent one after another.

    Args:
        slopes: (R, 4) of each measurement by the state; overwritten.
        errors: (R,) measured minus expected; overwritten.
        factor: lower half of the errors' covariance in its first R rows; overwritten by Cholesky's factor.
        normal: (4, 4) added to.
        right: (4,) added to.

    Returns:
        Their part of the cost, and the log of their norm.
    """
    cost, log_errors = 0.0, 0.0
    for m in range(len(errors)):
        for n in range(m + 1):
            total = factor[m, n]
            for k in range(n):
                total -= factor[m, k] * factor[n, k]
            factor[m, n] = total / factor[n, n] if n < m else sqrt(max(total, LEAST_VARIANCE))
        for k in range(m):
            errors[m] -= factor[m, k] * errors[k]
            for a in range(4):
                slopes[m, a] -= factor[m, k] * slopes[k, a]
        errors[m] /= factor[m, m]
        log_errors += 0.5 * _LOG_2PI + log(factor[m, m])
        cost += errors[m] ** 2
        for a in range(4):
            slopes[m, a] /= factor[m, m]
            right[a] += slopes[m, a] * errors[m]
        for a in range(4):
            for b in range(4):
                normal[a, b] += slopes[m, a] * slopes[m, b]
    return cost, log_errors


@compiled
def _wander(first_s: float, second_s: float) -> float:
    """Return the covariance of what unit noise has moved an emitter at two times, seen from time 0."""
    if (first_s < 0.0) != (second_s < 0.0):
        return 0.0
    less, more = min(abs(first_s), abs(second_s)), max(abs(first_s), abs(second_s))
    return less * less * (3.0 * more - less) / 6.0


@compiled
def _prior_part(
    prior: Prior,
    ecef: FloatArray,
    axes: FloatArray,
    velocity: FloatArray,
    normal: FloatArray,
    right: FloatArray,
) -> float:
    """Write what the prior adds to the normal matrix and the right side; return its cost."""
    off = np.empty(4)
    off[2], off[3] = prior.velocity_m_per_s[0] - velocity[0], prior.velocity_m_per_s[1] - velocity[1]
    for a in range(2):
        off[a] = 0.0
        for d in range(3):
            off[a] += axes[a, d] * (prior.ecef_m[d] - ecef[d])
    cost = 0.0
    for a in range(4):
        right[a] = 0.0
        for b in range(4):
            normal[a, b] = prior.information[a, b]
            right[a] += prior.information[a, b] * off[b]
        cost += right[a] * off[a]
    return cost


@compiled
def fit_anywhere(
    looks: FloatArray, sites: FloatArray, site_axes: FloatArray, prior: Prior, time_s: float
) -> Fit:
    """Fit a place of which nothing is known before: from the likeliest point along the newest bearing."""
    newest = int(np.argmax(looks[:, 0]))
    normal, right = np.empty((4, 4)), np.empty(4)
    ecef, axes = np.empty(3), np.empty((3, 3))
    best, latitude, longitude = np.inf, 0.0, 0.0
    farthest = looks[newest, 5]
    for step in range(STARTS):
        range_m = NEAREST_M * (farthest / NEAREST_M) ** (step / (STARTS - 1.0))
        east, north = range_m * sin(looks[newest, 1]), range_m * cos(looks[newest, 1])
        place = sites[newest] + east * site_axes[newest, 0] + north * site_axes[newest, 1]
        lat, lon = latitude_longitude(place[0], place[1], place[2])
        lay(lat, lon, ecef, axes)
        cost, _ = _normal(
            looks, sites, site_axes, prior, ecef, axes, prior.velocity_m_per_s, time_s, normal, right
        )
        if cost < best:
            best, latitude, longitude = cost, lat, lon
    return fit(looks, sites, site_axes, prior, latitude, longitude, time_s)
