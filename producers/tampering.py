"""What an attack on a radar's data does to its returns: forged, lost or displaced plots."""

import math
from dataclasses import replace
from typing import Final

import numpy as np

from contracts.reports import TWO_PI
from producers.chance import generator
from producers.effects import Effect
from producers.produced import NOBODY
from producers.returns import BLIND_M, NOTHING, Returns, Sector, join, threshold
from producers.scenario_rows import RadarRow
from producers.sight import Site
from producers.world import World

_GHOST_SPEED_M_PER_S: Final = 200.0
_GHOST_SHIP_M_PER_S: Final = 10.0
_GHOST_HEIGHT_M: Final = 5_000.0
_GHOST_POWER: Final = 20.0
"""Mean power of a forged plot above the threshold: a middling one."""


def ghosts(
    row: RadarRow,
    world: World,
    sector: Sector,
    site: Site,
    rng: np.random.Generator,
    effects: tuple[Effect, ...],
) -> Returns:
    """Return the plots of objects that an attacker has made up: they fly straight and look real."""
    found = NOTHING
    for effect in effects:
        if effect.act != "forged-reports":
            continue
        own = generator(world.seed, f"forged/{effect.name}")
        count = round(effect.magnitude)
        begin_m = row.range_km * 1000.0 * own.uniform(-0.5, 0.5, (count, 2))
        course_rad = own.random(count) * TWO_PI
        speed = _GHOST_SPEED_M_PER_S if "air" in row.sees else _GHOST_SHIP_M_PER_S
        step_m = speed * (sector.middle_s - effect.from_s)
        east_m = begin_m[:, 0] + step_m * np.sin(course_rad)
        north_m = begin_m[:, 1] + step_m * np.cos(course_rad)
        azimuth_rad = np.mod(np.arctan2(east_m, north_m), TWO_PI)
        range_m = np.hypot(east_m, north_m)
        height_m = np.full(count, _GHOST_HEIGHT_M if "air" in row.sees else site.height_m)
        forged = Returns(
            platform=np.full(count, NOBODY, dtype=np.int64),
            at_s=sector.passes_s(azimuth_rad),
            range_m=range_m,
            azimuth_rad=azimuth_rad,
            elevation_rad=np.arctan2(height_m - site.height_m, np.maximum(range_m, 1.0)),
            height_m=height_m,
            range_rate_m_per_s=speed * np.cos(course_rad - azimuth_rad),
            power=threshold(row) + rng.exponential(_GHOST_POWER, count),
        )
        shown = sector.covers(azimuth_rad) & (range_m > BLIND_M) & (range_m < row.range_km * 1000.0)
        found = join(found, forged.pick(shown))
    return found


def tampered(returns: Returns, rng: np.random.Generator, effects: tuple[Effect, ...]) -> Returns:
    """Lose or displace plots, as the attacks on the radar's data do."""
    for effect in effects:
        if effect.act == "loss":
            returns = returns.pick(rng.random(len(returns.at_s)) >= min(effect.magnitude, 1.0))
        elif effect.act == "spoofed-position":
            east_m = returns.range_m * np.sin(returns.azimuth_rad) + effect.magnitude * math.sin(
                effect.course_rad
            )
            north_m = returns.range_m * np.cos(returns.azimuth_rad) + effect.magnitude * math.cos(
                effect.course_rad
            )
            returns = replace(
                returns,
                range_m=np.hypot(east_m, north_m),
                azimuth_rad=np.mod(np.arctan2(east_m, north_m), TWO_PI),
            )
    return returns
