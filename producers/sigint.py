"""A receiver of emissions: lines of bearing with their errors, attributes and candidate emitters."""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from contracts.columns import FloatArray, IntArray
from contracts.geodesy import from_enu, to_geodetic
from contracts.reports import TWO_PI, SigintIntercepts
from producers.chance import generator
from producers.effects import Effect
from producers.identify import candidates
from producers.produced import NOBODY, Produced, attribute
from producers.scenario_rows import InterceptRow
from producers.sight import Site, look, site_at, within_reach
from producers.world import World

FREQUENCY_SIGMA_HZ: Final = 2.0e6
PRI_SIGMA_S: Final = 1.0e-7
PULSE_WIDTH_SIGMA: Final = 0.05
SCAN_SIGMA: Final = 0.03
"""Errors of measurement, assumed; those of pulse width and scan period are relative."""

_MEASURED: Final = np.array([1.0, 0.9, 0.8, 0.5])
"""Part of the intercepts that are long enough to measure frequency, PRI, pulse width and scan."""
_FULL_MARGIN_DB: Final = 10.0
"""With so much signal above the receiver's limit nothing is missed for weakness."""
_AMPLITUDE_SIGMA_DB: Final = 1.5
_LOCATING_SIGMA: Final = 0.06
"""Range error of a site that locates, as a part of the range; assumed."""
_RANGE_MAX_M: Final = 2.0e6
"""No emitter is farther, however far an attack displaces it."""
_FORGED: Final = np.array([9.70e9, 9.0e-5, 0.7e-6, 0.6])
"""Attributes of forged intercepts: those of a fast threat."""


@dataclass(frozen=True, slots=True)
class Heard:
    """M emissions heard: whose, when, from which true direction, with which true attributes."""

    platform: IntArray
    at_s: FloatArray
    range_m: FloatArray
    bearing_rad: FloatArray
    attributes: FloatArray


def intercept(row: InterceptRow, world: World, sequence: int, produced_at_s: float) -> Produced:
    """Return batch number ``sequence`` of a receiver: what it intercepted in one interval."""
    from_s = world.startex_s + sequence * row.step_s
    to_s = world.startex_s + (sequence + 1) * row.step_s
    middle_s = 0.5 * (from_s + to_s)
    rng = generator(world.seed, row.name, sequence)
    site = site_at(row, world, middle_s)
    effects = world.effects_on(row.name, middle_s)
    off = not site.here or any(effect.act == "off" for effect in effects)
    heard = _nothing() if off else _heard(row, world, site, from_s, to_s, rng)
    if not off:
        heard = _tampered(heard, row, world, from_s, to_s, rng, effects)
    # Time order, and nothing else: the order of the fleet would tell who is who.
    order = np.argsort(heard.at_s, kind="stable")
    heard = _pick(heard, order)
    batch = SigintIntercepts(
        exercise=world.scenario.exercise,
        nation=row.nation,
        sensor=row.name,
        sequence=sequence,
        measured_from_s=from_s,
        measured_to_s=to_s,
        produced_at_s=produced_at_s,
        label=row.label,
        reliability=row.reliability,
        site_lat_deg=site.lat_deg,
        site_lon_deg=site.lon_deg,
        site_height_m=site.height_m,
        range_max_m=row.range_km * 1000.0,
        measured_at_s=np.clip(heard.at_s, from_s, to_s),
        **_measured(heard, row, site, rng, effects),
    )
    return attribute(batch, heard.platform, world)


def _heard(
    row: InterceptRow, world: World, site: Site, from_s: float, to_s: float, rng: np.random.Generator
) -> Heard:
    """Draw which of the emissions in reach are intercepted, and when."""
    middle_s = 0.5 * (from_s + to_s)
    emissions, states = world.emissions, world.states(middle_s)
    near = within_reach(site, states, world, row.range_km * 1000.0)[emissions.platform]
    low_hz, high_hz = row.band_ghz[0] * 1e9, row.band_ghz[1] * 1e9
    in_band = (low_hz <= emissions.frequency_hz) & (emissions.frequency_hz <= high_hz)
    places = np.flatnonzero(near & in_band & emissions.active(middle_s - world.startex_s))
    platform = emissions.platform[places]
    at_s = from_s + rng.random(len(places)) * (to_s - from_s)
    ecef_m = states.ecef_m[platform] + states.velocity_m_per_s[platform] * (at_s - middle_s)[:, None]
    seen = look(site, ecef_m)
    probability = row.intercept_probability * emissions.share[places] * _strength(row, seen.range_m)
    since_s = at_s - world.startex_s
    there = (world.fleet.begin_s[platform] <= since_s) & (since_s < world.fleet.gone_s[platform])
    there &= (emissions.from_s[places] <= since_s) & (since_s < emissions.to_s[places])
    everything = Heard(
        platform=platform,
        at_s=at_s,
        range_m=seen.range_m,
        bearing_rad=seen.azimuth_rad,
        attributes=np.stack(
            [
                emissions.frequency_hz[places],
                emissions.pri_s[places],
                emissions.pulse_width_s[places],
                emissions.scan_period_s[places],
            ],
            axis=1,
        ),
    )
    return _pick(everything, np.flatnonzero(there & (rng.random(len(places)) < probability)))


def _strength(row: InterceptRow, range_m: FloatArray) -> FloatArray:
    """Return (M,) factors on the intercept probability: 1 near, 0 where the signal is at the limit.

    One-way propagation: the signal falls with the square of the range.
    """
    margin_db = 20.0 * np.log10(row.range_km * 1000.0 / np.maximum(range_m, 1.0))
    return np.clip(margin_db / _FULL_MARGIN_DB, 0.0, 1.0)


def _tampered(
    heard: Heard,
    row: InterceptRow,
    world: World,
    from_s: float,
    to_s: float,
    rng: np.random.Generator,
    effects: tuple[Effect, ...],
) -> Heard:
    """Lose, displace or forge intercepts, as the attacks on the receiver do."""
    for effect in effects:
        if effect.act == "loss":
            heard = _pick(heard, np.flatnonzero(rng.random(len(heard.at_s)) >= effect.magnitude))
        elif effect.act == "spoofed-position":
            east_m = heard.range_m * np.sin(heard.bearing_rad) + effect.magnitude * math.sin(
                effect.course_rad
            )
            north_m = heard.range_m * np.cos(heard.bearing_rad) + effect.magnitude * math.cos(
                effect.course_rad
            )
            bearing_rad = np.mod(np.arctan2(east_m, north_m), TWO_PI)
            range_m = np.minimum(np.hypot(east_m, north_m), _RANGE_MAX_M)
            heard = Heard(heard.platform, heard.at_s, range_m, bearing_rad, heard.attributes)
        elif effect.act == "forged-reports":
            own = generator(world.seed, f"forged/{effect.name}")
            count = round(effect.magnitude)
            bearing_rad = own.random(count) * TWO_PI
            range_m = row.range_km * 1000.0 * own.uniform(0.1, 0.5, count)
            at_s = from_s + rng.random(count) * (to_s - from_s)
            nobody = np.full(count, NOBODY, dtype=np.int64)
            forged = Heard(nobody, at_s, range_m, bearing_rad, np.tile(_FORGED, (count, 1)))
            heard = _join(heard, _pick(forged, np.flatnonzero(rng.random(count) < row.intercept_probability)))
    return heard


def _measured(
    heard: Heard, row: InterceptRow, site: Site, rng: np.random.Generator, effects: tuple[Effect, ...]
) -> dict[str, Any]:
    """Return the contract's columns, each with its error; a degraded site errs more than it says."""
    count = len(heard.at_s)
    worse = math.prod(effect.magnitude for effect in effects if effect.act == "degraded-accuracy")
    sigma_rad = math.radians(row.bearing_sigma_deg)
    bearing_rad = np.mod(heard.bearing_rad + worse * sigma_rad * rng.standard_normal(count), TWO_PI)
    sigma = _errors(heard.attributes)
    attributes = heard.attributes + sigma * rng.standard_normal((count, 4))
    attributes[rng.random((count, 4)) >= _MEASURED] = np.nan
    sigma = np.where(np.isfinite(attributes), sigma, np.nan)
    weakening_db = -20.0 * np.log10(np.maximum(heard.range_m, 1.0) / 1000.0)
    return {
        "bearing_rad": bearing_rad,
        "bearing_sigma_rad": np.full(count, sigma_rad),
        "frequency_hz": attributes[:, 0],
        "frequency_sigma_hz": sigma[:, 0],
        "pri_s": attributes[:, 1],
        "pri_sigma_s": sigma[:, 1],
        "pulse_width_s": attributes[:, 2],
        "scan_period_s": attributes[:, 3],
        "amplitude_db": weakening_db + _AMPLITUDE_SIGMA_DB * rng.standard_normal(count),
        **_fixes(heard, row, site, bearing_rad, rng),
        **candidates(attributes, sigma),
    }


def _fixes(
    heard: Heard, row: InterceptRow, site: Site, bearing_rad: FloatArray, rng: np.random.Generator
) -> dict[str, Any]:
    """Return located fixes, one-sigma ellipses along the bearing; unknown where the site cannot locate."""
    count = len(heard.at_s)
    if not row.locates:
        unknown = np.full(count, np.nan)
        return dict.fromkeys(_FIX_COLUMNS, unknown)
    range_sigma_m = heard.range_m * _LOCATING_SIGMA
    range_m = np.maximum(heard.range_m + range_sigma_m * rng.standard_normal(count), 1.0)
    # The range is measured: its error has to be stated from it, not from the truth.
    along_m, across_m = range_m * _LOCATING_SIGMA, range_m * math.radians(row.bearing_sigma_deg)
    enu_m = np.stack([range_m * np.sin(bearing_rad), range_m * np.cos(bearing_rad), np.zeros(count)], axis=-1)
    lat_rad, lon_rad, _ = to_geodetic(from_enu(enu_m, site.ecef_m, site.axes))
    turned = np.where(along_m >= across_m, 0.0, math.pi / 2.0)
    values = (
        np.degrees(lat_rad),
        np.degrees(lon_rad),
        np.maximum(along_m, across_m),
        np.minimum(along_m, across_m),
        np.mod(bearing_rad + turned, TWO_PI),
    )
    return dict(zip(_FIX_COLUMNS, values, strict=True))


_FIX_COLUMNS: Final = ("fix_lat_deg", "fix_lon_deg", "fix_major_m", "fix_minor_m", "fix_orientation_rad")


def _errors(attributes: FloatArray) -> FloatArray:
    """Return (M, 4) errors of measurement of frequency, PRI, pulse width and scan period."""
    fixed = np.broadcast_to([FREQUENCY_SIGMA_HZ, PRI_SIGMA_S], (len(attributes), 2))
    relative = attributes[:, 2:] * np.array([PULSE_WIDTH_SIGMA, SCAN_SIGMA])
    return np.concatenate([fixed, relative], axis=1)


def _nothing() -> Heard:
    return Heard(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros(0), np.zeros((0, 4)))


def _pick(heard: Heard, rows: IntArray) -> Heard:
    return Heard(
        heard.platform[rows],
        heard.at_s[rows],
        heard.range_m[rows],
        heard.bearing_rad[rows],
        heard.attributes[rows],
    )


def _join(first: Heard, second: Heard) -> Heard:
    return Heard(
        np.concatenate([first.platform, second.platform]),
        np.concatenate([first.at_s, second.at_s]),
        np.concatenate([first.range_m, second.range_m]),
        np.concatenate([first.bearing_rad, second.bearing_rad]),
        np.concatenate([first.attributes, second.attributes]),
    )
