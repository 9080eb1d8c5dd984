"""Lanes and airways full of neutral traffic: so many platforms on each at any time."""

from typing import Final

import numpy as np

from contracts.columns import FloatArray
from contracts.units import KNOT_M_PER_S
from producers.chance import generator
from producers.courses import beside, rounded
from producers.fleet import Order, usual_emissions
from producers.legs import Path, make_legs
from producers.scenario_rows import TrafficRow
from producers.signatures import signature_of

_FLIGHT_LEVEL_M: Final = 300.0
"""Airliners fly at whole multiples of this: one odd or even level each way."""


def lane_orders(row: TrafficRow, seed: int, duration_s: float) -> list[Order]:
    """Return the orders of all who use a lane during the exercise.

    The lane has ``count`` slots. At STARTEX each holds one platform somewhere along the way; when
    that one leaves at the lane's end, another enters at its beginning. Those that go forth keep to
    the starboard side, those that come back to theirs.
    """
    rng = generator(seed, f"traffic/{row.name}")
    orders: list[Order] = []
    # Lane time: when the next platform of each slot sets out; the first ones did before STARTEX.
    begin_s = np.full(row.count, np.nan)
    while len(open_slots := np.flatnonzero(~(begin_s >= duration_s))):
        drawn = [_path(row, rng, reverse=row.both_ways and slot % 2 == 1) for slot in open_slots]
        passage_s = make_legs([path for path, _ in drawn]).total_s
        for slot, (path, platform), lasts_s in zip(open_slots, drawn, passage_s, strict=True):
            if np.isnan(begin_s[slot]):
                begin_s[slot] = -float(rng.random()) * lasts_s
            orders.append(_order(row, rng, len(orders), path, platform, float(begin_s[slot])))
            begin_s[slot] += lasts_s
    return orders


def _order(
    row: TrafficRow, rng: np.random.Generator, number: int, path: Path, platform: str, begin_s: float
) -> Order:
    name = f"{row.name}-{number:04d}"
    return Order(
        name=name,
        platform=platform,
        side="neutral",
        path=path,
        begin_s=begin_s,
        reports=bool(rng.random() < row.self_report_share),
        emissions=usual_emissions(platform, "neutral", name),
    )


def _path(row: TrafficRow, rng: np.random.Generator, *, reverse: bool) -> tuple[Path, str]:
    """Draw one passage: its type, speed, height and place across the lane."""
    weights = np.array(list(row.types.values()))
    platform = list(row.types)[int(rng.choice(len(weights), p=weights / weights.sum()))]
    speed_m_per_s = float(rng.uniform(*row.speed_kn)) * KNOT_M_PER_S
    lane = np.array([(np.radians(lat), np.radians(lon), 0.0) for lat, lon in row.lane])
    half_m = 500.0 * row.width_km
    # Right-hand traffic where ships go both ways, the whole width where they do not.
    offset_m = float(rng.uniform(0.1, 1.0) if row.both_ways else rng.uniform(-1.0, 1.0)) * half_m
    points = beside(lane[::-1] if reverse else lane, offset_m)
    points[:, 2] = _height_m(row, rng, reverse=reverse)
    points = rounded(points, signature_of(platform).turn_radius_m(speed_m_per_s), closed=False)
    return _one_way(points, speed_m_per_s), platform


def _one_way(points: FloatArray, speed_m_per_s: float) -> Path:
    return Path(points[:, 0], points[:, 1], points[:, 2], speed_m_per_s, holds=False)


def _height_m(row: TrafficRow, rng: np.random.Generator, *, reverse: bool) -> float:
    lowest, highest = row.height_m
    if highest <= 0.0:
        return 0.0
    levels = np.arange(np.ceil(lowest / _FLIGHT_LEVEL_M), highest // _FLIGHT_LEVEL_M + 1)
    own = levels[levels % 2 == (1 if reverse else 0)]
    return float(rng.choice(own if len(own) else levels)) * _FLIGHT_LEVEL_M if len(levels) else lowest
