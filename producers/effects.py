"""What goes wrong in the exercise, and when: jamming, spoofing, attacks, sensors switched off.

An effect comes from the scenario or from an inject; both become the same value. What it does to
reports is written in the sensors, each in one place.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal, get_args

from contracts.control import Inject, InjectAction
from contracts.reports import CyberCategory, CyberEffect
from producers.scenario_rows import EffectRow

Act = Literal["off", "jam", "loss", "delay", "degraded-accuracy", "spoofed-position", "forged-reports"]
AssetKind = Literal["sensor", "platform", "area"]
ACTS: Final[tuple[Act, ...]] = get_args(Act)

_MINUTE_S: Final = 60.0

MAGNITUDES: Final = MappingProxyType(
    {
        "off": 1.0,
        "jam": 400.0,
        "loss": 0.8,
        "delay": 20.0,
        "degraded-accuracy": 4.0,
        "spoofed-position": 5_000.0,
        "forged-reports": 5.0,
    }
)
"""How strong an effect is when nobody says: metres of GNSS error, share of reports lost, seconds of
delay, factor on the errors, metres of displacement, number of false objects."""

RADAR_JAM_DB: Final = 20.0
"""Loss of signal-to-noise of a jammed radar when nobody says."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect on one asset.

    Attributes:
        name: the scenario's name for it, or the inject's id.
        asset: what it strikes; ``asset_id`` says which sensor, platform or area.
        act: what happens to its reports.
        band: what jamming strikes: receivers of satellite navigation, or radars.
        magnitude: in the unit of the act, as in :data:`MAGNITUDES`; dB for a radar that is jammed.
        course_rad: direction of a displacement.
        carrier: platform about which an area moves; empty for a fixed one.
        inject_id: the inject it comes from; empty for the scenario's own.
    """

    name: str
    asset: AssetKind
    asset_id: str
    act: Act
    from_s: float
    to_s: float
    magnitude: float
    band: Literal["gnss", "radar"] = "gnss"
    course_rad: float = math.pi / 2.0
    lat_deg: float | None = None
    lon_deg: float | None = None
    radius_m: float = 0.0
    carrier: str = ""
    inject_id: str = ""

    def active(self, at_s: float) -> bool:
        """Return whether it works at a time."""
        return self.from_s <= at_s < self.to_s


class UnknownEffect(ValueError):
    """An attack whose effect is none that we know."""

    def __init__(self, effect: str | None) -> None:
        self.effect = effect
        super().__init__(f"effect: wanted one of {', '.join(ACTS)}, got {effect!r}")


def all_effects(
    rows: Iterable[EffectRow], injects: Iterable[Inject], sensors: frozenset[str], startex_s: float
) -> tuple[Effect, ...]:
    """Return the effects that the scenario plans and those that injects add.

    Args:
        rows: of the scenario.
        injects: accepted ones.
        sensors: names of the scenario's sensors: an inject's subject is one of them or a platform.
        startex_s: when the exercise begins.

    Raises:
        UnknownEffect: an inject asks for an effect that there is not; the inject desk lets none
            such through.
    """
    effects = [_planned(row, startex_s) for row in rows]
    for inject in injects:
        if inject.request.action is InjectAction.SENSOR_ON:
            effects = [_switched_on(effect, inject) for effect in effects]
        elif inject.request.action in _KINDS:
            effects.append(_injected(inject, sensors))
    return tuple(effects)


def cyber_words(effect: Effect) -> tuple[CyberCategory, str, CyberEffect]:
    """Return category, technique (ATT&CK) and effect, as a watch floor would put them."""
    match effect.act:
        case "jam":
            # T1464: network denial of service, which covers jamming; T0814: denial of service.
            return CyberCategory.JAMMING, "T1464", CyberEffect.DEGRADED_ACCURACY
        case "loss" | "off":
            return CyberCategory.DENIAL_OF_SERVICE, "T0814", CyberEffect.LOSS
        case "delay":
            return CyberCategory.DENIAL_OF_SERVICE, "T0814", CyberEffect.DELAY
        case "degraded-accuracy":
            # T0832: manipulation of view.
            return CyberCategory.DATA_MANIPULATION, "T0832", CyberEffect.DEGRADED_ACCURACY
        case "spoofed-position":
            # T0856: spoof reporting message.
            category = (
                CyberCategory.SPOOFING if effect.asset == "platform" else CyberCategory.DATA_MANIPULATION
            )
            return category, "T0856", CyberEffect.SPOOFED_POSITION
        case "forged-reports":
            return CyberCategory.DATA_MANIPULATION, "T0856", CyberEffect.FORGED_REPORTS


_KINDS: Final = MappingProxyType(
    {
        InjectAction.JAM: "jam",
        InjectAction.SPOOF_AIS: "spoof-ais",
        InjectAction.CYBER_ATTACK: "cyber-attack",
        InjectAction.SENSOR_OFF: "sensor-off",
    }
)


def _planned(row: EffectRow, startex_s: float) -> Effect:
    plain = _plain(row.name, row.kind, row.effect, row.sensor, row.platform)
    # A displacement is given as offset_m, everything else as magnitude.
    given = row.offset_m if plain.act == "spoofed-position" else row.magnitude
    return replace(
        plain,
        from_s=startex_s + row.from_min * _MINUTE_S,
        to_s=math.inf if row.to_min is None else startex_s + row.to_min * _MINUTE_S,
        magnitude=plain.magnitude if given is None else given,
        course_rad=plain.course_rad if row.course_deg is None else math.radians(row.course_deg),
        lat_deg=row.lat,
        lon_deg=row.lon,
        radius_m=0.0 if row.radius_km is None else row.radius_km * 1000.0,
    )


def _injected(inject: Inject, sensors: frozenset[str]) -> Effect:
    request = inject.request
    sensor = request.subject if request.subject in sensors else None
    platform = request.subject if sensor is None else None
    plain = _plain(inject.inject_id, _KINDS[request.action], request.effect, sensor, platform)
    given = request.offset_m if plain.act == "spoofed-position" else None
    lasts_s = math.inf if request.duration_s is None else request.duration_s
    return replace(
        plain,
        from_s=inject.effective_at_s,
        to_s=inject.effective_at_s + lasts_s,
        magnitude=plain.magnitude if given is None else given,
        course_rad=plain.course_rad if request.course_deg is None else math.radians(request.course_deg),
        lat_deg=request.lat_deg,
        lon_deg=request.lon_deg,
        radius_m=request.radius_m or 0.0,
        inject_id=inject.inject_id,
    )


def _plain(name: str, kind: str, effect: str | None, sensor: str | None, platform: str | None) -> Effect:
    """Return an effect of the usual strength, its time and place still open."""
    act = _act(kind, effect)
    against_radar = act == "jam" and (effect == "radar" or sensor is not None)
    moving_area = act == "jam" and sensor is None and platform is not None
    asset: AssetKind = "sensor" if sensor else "platform" if platform and act != "jam" else "area"
    return Effect(
        name=name,
        asset=asset,
        asset_id=(sensor or platform or name) if asset != "area" else name,
        act=act,
        from_s=0.0,
        to_s=math.inf,
        magnitude=RADAR_JAM_DB if against_radar else MAGNITUDES[act],
        band="radar" if against_radar else "gnss",
        carrier=(platform or "") if moving_area else "",
    )


def _act(kind: str, effect: str | None) -> Act:
    if kind == "spoof-ais":
        return "spoofed-position"
    if kind == "sensor-off":
        return "off"
    if kind == "jam":
        return "jam"
    for act in ACTS:
        if act == effect:
            return act
    raise UnknownEffect(effect)


def _switched_on(effect: Effect, inject: Inject) -> Effect:
    """End an effect that holds the inject's sensor off."""
    held = effect.act == "off" and effect.asset_id == inject.request.subject
    return replace(effect, to_s=min(effect.to_s, inject.effective_at_s)) if held else effect
