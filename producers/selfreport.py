"""A receiver of self-reports: what it hears of what platforms say of their own position."""

from dataclasses import replace
from typing import Any, Final

import numpy as np

from contracts.columns import FloatArray
from contracts.geodesy import enu_axes, from_enu, to_ecef, to_geodetic
from contracts.platforms import CODE_OF_PLATFORM
from contracts.reports import TWO_PI, SelfReports
from producers.chance import generator
from producers.effects import Effect
from producers.fleet import CLAIMED_ID_FIRST
from producers.produced import NOBODY, Produced, attribute
from producers.scenario_rows import SelfReportRow
from producers.sight import Site, site_at, within_reach
from producers.transmissions import SHIP_SIGMA_M, Said, shifted, transmitted
from producers.world import World

_HEIGHT_SIGMA_M: Final = 8.0
_SPEED_SIGMA_M_PER_S: Final = 0.05
_COURSE_SIGMA_RAD: Final = 0.005
_COURSELESS_M_PER_S: Final = 0.2
"""Slower than this, a course over the ground means nothing and is left out."""

_FORGED_SHIP_M_PER_S: Final = 8.0
_FORGED_EVERY_S: Final = 10.0
_FORGED_ID_FIRST: Final = CLAIMED_ID_FIRST + 60_000_000
"""Above all ids that platforms of ours have, and still no real ship's."""


def receive(row: SelfReportRow, world: World, sequence: int, produced_at_s: float) -> Produced:
    """Return batch number ``sequence`` of a receiver: what it heard in one interval."""
    since_s, until_s = sequence * row.step_s, (sequence + 1) * row.step_s
    middle_s = world.startex_s + 0.5 * (since_s + until_s)
    rng = generator(world.seed, row.name, sequence)
    site = site_at(row, world, middle_s)
    effects = world.effects_on(row.name, middle_s)
    off = not site.here or any(effect.act == "off" for effect in effects)
    near = within_reach(site, world.states(middle_s), world, row.range_km * 1000.0)
    said = transmitted(world, np.flatnonzero(near), since_s, until_s)
    said = said.pick(rng.random(len(said.at_s)) < (0.0 if off else row.receive_probability))
    said = _tampered(said, rng, effects)
    columns = _columns(said, world, rng)
    platform = said.platform
    for effect in effects:
        if effect.act == "forged-reports" and not off:
            forged = _forged(row, world, site, effect, world.startex_s + since_s, world.startex_s + until_s)
            columns = {name: _joined(columns[name], forged[name]) for name in columns}
            platform = np.append(platform, np.full(len(forged["name"]), NOBODY))
    # Time order, and nothing else: the order of the fleet would tell who is who.
    order = np.argsort(columns["measured_at_s"], kind="stable")
    columns = {name: _sorted(column, order) for name, column in columns.items()}
    from_s, to_s = world.startex_s + since_s, world.startex_s + until_s
    batch = SelfReports(
        exercise=world.scenario.exercise,
        nation=row.nation,
        sensor=row.name,
        sequence=sequence,
        measured_from_s=from_s,
        measured_to_s=to_s,
        produced_at_s=produced_at_s,
        label=row.label,
        reliability=row.reliability,
        **(columns | {"measured_at_s": np.clip(columns["measured_at_s"], from_s, to_s)}),
    )
    return attribute(batch, platform[order], world)


def _tampered(said: Said, rng: np.random.Generator, effects: tuple[Effect, ...]) -> Said:
    """Apply what an attack on the receiver does to everything it has heard."""
    for effect in effects:
        if effect.act == "loss":
            said = said.pick(rng.random(len(said.at_s)) >= effect.magnitude)
        elif effect.act == "spoofed-position":
            said = shifted(said, effect, np.ones(len(said.at_s), dtype=bool))
        elif effect.act == "degraded-accuracy":
            said = replace(
                said, east_m=said.east_m * effect.magnitude, north_m=said.north_m * effect.magnitude
            )
    return said


def _columns(said: Said, world: World, rng: np.random.Generator) -> dict[str, Any]:
    """Return what the reports say, in the contract's columns."""
    fleet, places = world.fleet, said.platform
    lat_rad, lon_rad, height_m = to_geodetic(said.ecef_m)
    axes = enu_axes(lat_rad, lon_rad)
    ecef_m = said.ecef_m + axes[:, 0] * said.east_m[:, None] + axes[:, 1] * said.north_m[:, None]
    claimed_lat, claimed_lon, _ = to_geodetic(ecef_m)
    east = np.einsum("ij,ij->i", axes[:, 0], said.velocity_m_per_s)
    north = np.einsum("ij,ij->i", axes[:, 1], said.velocity_m_per_s)
    noise = rng.standard_normal((3, len(places)))
    speed = np.hypot(east, north)
    course = np.mod(np.arctan2(east, north) + noise[0] * _COURSE_SIGMA_RAD, TWO_PI)
    return {
        "measured_at_s": said.at_s,
        "claimed_id": fleet.claimed_id[places],
        "lat_deg": np.degrees(claimed_lat),
        "lon_deg": np.degrees(claimed_lon),
        "height_m": np.where(
            fleet.airborne[places],
            np.clip(height_m + noise[1] * _HEIGHT_SIGMA_M, -12_000.0, 100_000.0),
            np.nan,
        ),
        "course_rad": np.where(speed < _COURSELESS_M_PER_S, np.nan, course),
        "speed_m_per_s": np.maximum(speed + noise[2] * _SPEED_SIGMA_M_PER_S, 0.0),
        "position_sigma_m": said.sigma_m,
        "platform": fleet.claimed_code[places],
        "name": tuple(fleet.claimed_name[place] for place in places),
    }


def _forged(
    row: SelfReportRow, world: World, site: Site, effect: Effect, from_s: float, to_s: float
) -> dict[str, Any]:
    """Return the reports of ships that an attacker has made up: they sail straight on."""
    own = generator(world.seed, f"forged/{effect.name}")
    count = round(effect.magnitude)
    begin_m = row.range_km * 1000.0 * own.uniform(-0.3, 0.3, (count, 2))
    course_rad = own.random(count) * TWO_PI
    ids = _FORGED_ID_FIRST + own.integers(0, 9_000_000, count)
    next_s = from_s + np.mod(own.random(count) * _FORGED_EVERY_S - (from_s - effect.from_s), _FORGED_EVERY_S)
    sent = next_s < to_s
    sailed_m = _FORGED_SHIP_M_PER_S * (next_s - effect.from_s)
    enu_m = np.stack(
        [
            begin_m[:, 0] + sailed_m * np.sin(course_rad),
            begin_m[:, 1] + sailed_m * np.cos(course_rad),
            np.zeros(count),
        ],
        axis=-1,
    )
    lat_rad, lon_rad, _ = to_geodetic(from_enu(enu_m, _foot(site), site.axes))
    cargo = CODE_OF_PLATFORM["cargo-ship"]
    return {
        "measured_at_s": next_s[sent],
        "claimed_id": ids[sent],
        "lat_deg": np.degrees(lat_rad[sent]),
        "lon_deg": np.degrees(lon_rad[sent]),
        "height_m": np.full(int(sent.sum()), np.nan),
        "course_rad": course_rad[sent],
        "speed_m_per_s": np.full(int(sent.sum()), _FORGED_SHIP_M_PER_S),
        "position_sigma_m": np.full(int(sent.sum()), SHIP_SIGMA_M),
        "platform": np.full(int(sent.sum()), cargo, dtype=np.int16),
        "name": tuple(f"SIM {number % 100_000:05d}" for number in ids[sent]),
    }


def _foot(site: Site) -> FloatArray:
    """Return the (3,) Earth-centred point at sea level below a site."""
    return to_ecef(np.radians(site.lat_deg), np.radians(site.lon_deg), np.zeros(()))


def _joined(first: Any, second: Any) -> Any:
    return first + second if isinstance(first, tuple) else np.concatenate([first, second])


def _sorted(column: Any, order: Any) -> Any:
    return tuple(column[place] for place in order) if isinstance(column, tuple) else column[order]
