"""Injects as the world takes them: which of them fit, and what orders a new platform gets.

The inject desk has checked them already. What still names nothing that exists (the desk of another
exercise, a list from an older scenario) is left out and reported, never guessed at.
"""

from typing import Final

import numpy as np

from contracts.control import Inject, InjectAction
from contracts.emitters import EMITTER_OF_NOTATION
from contracts.platforms import CODE_OF_PLATFORM, PLATFORM_TYPES, Domain
from producers.effects import ACTS
from producers.fleet import Emission, Order, usual_emissions
from producers.legs import Path
from producers.signatures import signature_of

_USUAL_HEIGHT_M: Final = 3_000.0
"""Of an injected aircraft when nobody says."""
_USUAL_SPEED_SHARE: Final = 0.5
"""An injected aircraft without a speed flies at this part of its fastest: none can stand still."""


def sort_out(
    injects: tuple[Inject, ...], platforms: frozenset[str], sensors: frozenset[str]
) -> tuple[tuple[Inject, ...], tuple[str, ...]]:
    """Return the injects that fit this world, and the ids of those that do not.

    Args:
        injects: in the order of acceptance; a later one may name a platform that an earlier makes.
        platforms: names that the scenario has.
        sensors: its sensors.
    """
    known = set(platforms)
    fit: list[Inject] = []
    ignored: list[str] = []
    for inject in injects:
        if not _fits(inject, known, sensors):
            ignored.append(inject.inject_id)
            continue
        fit.append(inject)
        if inject.request.action is InjectAction.NEW_TRACK:
            known.add(name_of(inject))
    return tuple(fit), tuple(ignored)


def name_of(inject: Inject) -> str:
    """Return the name of the platform that a new-track inject makes."""
    return inject.request.subject or inject.inject_id


def new_order(inject: Inject, startex_s: float) -> Order:
    """Return the orders of the platform that a new-track inject makes."""
    request = inject.request
    assert request.platform is not None
    assert request.lat_deg is not None
    assert request.lon_deg is not None
    kind = PLATFORM_TYPES[CODE_OF_PLATFORM[request.platform]]
    airborne = kind.domain is Domain.AIR
    side = request.identity or "neutral"
    begin_s = inject.effective_at_s - startex_s
    hovers = kind.name == "helicopter"
    usual_m_per_s = kind.speed_max_m_per_s * _USUAL_SPEED_SHARE if airborne and not hovers else 0.0
    height_m = request.height_m if request.height_m is not None else _USUAL_HEIGHT_M if airborne else 0.0
    name = name_of(inject)
    submerged = kind.domain is Domain.SUBSURFACE and height_m < 0.0
    return Order(
        name=name,
        platform=kind.name,
        side=side,
        path=Path(
            lat_rad=np.radians([request.lat_deg]),
            lon_rad=np.radians([request.lon_deg]),
            height_m=np.array([height_m]),
            speed_m_per_s=usual_m_per_s if request.speed_m_per_s is None else request.speed_m_per_s,
            course_rad=float(np.radians(request.course_deg or 0.0)),
        ),
        begin_s=begin_s,
        gone_s=float("inf") if request.duration_s is None else begin_s + request.duration_s,
        reports=side == "neutral" and signature_of(kind.name).reports,
        emissions=(Emission(request.emitter),) if request.emitter else usual_emissions(kind.name, side, name),
        surfaced_s=() if submerged else None,
        inject_id=inject.inject_id,
    )


def _fits(inject: Inject, platforms: set[str], sensors: frozenset[str]) -> bool:
    request = inject.request
    match request.action:
        case InjectAction.NEW_TRACK:
            return (
                request.platform in CODE_OF_PLATFORM
                and request.lat_deg is not None
                and request.lon_deg is not None
                and request.emitter in (None, *EMITTER_OF_NOTATION)
                and name_of(inject) not in platforms
            )
        case InjectAction.JAM:
            placed = None not in (request.lat_deg, request.lon_deg, request.radius_m)
            carried = request.subject in platforms and request.radius_m is not None
            return placed if request.subject is None else carried or request.subject in sensors
        case InjectAction.CYBER_ATTACK:
            return request.effect in ACTS and (request.subject in platforms or request.subject in sensors)
        case InjectAction.SENSOR_OFF | InjectAction.SENSOR_ON:
            return request.subject in sensors
        case InjectAction.REMOVE | InjectAction.SPOOF_AIS | InjectAction.EMITTER_OFF:
            return request.subject in platforms
        case InjectAction.EMITTER_ON:
            return request.subject in platforms and request.emitter in EMITTER_OF_NOTATION
