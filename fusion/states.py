"""Horizontal motion as four numbers and their covariance: how it goes on, and how a report corrects it.

A state is a value: every function takes one and returns another, and nothing is allocated, so that a
compiled loop keeps it in registers. Its axes are a track's own east and north.
"""

from math import log, sqrt
from typing import NamedTuple

from contracts.columns import FloatArray
from contracts.reports import TWO_PI
from fusion.compiled import compiled


class State(NamedTuple):
    """East and north of where the track is, m; speeds, m/s; and the upper triangle of their covariance."""

    e: float
    n: float
    u: float
    v: float
    ee: float
    en: float
    eu: float
    ev: float
    nn: float
    nu: float
    nv: float
    uu: float
    uv: float
    vv: float


class Offset(NamedTuple):
    """Two measured numbers less what was foreseen, along two directions in a state's axes.

    Attributes:
        along: the first, m.
        across: the second, m.
        le: the first direction's part east.
        ln: its part north.
        ce: the second direction's part east.
        cn: its part north.
        r_aa: variance of the first measurement, m2.
        r_ac: their covariance.
        r_cc: variance of the second.
    """

    along: float
    across: float
    le: float
    ln: float
    ce: float
    cn: float
    r_aa: float
    r_ac: float
    r_cc: float


@compiled
def blend(a: State, b: State, share: float) -> State:
    """Return the moments of a mixture of two states.

    Args:
        share: of ``a``, 0 to 1; the rest is of ``b``.
    """
    rest = 1.0 - share
    e, n, u, v = a.e - b.e, a.n - b.n, a.u - b.u, a.v - b.v
    both = share * rest
    return State(
        b.e + share * e,
        b.n + share * n,
        b.u + share * u,
        b.v + share * v,
        share * a.ee + rest * b.ee + both * e * e,
        share * a.en + rest * b.en + both * e * n,
        share * a.eu + rest * b.eu + both * e * u,
        share * a.ev + rest * b.ev + both * e * v,
        share * a.nn + rest * b.nn + both * n * n,
        share * a.nu + rest * b.nu + both * n * u,
        share * a.nv + rest * b.nv + both * n * v,
        share * a.uu + rest * b.uu + both * u * u,
        share * a.uv + rest * b.uv + both * u * v,
        share * a.vv + rest * b.vv + both * v * v,
    )


@compiled
def turned(x: State, c: float, s: float) -> State:
    """Return a state in axes turned by an angle of this cosine and sine."""
    cc, cs, ss = c * c, c * s, s * s
    return State(
        c * x.e + s * x.n,
        c * x.n - s * x.e,
        c * x.u + s * x.v,
        c * x.v - s * x.u,
        cc * x.ee + 2.0 * cs * x.en + ss * x.nn,
        (cc - ss) * x.en + cs * (x.nn - x.ee),
        cc * x.eu + cs * (x.ev + x.nu) + ss * x.nv,
        cc * x.ev + cs * (x.nv - x.eu) - ss * x.nu,
        ss * x.ee - 2.0 * cs * x.en + cc * x.nn,
        cc * x.nu + cs * (x.nv - x.eu) - ss * x.ev,
        cc * x.nv - cs * (x.ev + x.nu) + ss * x.eu,
        cc * x.uu + 2.0 * cs * x.uv + ss * x.vv,
        (cc - ss) * x.uv + cs * (x.vv - x.uu),
        ss * x.uu - 2.0 * cs * x.uv + cc * x.vv,
    )


@compiled
def fly_straight(x: State, dt_s: float, q: float) -> State:
    """Return a state later, at nearly constant velocity.

    White noise of acceleration in its continuous form (Bar-Shalom, Li, Kirubarajan, *Estimation with
    Applications to Tracking and Navigation*, 2001, section 6.2.2): so predicting twice by half the time
    is the same as once.

    Args:
        q: the noise's power spectral density, m2/s3.
    """
    half, third = 0.5 * q * dt_s * dt_s, q * dt_s * dt_s * dt_s / 3.0
    eu, ev = x.eu + dt_s * x.uu, x.ev + dt_s * x.uv
    nu, nv = x.nu + dt_s * x.uv, x.nv + dt_s * x.vv
    return State(
        x.e + dt_s * x.u,
        x.n + dt_s * x.v,
        x.u,
        x.v,
        x.ee + dt_s * (x.eu + eu) + third,
        x.en + dt_s * (x.ev + nu),
        eu + half,
        ev,
        x.nn + dt_s * (x.nv + nv) + third,
        nu,
        nv + half,
        x.uu + q * dt_s,
        x.uv,
        x.vv + q * dt_s,
    )


@compiled
def fly_round(x: State, dt_s: float, q: float, rate: float, c: float, s: float) -> State:
    """Return a state later, in a coordinated turn.

    Bar-Shalom, Li, Kirubarajan, 2001, section 11.7.1, with the rate known.

    Args:
        q: power spectral density of the acceleration's noise, m2/s3.
        rate: rad/s, positive to the left.
        c: cosine of the angle turned by.
        s: its sine.
    """
    a, b = s / rate, (1.0 - c) / rate
    m00, m01 = a * x.uu - b * x.uv, a * x.uv - b * x.vv
    m10, m11 = b * x.uu + a * x.uv, b * x.uv + a * x.vv
    half, third = 0.5 * q * dt_s * dt_s, q * dt_s * dt_s * dt_s / 3.0
    eu, ev, nu, nv = x.eu + m00, x.ev + m01, x.nu + m10, x.nv + m11
    return State(
        x.e + a * x.u - b * x.v,
        x.n + b * x.u + a * x.v,
        c * x.u - s * x.v,
        s * x.u + c * x.v,
        x.ee + 2.0 * (a * x.eu - b * x.ev) + a * m00 - b * m01 + third,
        x.en + b * x.eu + a * x.ev + a * x.nu - b * x.nv + b * m00 + a * m01,
        c * eu - s * ev + half,
        s * eu + c * ev,
        x.nn + 2.0 * (b * x.nu + a * x.nv) + b * m10 + a * m11 + third,
        c * nu - s * nv,
        s * nu + c * nv + half,
        c * c * x.uu - 2.0 * c * s * x.uv + s * s * x.vv + q * dt_s,
        c * s * (x.uu - x.vv) + (c * c - s * s) * x.uv,
        s * s * x.uu + 2.0 * c * s * x.uv + c * c * x.vv + q * dt_s,
    )


@compiled
def moved_by_two(x: State, off: Offset) -> tuple[State, float, float]:
    """Correct a state by two measured numbers (Kalman's update).

    Returns:
        The state, the squared normalised innovation, and the determinant of its covariance, m4.
    """
    # P H' for the four numbers and the two directions.
    a_e, c_e = x.ee * off.le + x.en * off.ln, x.ee * off.ce + x.en * off.cn
    a_n, c_n = x.en * off.le + x.nn * off.ln, x.en * off.ce + x.nn * off.cn
    a_u, c_u = x.eu * off.le + x.nu * off.ln, x.eu * off.ce + x.nu * off.cn
    a_v, c_v = x.ev * off.le + x.nv * off.ln, x.ev * off.ce + x.nv * off.cn
    s_aa = off.le * a_e + off.ln * a_n + off.r_aa
    s_ac = off.le * c_e + off.ln * c_n + off.r_ac
    s_cc = off.ce * c_e + off.cn * c_n + off.r_cc
    determinant = s_aa * s_cc - s_ac * s_ac
    i_aa, i_ac, i_cc = s_cc / determinant, -s_ac / determinant, s_aa / determinant
    g, h = i_aa * off.along + i_ac * off.across, i_ac * off.along + i_cc * off.across
    # The gain, row by row.
    ge, he = i_aa * a_e + i_ac * c_e, i_ac * a_e + i_cc * c_e
    gn, hn = i_aa * a_n + i_ac * c_n, i_ac * a_n + i_cc * c_n
    gu, hu = i_aa * a_u + i_ac * c_u, i_ac * a_u + i_cc * c_u
    gv, hv = i_aa * a_v + i_ac * c_v, i_ac * a_v + i_cc * c_v
    corrected = State(
        x.e + a_e * g + c_e * h,
        x.n + a_n * g + c_n * h,
        x.u + a_u * g + c_u * h,
        x.v + a_v * g + c_v * h,
        x.ee - a_e * ge - c_e * he,
        x.en - a_e * gn - c_e * hn,
        x.eu - a_e * gu - c_e * hu,
        x.ev - a_e * gv - c_e * hv,
        x.nn - a_n * gn - c_n * hn,
        x.nu - a_n * gu - c_n * hu,
        x.nv - a_n * gv - c_n * hv,
        x.uu - a_u * gu - c_u * hu,
        x.uv - a_u * gv - c_u * hv,
        x.vv - a_v * gv - c_v * hv,
    )
    return corrected, g * off.along + h * off.across, determinant


@compiled
def moved_by_place(x: State, east: float, north: float, off_m: float, variance_m2: float) -> State:
    """Correct a state by one number measured of its place along a direction.

    Args:
        east: the direction's part east.
        north: its part north.
        off_m: measured less foreseen.
    """
    h_e, h_n = x.ee * east + x.en * north, x.en * east + x.nn * north
    h_u, h_v = x.eu * east + x.nu * north, x.ev * east + x.nv * north
    return _moved(x, h_e, h_n, h_u, h_v, off_m, east * h_e + north * h_n + variance_m2)


@compiled
def moved_by_speed(x: State, east: float, north: float, off: float, variance: float) -> State:
    """Correct a state by one number measured of its velocity along a direction, m/s."""
    h_e, h_n = x.eu * east + x.ev * north, x.nu * east + x.nv * north
    h_u, h_v = x.uu * east + x.uv * north, x.uv * east + x.vv * north
    return _moved(x, h_e, h_n, h_u, h_v, off, east * h_u + north * h_v + variance)


@compiled
def _moved(x: State, e: float, n: float, u: float, v: float, off: float, s: float) -> State:
    gain = off / s
    return State(
        x.e + e * gain, x.n + n * gain, x.u + u * gain, x.v + v * gain,
        x.ee - e * e / s, x.en - e * n / s, x.eu - e * u / s, x.ev - e * v / s,
        x.nn - n * n / s, x.nu - n * u / s, x.nv - n * v / s,
        x.uu - u * u / s, x.uv - u * v / s, x.vv - v * v / s,
    )  # fmt: skip


@compiled
def place_variance(x: State, east: float, north: float) -> float:
    """Return the variance of a state's place along a direction, m2."""
    return east * east * x.ee + 2.0 * east * north * x.en + north * north * x.nn


@compiled
def speed_variance(x: State, east: float, north: float) -> float:
    """Return the variance of a state's velocity along a direction, m2/s2."""
    return east * east * x.uu + 2.0 * east * north * x.uv + north * north * x.vv


@compiled
def log_density(distance2: float, determinant: float) -> float:
    """Return the logarithm of a two-dimensional normal density, 1/m2."""
    return -0.5 * distance2 - log(TWO_PI * sqrt(determinant))


@compiled
def with_covariance(e: float, n: float, u: float, v: float, p: FloatArray) -> State:
    """Return a state with a covariance of (10,)."""
    return State(e, n, u, v, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9])


@compiled
def write_covariance(x: State, p: FloatArray) -> None:
    """Write a state's covariance, (10,)."""
    p[0], p[1], p[2], p[3], p[4] = x.ee, x.en, x.eu, x.ev, x.nn
    p[5], p[6], p[7], p[8], p[9] = x.nu, x.nv, x.uu, x.uv, x.vv
