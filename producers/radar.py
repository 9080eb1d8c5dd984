"""Radar: what one sector of a revolution returns, with its noise, its misses and its clutter.

Detection is Swerling 1 in one look (Skolnik, Introduction to Radar Systems, 3rd ed., section 2.8): the
received power of an object is exponential with mean 1 + S, in units of the noise's mean power, where S
is the mean signal-to-noise ratio; noise and clutter alone are exponential with mean 1. What passes the
threshold T = -ln(Pfa) is a plot, so Pd = Pfa^(1 / (1 + S)). S falls with the fourth power of range and
grows with the radar cross-section; it is fixed by the range at which one square metre is detected with
Pd = 1/2. Draws are made of the power itself, so each plot's signal-to-noise ratio is the one that let
it pass.

Simplified: one look a revolution, no blind speeds, no two objects merged in one plot, smooth earth.
"""

import math
from typing import Any, Final

import numpy as np

from contracts.columns import BoolArray, FloatArray
from contracts.reports import TWO_PI, RadarScan
from producers.chance import generator
from producers.effects import Effect
from producers.produced import NOBODY, Produced, attribute
from producers.returns import BLIND_M, NOTHING, Returns, Sector, join, sector_of, threshold
from producers.scenario_rows import RadarRow
from producers.sight import LOW_AIR_M, Site, look, site_at, within_reach
from producers.tampering import ghosts, tampered
from producers.world import States, World

NOMINAL_DETECTION: Final = 0.9
"""What a radar says of its own detection probability; the true one falls with range."""
_RANGE_MAX_M: Final = 2.0e6
"""The contract's bound; a displacement by an attack may ask for more."""
_CLUTTER_HEIGHT_MAX_M: Final = 12_000.0
_CLUTTER_SPEED_SIGMA_M_PER_S: Final = 5.0
_JAM_CLUTTER: Final = 3.0
"""A jammed radar shows so many times its usual clutter."""


def scan_sector(row: RadarRow, world: World, sequence: int, produced_at_s: float) -> Produced:
    """Return batch number ``sequence`` of a radar: one sector."""
    sector = sector_of(row, world.startex_s, sequence)
    rng = generator(world.seed, row.name, sequence)
    site = site_at(row, world, sector.middle_s)
    effects = world.effects_on(row.name, sector.middle_s)
    off = not site.here or any(effect.act == "off" for effect in effects)
    if off:
        returns = NOTHING
    else:
        jam_db = _jam_db(site, world, effects, sector.middle_s)
        seen = _echoes(row, world, sector, site, rng, jam_db)
        forged = ghosts(row, world, sector, site, rng, effects)
        clutter = _clutter(row, sector, rng, _JAM_CLUTTER if jam_db > 0.0 else 1.0)
        returns = tampered(join(seen, forged, clutter), rng, effects)
        returns = _measured(row, returns, rng, effects)
    return attribute(
        _batch(row, world, sector, site, returns, sequence, produced_at_s, off), returns.platform, world
    )


def detection_probability(row: RadarRow, cross_section_m2: FloatArray, range_m: FloatArray) -> FloatArray:
    """Return the probability of a plot in one look at each range."""
    ratio = mean_signal_to_noise(row, cross_section_m2, range_m)
    probability: FloatArray = row.false_alarm_probability ** (1.0 / (1.0 + ratio))
    return probability


def mean_signal_to_noise(row: RadarRow, cross_section_m2: FloatArray, range_m: FloatArray) -> FloatArray:
    """Return mean signal-to-noise ratios (not in dB) by the fourth-power law."""
    # Pd = 1/2 where Pfa^(1 / (1 + S)) = 1/2, so S = ln Pfa / ln (1/2) - 1.
    at_half = math.log(row.false_alarm_probability) / math.log(0.5) - 1.0
    ratio: FloatArray = at_half * cross_section_m2 * (row.small_target_km * 1000.0 / range_m) ** 4
    return ratio


def sees(row: RadarRow, world: World, states: States) -> BoolArray:
    """Return (N,) which platforms are of a kind that the radar looks for."""
    airborne, height_m = world.fleet.airborne, states.height_m
    wanted = np.zeros(len(airborne), dtype=bool)
    if "surface" in row.sees:
        wanted |= ~airborne
    if "air" in row.sees:
        wanted |= airborne
    elif "low-air" in row.sees:
        wanted |= airborne & (height_m <= LOW_AIR_M)
    return wanted


def _echoes(
    row: RadarRow, world: World, sector: Sector, site: Site, rng: np.random.Generator, jam_db: float
) -> Returns:
    """Return what comes back from platforms."""
    states = world.states(sector.middle_s)
    near = within_reach(site, states, world, row.range_km * 1000.0) & sees(row, world, states)
    places = np.flatnonzero(near)
    places = places[sector.covers(look(site, states.ecef_m[places]).azimuth_rad)]
    velocity = states.velocity_m_per_s[places]
    # The beam passes each at its own moment: move it there from the middle of the sector.
    at_s = sector.passes_s(look(site, states.ecef_m[places]).azimuth_rad)
    ecef_m = states.ecef_m[places] + velocity * (at_s - sector.middle_s)[:, None]
    seen = look(site, ecef_m)
    ratio = mean_signal_to_noise(row, world.fleet.cross_section_m2[places], np.maximum(seen.range_m, 1.0))
    power = rng.exponential(1.0 + ratio * 10.0 ** (-jam_db / 10.0))
    since_s = at_s - world.startex_s
    there = (world.fleet.begin_s[places] <= since_s) & (since_s < world.fleet.gone_s[places])
    kept = (power > threshold(row)) & (seen.range_m > BLIND_M) & there
    along = np.einsum("ij,ij->i", velocity, ecef_m - site.ecef_m) / np.maximum(seen.range_m, 1.0)
    everything = Returns(
        platform=places.astype(np.int64),
        at_s=at_s,
        range_m=seen.range_m,
        azimuth_rad=seen.azimuth_rad,
        elevation_rad=seen.elevation_rad,
        height_m=states.height_m[places],
        range_rate_m_per_s=along,
        power=power,
    )
    return everything.pick(kept)


def _clutter(row: RadarRow, sector: Sector, rng: np.random.Generator, factor: float) -> Returns:
    """Return false plots: Poisson in number, even over the area that the sector sweeps."""
    count = int(rng.poisson(factor * row.clutter_per_revolution / row.sectors))
    part = rng.random(count)
    far_m = row.range_km * 1000.0
    range_m = np.sqrt(BLIND_M**2 + rng.random(count) * (far_m**2 - BLIND_M**2))
    height_m = rng.random(count) * _CLUTTER_HEIGHT_MAX_M
    return Returns(
        platform=np.full(count, NOBODY, dtype=np.int64),
        at_s=sector.from_s + part * (sector.to_s - sector.from_s),
        range_m=range_m,
        azimuth_rad=sector.from_rad + part * sector.width_rad,
        elevation_rad=np.arctan2(height_m, range_m),
        height_m=height_m,
        range_rate_m_per_s=rng.normal(0.0, _CLUTTER_SPEED_SIGMA_M_PER_S, count),
        # Beyond the threshold an exponential begins again.
        power=threshold(row) + rng.exponential(1.0, count),
    )


def _measured(
    row: RadarRow, returns: Returns, rng: np.random.Generator, effects: tuple[Effect, ...]
) -> Returns:
    """Return what the radar measures: each quantity with its error, and in the order of time.

    A degraded radar errs more than it says.
    """
    worse = math.prod(effect.magnitude for effect in effects if effect.act == "degraded-accuracy")
    count = len(returns.at_s)
    noise = rng.standard_normal((5, count)) * worse
    sigma_rad = math.radians(row.azimuth_sigma_deg)
    measured = Returns(
        platform=returns.platform,
        at_s=returns.at_s,
        range_m=np.clip(returns.range_m + noise[0] * row.range_sigma_m, 1.0, _RANGE_MAX_M),
        azimuth_rad=np.mod(returns.azimuth_rad + noise[1] * sigma_rad, TWO_PI),
        elevation_rad=_or_unknown(
            returns.elevation_rad,
            noise[2],
            None if row.elevation_sigma_deg is None else math.radians(row.elevation_sigma_deg),
        ),
        height_m=_or_unknown(returns.height_m, noise[3], row.height_sigma_m),
        range_rate_m_per_s=_or_unknown(returns.range_rate_m_per_s, noise[4], row.range_rate_sigma_m_per_s),
        power=returns.power,
    )
    # Time order, and nothing else: the order of the fleet would tell who is who.
    return measured.pick(np.argsort(measured.at_s, kind="stable"))


def _batch(
    row: RadarRow,
    world: World,
    sector: Sector,
    site: Site,
    returns: Returns,
    sequence: int,
    produced_at_s: float,
    off: bool,
) -> RadarScan:
    columns: dict[str, Any] = {
        "measured_at_s": np.clip(returns.at_s, sector.from_s, sector.to_s),
        "range_m": returns.range_m,
        "azimuth_rad": returns.azimuth_rad,
        "elevation_rad": returns.elevation_rad,
        "height_m": np.clip(returns.height_m, -12_000.0, 100_000.0),
        "range_rate_m_per_s": returns.range_rate_m_per_s,
        "snr_db": 10.0 * np.log10(returns.power) if len(returns.power) else np.zeros(0),
    }
    return RadarScan(
        exercise=world.scenario.exercise,
        nation=row.nation,
        sensor=row.name,
        sequence=sequence,
        measured_from_s=sector.from_s,
        measured_to_s=sector.to_s,
        produced_at_s=produced_at_s,
        label=row.label,
        reliability=row.reliability,
        site_lat_deg=site.lat_deg,
        site_lon_deg=site.lon_deg,
        site_height_m=site.height_m,
        scan=sector.scan,
        revolution_s=row.revolution_s,
        sector_from_rad=sector.from_rad,
        sector_to_rad=sector.from_rad + sector.width_rad,
        range_max_m=row.range_km * 1000.0,
        range_sigma_m=row.range_sigma_m,
        azimuth_sigma_rad=math.radians(row.azimuth_sigma_deg),
        elevation_sigma_rad=None
        if row.elevation_sigma_deg is None
        else math.radians(row.elevation_sigma_deg),
        height_sigma_m=row.height_sigma_m,
        range_rate_sigma_m_per_s=row.range_rate_sigma_m_per_s,
        # A radar that is off says so: its silence is no evidence that nothing is there.
        detection_probability=0.0 if off else NOMINAL_DETECTION,
        clutter_plots_per_revolution=0.0 if off else row.clutter_per_revolution,
        **columns,
    )


def _jam_db(site: Site, world: World, effects: tuple[Effect, ...], at_s: float) -> float:
    """Return how much signal-to-noise jamming costs: aimed at this radar, or at an area it is in."""
    aimed = sum(effect.magnitude for effect in effects if effect.act == "jam")
    around = sum(
        effect.magnitude
        for effect, centre_m in world.areas("radar", at_s)
        if float(np.linalg.norm(centre_m - site.ecef_m)) <= effect.radius_m
    )
    return aimed + around


def _or_unknown(truth: FloatArray, noise: FloatArray, sigma: float | None) -> FloatArray:
    """Return truth with its error; NaN throughout where the radar does not measure that."""
    return np.full(len(truth), np.nan) if sigma is None else truth + noise * sigma
