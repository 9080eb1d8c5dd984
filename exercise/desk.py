"""The inject desk: a request and what is known in, an answer out. Pure.

The desk checks that an action has what it needs and names nothing that does not exist, gives the
inject its id, and fixes the one exercise time at which every producer changes the world.
"""

import math
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from contracts.clock import exercise_time_s
from contracts.control import (
    INJECTS_MAX,
    ClockState,
    Inject,
    InjectAck,
    InjectAction,
    InjectRequest,
    SensorStatus,
)
from contracts.emitters import EMITTER_OF_NOTATION
from contracts.platforms import CODE_OF_PLATFORM, PLATFORM_TYPES, Domain
from contracts.reports import CyberEffect

NAMES_SHOWN_MAX: Final = 12
"""Most names that a refusal lists."""


class Refused(ValueError):
    """A request the desk cannot grant; its text says what was wanted and what came."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the desk knows when it decides.

    Attributes:
        clock: the exercise clock.
        wall_s: wall time now.
        sensors: every sensor that has introduced itself, by name.
        platforms: names of every platform that exists; empty when no truth has been heard yet.
        injects: what has been accepted so far, in that order.
    """

    clock: ClockState
    wall_s: float
    sensors: Mapping[str, SensorStatus]
    platforms: AbstractSet[str]
    injects: tuple[Inject, ...]

    def names(self) -> AbstractSet[str]:
        """Return every platform that exists or has been promised by an accepted inject."""
        return self.platforms | {
            platform_name(inject)
            for inject in self.injects
            if inject.request.action is InjectAction.NEW_TRACK
        }


def platform_name(inject: Inject) -> str:
    """Return the name of the platform that a new-track inject makes."""
    return inject.request.subject or inject.inject_id


def decide(request: InjectRequest, known: Known, lead_s: float) -> InjectAck:
    """Answer one request; asking again with the same id gives the same answer.

    Args:
        request: what a tester asks for.
        known: what the desk knows.
        lead_s: wall time between accepting and effect.

    Returns:
        The acknowledgement, with the accepted inject or with the reason of the refusal.
    """
    try:
        inject = _asked_before(request, known) or _accept(request, known, lead_s)
    except Refused as refusal:
        return InjectAck(
            exercise=known.clock.exercise,
            request_id=request.request_id,
            accepted=False,
            reason=str(refusal)[:1000],
        )
    return InjectAck(
        exercise=known.clock.exercise, request_id=request.request_id, accepted=True, inject=inject
    )


def _accept(request: InjectRequest, known: Known, lead_s: float) -> Inject:
    if request.exercise != known.clock.exercise:
        raise Refused(f"exercise: wanted {known.clock.exercise!r}, got {request.exercise!r}")
    if len(known.injects) >= INJECTS_MAX:
        raise Refused(f"the exercise has its {INJECTS_MAX} injects already; no more are taken")
    _CHECKS[request.action](request, known)
    now_s = exercise_time_s(known.clock, known.wall_s)
    effective_s = now_s + lead_s * known.clock.rate + request.delay_s
    return Inject(
        exercise=known.clock.exercise,
        inject_id=f"inj-{len(known.injects) + 1:04d}",
        # Whole milliseconds, rounded up: readable, and never before the lead is over.
        effective_at_s=math.ceil(effective_s * 1000.0) / 1000.0,
        accepted_at_s=known.wall_s,
        request=request,
    )


def _asked_before(request: InjectRequest, known: Known) -> Inject | None:
    """Return the inject that this very request has become already."""
    for inject in known.injects:
        if inject.request.request_id == request.request_id:
            # A repeated request may carry the time of the repetition.
            if request.model_copy(update={"requested_at_s": inject.request.requested_at_s}) == inject.request:
                return inject
            raise Refused(
                f"request_id: {request.request_id!r} was used for a different request "
                f"({inject.inject_id}); wanted a new one"
            )
    return None


def _check_new_track(request: InjectRequest, known: Known) -> None:
    _need(request, "platform", "lat_deg", "lon_deg")
    _refuse_fields(request, "radius_m", "offset_m", "effect")
    code = CODE_OF_PLATFORM.get(request.platform or "")
    kind = PLATFORM_TYPES[code] if code is not None else None
    if kind is None or kind.name.startswith("unknown") or kind.domain is Domain.LAND:
        wanted = [
            kind.name
            for kind in PLATFORM_TYPES
            if not kind.name.startswith("unknown") and kind.domain is not Domain.LAND
        ]
        raise Refused(f"platform: wanted one of {', '.join(wanted)}, got {request.platform!r}")
    if (request.speed_m_per_s or 0.0) > kind.speed_max_m_per_s:
        raise Refused(
            f"speed_m_per_s: wanted at most {kind.speed_max_m_per_s:.1f} for a {kind.name}, "
            f"got {request.speed_m_per_s}"
        )
    if kind.domain is Domain.SURFACE and (request.height_m or 0.0) != 0.0:
        raise Refused(f"height_m: wanted 0 or none for a {kind.name}, got {request.height_m}")
    if kind.domain is Domain.AIR and (request.height_m or 0.0) < 0.0:
        raise Refused(f"height_m: wanted 0 or more for a {kind.name}, got {request.height_m}")
    if request.subject is not None and request.subject in known.names() | known.sensors.keys():
        raise Refused(f"subject: wanted a name not in use yet, got {request.subject!r}")
    if request.emitter is not None:
        _need_emitter(request)


def _check_remove(request: InjectRequest, known: Known) -> None:
    _need_platform(request, known)
    _refuse_fields(request, "duration_s", "radius_m", "offset_m", "effect", "emitter")


def _check_jam(request: InjectRequest, known: Known) -> None:
    _refuse_fields(request, "offset_m", "emitter", "platform")
    if request.effect not in (None, "gnss", "radar"):
        raise Refused(f"effect: wanted gnss or radar, got {request.effect!r}")
    if request.subject is None:
        _need(request, "lat_deg", "lon_deg", "radius_m")
    elif request.subject in known.sensors:
        _refuse_fields(request, "lat_deg", "lon_deg")
    else:
        _need_platform(request, known, or_sensor=True)
        _need(request, "radius_m")


def _check_spoof_ais(request: InjectRequest, known: Known) -> None:
    _need_platform(request, known)
    _need(request, "offset_m")
    _refuse_fields(request, "radius_m", "effect", "emitter", "lat_deg", "lon_deg")


def _check_cyber_attack(request: InjectRequest, known: Known) -> None:
    _need(request, "subject", "effect")
    effects = [effect.value for effect in CyberEffect if effect is not CyberEffect.NONE]
    if request.subject not in known.sensors:
        _need_platform(request, known, or_sensor=True)
        effects.remove(CyberEffect.FORGED_REPORTS)
    if request.effect not in effects:
        raise Refused(f"effect: wanted one of {', '.join(effects)}, got {request.effect!r}")
    _refuse_fields(request, "radius_m", "emitter", "lat_deg", "lon_deg")


def _check_emitter_on(request: InjectRequest, known: Known) -> None:
    _need_platform(request, known)
    _need(request, "emitter")
    _need_emitter(request)
    _refuse_fields(request, "radius_m", "offset_m", "effect")


def _check_emitter_off(request: InjectRequest, known: Known) -> None:
    _need_platform(request, known)
    if request.emitter is not None:
        _need_emitter(request)
    _refuse_fields(request, "radius_m", "offset_m", "effect")


def _check_sensor_off(request: InjectRequest, known: Known) -> None:
    _need_sensor(request, known)
    _refuse_fields(request, "radius_m", "offset_m", "effect", "emitter")


def _check_sensor_on(request: InjectRequest, known: Known) -> None:
    _check_sensor_off(request, known)
    _refuse_fields(request, "duration_s")


_CHECKS: Final[Mapping[InjectAction, Callable[[InjectRequest, Known], None]]] = MappingProxyType(
    {
        InjectAction.NEW_TRACK: _check_new_track,
        InjectAction.REMOVE: _check_remove,
        InjectAction.JAM: _check_jam,
        InjectAction.SPOOF_AIS: _check_spoof_ais,
        InjectAction.CYBER_ATTACK: _check_cyber_attack,
        InjectAction.EMITTER_ON: _check_emitter_on,
        InjectAction.EMITTER_OFF: _check_emitter_off,
        InjectAction.SENSOR_OFF: _check_sensor_off,
        InjectAction.SENSOR_ON: _check_sensor_on,
    }
)


def _need(request: InjectRequest, *fields: str) -> None:
    missing = [field for field in fields if getattr(request, field) is None]
    if missing:
        raise Refused(f"{', '.join(missing)}: wanted with {request.action}, got nothing")


def _refuse_fields(request: InjectRequest, *fields: str) -> None:
    """Refuse what would silently be ignored: the asker expects something that will not happen."""
    for field in fields:
        if (value := getattr(request, field)) is not None:
            raise Refused(f"{field}: not used by {request.action}, got {value!r}; leave it out")


def _need_platform(request: InjectRequest, known: Known, *, or_sensor: bool = False) -> None:
    _need(request, "subject")
    names = known.names()
    if not names:
        raise Refused("subject: no truth has been heard yet, so no platform is known; are the producers up?")
    if request.subject not in names:
        what = "a platform's or sensor's name" if or_sensor else "a platform's name"
        choice = names | known.sensors.keys() if or_sensor else names
        raise Refused(f"subject: wanted {what} ({_like(request.subject, choice)}), got {request.subject!r}")


def _need_sensor(request: InjectRequest, known: Known) -> None:
    _need(request, "subject")
    if request.subject not in known.sensors:
        raise Refused(
            f"subject: wanted a sensor's name ({_like(request.subject, known.sensors.keys())}), "
            f"got {request.subject!r}"
        )


def _need_emitter(request: InjectRequest) -> None:
    if request.emitter not in EMITTER_OF_NOTATION:
        raise Refused(
            f"emitter: wanted one of {', '.join(sorted(EMITTER_OF_NOTATION))}, got {request.emitter!r}"
        )


def _like(name: str | None, names: AbstractSet[str]) -> str:
    """Return the names a person may have meant: those that share the beginning first."""
    start = (name or "")[:3].lower()
    nearest = sorted(names, key=lambda known: (not known.lower().startswith(start), known))
    more = f" and {len(nearest) - NAMES_SHOWN_MAX} more" if len(nearest) > NAMES_SHOWN_MAX else ""
    return f"one of {', '.join(nearest[:NAMES_SHOWN_MAX])}{more}" if nearest else "none is known yet"
