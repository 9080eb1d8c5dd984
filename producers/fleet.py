"""All platforms of a world as columns, made from orders: who goes where and when, claiming what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import BoolArray, FloatArray, IntArray
from contracts.emitters import EMITTERS, Emitter
from contracts.platforms import CODE_OF_PLATFORM, PLATFORM_TYPES, Domain
from contracts.units import KNOT_M_PER_S
from producers.chance import key_of, stable_hash
from producers.courses import rounded
from producers.legs import Legs, Path, join, make_legs
from producers.scenario_rows import PlatformRow, Side
from producers.signatures import report_every_s, signature_of

CLAIMED_ID_FIRST: Final = 900_000_000
"""Claimed ids are nine digits from 900 to 959 million: no ship has such a number, because no country's
identification digits begin with 9 (ITU-R M.585) and the special uses begin at 970 million."""
_CLAIMED_IDS: Final = 60_000_000

_MINUTE_S: Final = 60.0
_DUTY_ON_S: Final = 60.0
_DUTY_OFF_S: Final = 60.0
"""Without an emission plan, warships and military aircraft radiate half of the time, by minutes."""


@dataclass(frozen=True, slots=True)
class Emission:
    """When one emitter of a platform radiates, in seconds since STARTEX; ``on_s`` infinite is always."""

    notation: str
    from_s: float = 0.0
    to_s: float = float("inf")
    on_s: float = float("inf")
    off_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Order:
    """One platform's orders.

    Attributes:
        begin_s: when it sets out, since STARTEX; before it is not there.
        gone_s: when it is taken away, whatever its path.
        reports: whether it says where it is.
        surfaced_s: when a submarine is at the surface; None for whatever is always seen.
    """

    name: str
    platform: str
    side: Side
    path: Path
    begin_s: float = 0.0
    gone_s: float = float("inf")
    reports: bool = False
    claimed_platform: str = ""
    claimed_name: str = ""
    emissions: tuple[Emission, ...] = ()
    surfaced_s: tuple[tuple[float, float], ...] | None = None
    inject_id: str = ""


@dataclass(frozen=True, slots=True)
class Fleet:
    """N platforms.

    Attributes:
        code: (N,) places in the catalogue of types.
        begin_s: (N,) when each sets out, seconds since STARTEX.
        gone_s: (N,) when each is gone.
        chance_key: (N,) under which each draws its own chance.
        claimed_id: (N,) what it calls itself; 0 for those that never report.
        report_every_s: (N,) interval of its self-reports.
        surfaced: (S, 3) platform, from, to: when submarines are up.
        dives: (N,) whether it is down outside those windows.
    """

    name: tuple[str, ...]
    side: tuple[Side, ...]
    inject_id: tuple[str, ...]
    claimed_name: tuple[str, ...]
    emissions: tuple[tuple[Emission, ...], ...]
    code: NDArray[np.int16]
    airborne: BoolArray
    begin_s: FloatArray
    gone_s: FloatArray
    chance_key: NDArray[np.uint64]
    claimed_id: IntArray
    claimed_code: NDArray[np.int16]
    report_every_s: FloatArray
    cross_section_m2: FloatArray
    mast_m: FloatArray
    surfaced: FloatArray
    dives: BoolArray
    legs: Legs
    place_of: dict[str, int] = field(default_factory=dict)


def make_fleet(orders: Sequence[Order], seed: int, taken: frozenset[int] = frozenset()) -> Fleet:
    """Return the fleet that the orders make.

    Args:
        orders: one per platform; names are unique.
        seed: of the run.
        taken: claimed ids that others already have.
    """
    legs = make_legs([order.path for order in orders])
    signatures = [signature_of(order.platform) for order in orders]
    code = np.array([CODE_OF_PLATFORM[order.platform] for order in orders], dtype=np.int16)
    claimed_id = _claimed_ids(orders, set(taken))
    begin_s = np.array([order.begin_s for order in orders])
    return Fleet(
        name=tuple(order.name for order in orders),
        side=tuple(order.side for order in orders),
        inject_id=tuple(order.inject_id for order in orders),
        claimed_name=tuple(
            order.claimed_name or (f"SIM {number % 100_000:05d}" if number else "")
            for order, number in zip(orders, claimed_id, strict=True)
        ),
        emissions=tuple(order.emissions for order in orders),
        code=code,
        airborne=np.array([PLATFORM_TYPES[c].domain is Domain.AIR for c in code], dtype=bool),
        begin_s=begin_s,
        gone_s=np.minimum(np.array([order.gone_s for order in orders]), begin_s + _ends_s(orders, legs)),
        chance_key=np.array([key_of(seed, order.name) for order in orders], dtype=np.uint64),
        claimed_id=claimed_id,
        claimed_code=np.array(
            [CODE_OF_PLATFORM[order.claimed_platform or order.platform] for order in orders], dtype=np.int16
        ),
        report_every_s=np.array(
            [report_every_s(CODE_OF_PLATFORM[order.platform], _speed_m_per_s(order.path)) for order in orders]
        ),
        cross_section_m2=np.array([signature.cross_section_m2 for signature in signatures]),
        mast_m=np.array([signature.mast_m for signature in signatures]),
        surfaced=_surfaced(orders),
        dives=np.array([order.surfaced_s is not None for order in orders], dtype=bool),
        legs=legs,
        place_of={order.name: place for place, order in enumerate(orders)},
    )


def join_fleets(first: Fleet, second: Fleet) -> Fleet:
    """Return both fleets as one, the second's platforms after the first's."""
    count = len(first.name)
    shifted = second.surfaced + np.array([count, 0.0, 0.0])
    return Fleet(
        name=first.name + second.name,
        side=first.side + second.side,
        inject_id=first.inject_id + second.inject_id,
        claimed_name=first.claimed_name + second.claimed_name,
        emissions=first.emissions + second.emissions,
        code=np.concatenate([first.code, second.code]),
        airborne=np.concatenate([first.airborne, second.airborne]),
        begin_s=np.concatenate([first.begin_s, second.begin_s]),
        gone_s=np.concatenate([first.gone_s, second.gone_s]),
        chance_key=np.concatenate([first.chance_key, second.chance_key]),
        claimed_id=np.concatenate([first.claimed_id, second.claimed_id]),
        claimed_code=np.concatenate([first.claimed_code, second.claimed_code]),
        report_every_s=np.concatenate([first.report_every_s, second.report_every_s]),
        cross_section_m2=np.concatenate([first.cross_section_m2, second.cross_section_m2]),
        mast_m=np.concatenate([first.mast_m, second.mast_m]),
        surfaced=np.concatenate([first.surfaced, shifted]),
        dives=np.concatenate([first.dives, second.dives]),
        legs=join(first.legs, second.legs),
        place_of=first.place_of | {name: count + place for name, place in second.place_of.items()},
    )


def order_of(row: PlatformRow) -> Order:
    """Return the orders that a platform's row of the scenario gives."""
    return Order(
        name=row.name,
        platform=row.type,
        side=row.side,
        path=_path(row),
        begin_s=row.depart_min * _MINUTE_S,
        reports=_reports(row),
        claimed_platform=row.claimed_type or "",
        claimed_name=row.claimed_name or "",
        emissions=_emissions(row),
        surfaced_s=tuple((begin * _MINUTE_S, end * _MINUTE_S) for begin, end in row.surfaced_min)
        if row.type == "submarine"
        else None,
    )


def usual_emissions(platform: str, side: Side, name: str) -> tuple[Emission, ...]:
    """Return the emissions of a platform for which none are planned."""
    fitting = [emitter for emitter in EMITTERS if _carries(emitter, platform, side)]
    if not fitting:
        return ()
    if side == "neutral":
        # A merchant has one navigation radar on, all the time.
        return (Emission(fitting[stable_hash(name) % len(fitting)].notation),)
    return tuple(Emission(emitter.notation, on_s=_DUTY_ON_S, off_s=_DUTY_OFF_S) for emitter in fitting)


def _path(row: PlatformRow) -> Path:
    speed_m_per_s = row.speed_kn * KNOT_M_PER_S
    heights = row.heights_m or (row.height_m,) * len(row.route)
    points = np.array(
        [
            (np.radians(lat), np.radians(lon), height)
            for (lat, lon), height in zip(row.route, heights, strict=True)
        ]
    )
    radius_m = signature_of(row.type).turn_radius_m(speed_m_per_s)
    points = rounded(points, radius_m, closed=row.ends == "repeat")
    return Path(
        lat_rad=points[:, 0],
        lon_rad=points[:, 1],
        height_m=points[:, 2],
        speed_m_per_s=speed_m_per_s,
        course_rad=float("nan") if row.course_deg is None else float(np.radians(row.course_deg)),
        repeats=row.ends == "repeat" and len(points) > 1,
        holds=row.ends == "hold" or len(points) == 1,
    )


def _emissions(row: PlatformRow) -> tuple[Emission, ...]:
    if row.emissions is None:
        return usual_emissions(row.type, row.side, row.name)
    return tuple(
        Emission(
            notation=plan.notation,
            from_s=plan.from_min * _MINUTE_S,
            to_s=float("inf") if plan.to_min is None else plan.to_min * _MINUTE_S,
            on_s=float("inf") if plan.on_s is None else plan.on_s,
            off_s=plan.off_s,
        )
        for plan in row.emissions
    )


def _reports(row: PlatformRow) -> bool:
    if row.self_report is not None:
        return row.self_report
    return row.side == "neutral" and signature_of(row.type).reports


def _carries(emitter: Emitter, platform: str, side: Side) -> bool:
    return platform in emitter.carried_by and side in emitter.sides


def _ends_s(orders: Sequence[Order], legs: Legs) -> FloatArray:
    """Return (N,) how long after setting out each is gone: never, for those that hold or repeat."""
    stays = np.array([order.path.holds or order.path.repeats for order in orders], dtype=bool)
    return np.where(stays, np.inf, legs.total_s)


def _speed_m_per_s(path: Path) -> float:
    moves = len(path.lat_rad) > 1 or np.isfinite(path.course_rad)
    return path.speed_m_per_s if moves else 0.0


def _surfaced(orders: Sequence[Order]) -> FloatArray:
    rows = [
        (place, begin, end) for place, order in enumerate(orders) for begin, end in order.surfaced_s or ()
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _claimed_ids(orders: Sequence[Order], taken: set[int]) -> IntArray:
    """Return (N,) ids that say nothing of their owner but are the same in every run."""
    numbers = np.zeros(len(orders), dtype=np.int64)
    for place, order in enumerate(orders):
        if not order.reports:
            continue
        number = CLAIMED_ID_FIRST + stable_hash(order.name) % _CLAIMED_IDS
        while number in taken:
            number = CLAIMED_ID_FIRST + (number + 1) % _CLAIMED_IDS
        taken.add(number)
        numbers[place] = number
    return numbers
