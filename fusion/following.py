"""Following: which line an intercept belongs to, and what it adds to it."""

import numpy as np

from contracts.columns import IntArray
from fusion.compiled import compiled
from fusion.intercepts import Bearings
from fusion.lines import CLEARLY2, GATE2, LOOK_S, RATE_SIGMA_RAD_PER_S, TURNING_RAD2_PER_S3, Lines, Signals
from fusion.provenance import Stamp
from fusion.radar import wrapped


@compiled
def take_in(
    lines: Lines,
    rows: int,
    bearings: Bearings,
    signals: Signals,
    heard: IntArray,
    stamp: Stamp,
    found: IntArray,
) -> tuple[int, int]:
    """Take intercepts into their lines, one after another; without a frequency there is nothing to follow.

    Args:
        lines: changed in place.
        rows: how many of them are in use.
        bearings: of one batch.
        signals: what they say beside.
        heard: (U,) those that are taken in.
        stamp: what they have in common.
        found: (U,) written: the line of each, -1 for none or an unclear one.

    Returns:
        How many lines are in use, and how many had to make room for another.
    """
    displaced = 0
    for k in range(heard.size):
        j, found[k] = heard[k], -1
        if np.isnan(signals.attribute[j, 0]):
            continue
        line = line_of(lines, rows, bearings, signals, j, stamp.source)
        if line == -2:
            continue
        if line == -1:
            if rows < len(lines):
                line = rows
                rows += 1
            else:
                line = int(np.argmin(lines.last_s))
                displaced += 1
            found_line(lines, line, bearings, j, stamp)
        extend_line(lines, line, bearings, signals, j, stamp)
        found[k] = line
    return rows, displaced


@compiled
def line_of(lines: Lines, rows: int, bearings: Bearings, signals: Signals, j: int, source: int) -> int:
    """Return the line that intercept j follows, -1 for none, -2 if it may as well be of another one.

    Two emitters alike that pass before a site would else swap their lines, and each would be half of either.
    """
    best, best_d2, second_d2 = -1, np.inf, np.inf
    for i in range(rows):
        if lines.founder[i, 0] != source:
            continue
        dt_s = bearings.time_s[j] - lines.last_s[i]
        state = lines.bearing[i]
        ahead = state[2] + 2.0 * dt_s * state[3] + dt_s * dt_s * state[4]
        s = ahead + TURNING_RAD2_PER_S3 * abs(dt_s) ** 3 / 3.0 + bearings.sigma_rad[j] ** 2
        off = wrapped(bearings.bearing_rad[j] - state[0] - state[1] * dt_s)
        d2 = off * off / s
        if d2 > GATE2:
            continue
        same = True
        for a in range(4):
            value, weight = signals.attribute[j, a], lines.attribute_weight[i, a]
            if not np.isnan(value) and weight > 0.0:
                gap = value - lines.attribute[i, a]
                part = gap * gap / (signals.attribute_sigma[j, a] ** 2 + 1.0 / weight)
                d2 += part
                same = same and part < GATE2
        if same and d2 < best_d2:
            best, best_d2, second_d2 = i, d2, best_d2
        elif same:
            second_d2 = min(second_d2, d2)
    return best if second_d2 - best_d2 > CLEARLY2 or best < 0 else -2


@compiled
def found_line(lines: Lines, i: int, bearings: Bearings, j: int, stamp: Stamp) -> None:
    """Begin line i with intercept j; :func:`extend_line` takes it in."""
    founder = lines.founder[i]
    founder[0], founder[1], founder[2], founder[3] = stamp.source, stamp.epoch, stamp.sequence, j
    lines.heard[i] = 0
    lines.first_s[i] = lines.last_s[i] = bearings.time_s[j]
    lines.range_max_m[i] = bearings.range_max_m
    lines.attribute[i] = np.nan
    lines.attribute_weight[i] = 0.0
    state = lines.bearing[i]
    state[0], state[1] = bearings.bearing_rad[j], 0.0
    state[2], state[3], state[4] = 9.0, 0.0, RATE_SIGMA_RAD_PER_S**2
    lines.scatter[i] = 0.0
    lines.log_likelihood[i] = 0.0
    lines.label[i, 0], lines.label[i, 1], lines.label[i, 2] = 0, 255, 0
    lines.looks[i] = 0


@compiled
def extend_line(lines: Lines, i: int, bearings: Bearings, signals: Signals, j: int, stamp: Stamp) -> None:
    """Take intercept j into line i."""
    lines.heard[i] += 1
    newest, label = lines.newest[i], lines.label[i]
    newest[0], newest[1], newest[2] = stamp.epoch, stamp.sequence, j
    label[0] = max(label[0], stamp.classification)
    label[1] &= stamp.releasable_mask
    label[2] |= stamp.caveats
    lines.trust[i] = stamp.trust
    for a in range(4):
        value = signals.attribute[j, a]
        if np.isnan(value):
            continue
        weight = 1.0 / signals.attribute_sigma[j, a] ** 2
        if lines.attribute_weight[i, a] == 0.0:
            lines.attribute[i, a] = value
        lines.attribute_weight[i, a] += weight
        lines.attribute[i, a] += (value - lines.attribute[i, a]) * weight / lines.attribute_weight[i, a]
    for h in range(lines.log_likelihood.shape[1]):
        gain = np.log(max(signals.likelihood[j, h], 1e-9)) - lines.log_likelihood[i, h]
        lines.log_likelihood[i, h] += gain / lines.heard[i]
    _follow(lines, i, bearings, j)
    _look(lines, i, bearings, signals, j)


@compiled
def _follow(lines: Lines, i: int, bearings: Bearings, j: int) -> None:
    """Correct bearing and rate of line i (Kalman's filter; the rate wanders)."""
    state, variance = lines.bearing[i], bearings.sigma_rad[j] ** 2
    dt_s = max(bearings.time_s[j] - lines.last_s[i], 0.0)
    q = TURNING_RAD2_PER_S3
    state[0] += state[1] * dt_s
    state[2] += 2.0 * dt_s * state[3] + dt_s * dt_s * state[4] + q * dt_s**3 / 3.0
    state[3] += dt_s * state[4] + 0.5 * q * dt_s * dt_s
    state[4] += q * dt_s
    off, s = wrapped(bearings.bearing_rad[j] - state[0]), state[2] + variance
    lines.scatter[i] += off * off / s
    gain, rate_gain = state[2] / s, state[3] / s
    state[0] = wrapped(state[0] + gain * off)
    state[1] += rate_gain * off
    state[4] -= rate_gain * state[3]
    state[3] -= gain * state[3]
    state[2] -= gain * state[2]
    lines.last_s[i] = max(lines.last_s[i], bearings.time_s[j])


@compiled
def _look(lines: Lines, i: int, bearings: Bearings, signals: Signals, j: int) -> None:
    """Take intercept j into the newest look of line i, or begin one."""
    k = lines.looks[i] - 1
    if k < 0 or bearings.time_s[j] - lines.look_s[i, k] > LOOK_S:
        k += 1
        if k == lines.look_s.shape[1]:
            k -= 1
            _shift(lines, i)
        lines.looks[i] = k + 1
        lines.look_heard[i, k] = 0
        lines.look_s[i, k] = 0.0
        lines.look_site[i, k] = signals.site
        lines.look_bearing[i, k] = bearings.bearing_rad[j]
        lines.look_range_m[i, k] = np.nan
    lines.look_heard[i, k] += 1
    share = 1.0 / lines.look_heard[i, k]
    lines.look_s[i, k] += share * (bearings.time_s[j] - lines.look_s[i, k])
    site = lines.look_site[i, k]
    site[0] += share * (signals.site[0] - site[0])
    site[1] += share * wrapped(signals.site[1] - site[1])
    site[2] += share * (signals.site[2] - site[2])
    mean = lines.look_bearing[i, k]
    lines.look_bearing[i, k] = wrapped(mean + share * wrapped(bearings.bearing_rad[j] - mean))
    lines.look_variance[i, k] = bearings.sigma_rad[j] ** 2
    if not np.isnan(signals.fix_range_m[j]):
        # The newest range stands for the look: sites either range every intercept or none.
        lines.look_range_m[i, k] = signals.fix_range_m[j]
        lines.look_range_variance[i, k] = signals.fix_range_sigma_m[j] ** 2


@compiled
def _shift(lines: Lines, i: int) -> None:
    for k in range(lines.look_s.shape[1] - 1):
        lines.look_s[i, k] = lines.look_s[i, k + 1]
        lines.look_site[i, k] = lines.look_site[i, k + 1]
        lines.look_bearing[i, k] = lines.look_bearing[i, k + 1]
        lines.look_variance[i, k] = lines.look_variance[i, k + 1]
        lines.look_range_m[i, k] = lines.look_range_m[i, k + 1]
        lines.look_range_variance[i, k] = lines.look_range_variance[i, k + 1]
        lines.look_heard[i, k] = lines.look_heard[i, k + 1]
