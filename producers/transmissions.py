"""What platforms transmit of themselves (AIS, ADS-B), true or not, before anyone hears it.

When a platform transmits and how its satellite navigation errs is the platform's own chance, so every
receiver hears the same words.
"""

import math
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import BoolArray, FloatArray, IntArray
from producers.chance import normals, uniforms
from producers.effects import Effect
from producers.world import World

SHIP_SIGMA_M: Final = 10.0
"""What AIS calls high accuracy (ITU-R M.1371-5, annex 8, table 48)."""
AIRCRAFT_SIGMA_M: Final = 30.0
"""About what ADS-B calls navigation accuracy category 9."""
_JAMMED_LOSS: Final = 0.5
"""Part of the reports that fail inside a jammed area; assumed."""

# Lanes of a platform's own chance.
_PHASE: Final = 0
_EAST: Final = 1
_NORTH: Final = 2
_LOST: Final = 3
_JAM_EAST: Final = 4
_JAM_NORTH: Final = 5
_JAM_LOST: Final = 6


@dataclass(frozen=True, slots=True)
class Said:
    """M self-reports as transmitted.

    Attributes:
        platform: (M,) places in the fleet.
        count: (M,) how many times it has transmitted before.
        at_s: (M,) exercise time.
        ecef_m: (M, 3) position that the claim is about, with its velocity.
        east_m: (M,) how far the claim is off it, with ``north_m``.
        sigma_m: (M,) accuracy that the claim claims.
    """

    platform: IntArray
    count: IntArray
    at_s: FloatArray
    ecef_m: FloatArray
    velocity_m_per_s: FloatArray
    east_m: FloatArray
    north_m: FloatArray
    sigma_m: FloatArray

    def pick(self, rows: BoolArray | NDArray[np.int64]) -> "Said":
        """Return some of them, by a mask or in the order of indices."""
        return Said(**{column.name: getattr(self, column.name)[rows] for column in fields(self)})


def transmitted(world: World, near: IntArray, since_s: float, until_s: float) -> Said:
    """Return what some platforms say within an interval, with their errors and their lies.

    Args:
        world: the truth.
        near: (K,) places in the fleet of those that are listened to.
        since_s: begin of the interval, seconds since STARTEX; the end is not in it.
        until_s: its end.
    """
    middle_s = 0.5 * (since_s + until_s)
    fleet, states = world.fleet, world.states(world.startex_s + middle_s)
    near = near[fleet.claimed_id[near] > 0]
    places, count, own_s = _times(world, near, since_s, until_s)
    velocity = states.velocity_m_per_s[places]
    keys = fleet.chance_key[places]
    sigma_m = np.where(fleet.airborne[places], AIRCRAFT_SIGMA_M, SHIP_SIGMA_M)
    said = Said(
        platform=places,
        count=count,
        at_s=world.startex_s + own_s,
        ecef_m=states.ecef_m[places] + velocity * (own_s - middle_s)[:, None],
        velocity_m_per_s=velocity,
        east_m=sigma_m * normals(keys, count, _EAST),
        north_m=sigma_m * normals(keys, count, _NORTH),
        sigma_m=sigma_m,
    )
    said = _jammed(said, world, world.startex_s + middle_s)
    for effect in world.effects:
        if effect.asset == "platform" and effect.active(world.startex_s + middle_s):
            said = _misled(said, effect, world)
    return said


def shifted(said: Said, effect: Effect, own: BoolArray) -> Said:
    """Return the reports with some (M,) of them displaced as an effect says."""
    shift_m = np.where(own, effect.magnitude, 0.0)
    return replace(
        said,
        east_m=said.east_m + shift_m * math.sin(effect.course_rad),
        north_m=said.north_m + shift_m * math.cos(effect.course_rad),
    )


def _times(
    world: World, near: IntArray, since_s: float, until_s: float
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return who transmits in an interval, for the how-manieth time, and when since STARTEX.

    Each keeps its own interval with its own phase, for ever.
    """
    fleet = world.fleet
    if not len(near):
        return near, near, np.zeros(0)
    every_s = fleet.report_every_s[near]
    phase_s = every_s * uniforms(fleet.chance_key[near], np.zeros(len(near), dtype=np.int64), _PHASE)
    first = np.ceil((since_s - phase_s) / every_s).astype(np.int64)
    most = math.ceil((until_s - since_s) / float(every_s.min()))
    found: list[tuple[IntArray, IntArray, FloatArray]] = []
    for step in range(-1, most + 1):  # -1: rounding may have put the first one place too far
        count = first + step
        own_s = phase_s + count * every_s
        sent = (since_s <= own_s) & (own_s < until_s) & (count >= 0)
        sent &= (fleet.begin_s[near] <= own_s) & (own_s < fleet.gone_s[near])
        found.append((near[sent], count[sent], own_s[sent]))
    places, counts, times = zip(*found, strict=True)
    return np.concatenate(places), np.concatenate(counts), np.concatenate(times)


def _jammed(said: Said, world: World, at_s: float) -> Said:
    """Lose half of the reports from jammed areas; the rest err, and know it."""
    for effect, centre_m in world.areas("gnss", at_s):
        away_m = said.ecef_m - centre_m
        inside = np.einsum("ij,ij->i", away_m, away_m) <= effect.radius_m**2
        keys = world.fleet.chance_key[said.platform]
        error_m = np.where(inside, effect.magnitude, 0.0)
        kept = ~inside | (uniforms(keys, said.count, _JAM_LOST) >= _JAMMED_LOSS)
        said = replace(
            said,
            east_m=said.east_m + error_m * normals(keys, said.count, _JAM_EAST),
            north_m=said.north_m + error_m * normals(keys, said.count, _JAM_NORTH),
            sigma_m=np.hypot(said.sigma_m, error_m),
        ).pick(kept)
    return said


def _misled(said: Said, effect: Effect, world: World) -> Said:
    """Apply what is done to one platform's own reports; it does not know, and claims its usual accuracy."""
    own = said.platform == world.fleet.place_of.get(effect.asset_id, -1)
    if not own.any():
        return said
    match effect.act:
        case "spoofed-position":
            return shifted(said, effect, own)
        case "loss":
            keys = world.fleet.chance_key[said.platform]
            return said.pick(~own | (uniforms(keys, said.count, _LOST) >= effect.magnitude))
        case "degraded-accuracy":
            factor = np.where(own, effect.magnitude, 1.0)
            return replace(said, east_m=said.east_m * factor, north_m=said.north_m * factor)
        case "delay":
            # It says where it was, as if it were there now.
            late_s = np.where(own, effect.magnitude, 0.0)
            return replace(said, ecef_m=said.ecef_m - said.velocity_m_per_s * late_s[:, None])
        case "off" | "jam" | "forged-reports":
            return said
