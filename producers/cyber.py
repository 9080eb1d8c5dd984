"""A cyber watch floor: events on assets, found late, believed by degrees, and sometimes false.

Each incident and each false alarm is a small story that depends on the seed alone: when it is found,
what is said of it then and every half minute after, and when it is closed. A batch holds what was
said in its interval.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from contracts.columns import FloatArray
from contracts.geodesy import SEMI_MAJOR_M, to_geodetic
from contracts.reports import CyberCategory, CyberEffect, CyberEvent, CyberEvents
from producers.chance import generator, stable_hash
from producers.effects import AssetKind, Effect, cyber_words
from producers.produced import NOBODY, Produced, attribute
from producers.scenario_rows import WatchFloorRow
from producers.world import World

UPDATE_EVERY_S: Final = 30.0
"""How often an open event is assessed again."""
_UPDATES_MAX: Final = 2_880
"""An event is followed for a day at most."""
_CLOSING_S: Final = 45.0
"""How long after the last sign of it an event is closed."""
_CONFIDENCE_LAST: Final = 0.95
_BELIEF_GAIN: Final = 0.35
"""Part of what is missing to full confidence that each assessment adds."""
_AREA_ERROR: Final = 0.15
"""Errors of centre, radius and magnitude as the floor estimates them, relative."""
_MAGNITUDE_MAX: Final = 1e6
"""The contract's bound."""
_HOUR_S: Final = 3600.0
_FALSE_LASTS_S: Final = (60.0, 300.0)

_FALSE_WORDS: Final = (
    (CyberCategory.INTRUSION, "T0866", CyberEffect.NONE, "unusual sign-in to the site's network"),
    (CyberCategory.MALWARE, "T0843", CyberEffect.NONE, "unsigned program on a maintenance terminal"),
    (CyberCategory.DENIAL_OF_SERVICE, "T0814", CyberEffect.DELAY, "gaps in the site's link"),
    (CyberCategory.DATA_MANIPULATION, "T0832", CyberEffect.DEGRADED_ACCURACY, "plots look unsteady"),
)


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that a floor follows, real or not.

    Attributes:
        began_s: when it really began, as far as the floor can tell afterwards.
        found_s: when the floor notices.
        ended_s: when it ends; the event is closed some time later.
        confidence: at first.
    """

    event_id: str
    category: CyberCategory
    technique: str
    effect: CyberEffect
    asset_kind: AssetKind
    asset_id: str
    summary: str
    magnitude: float
    began_s: float
    found_s: float
    ended_s: float
    confidence: float
    real: bool
    lat_deg: float | None = None
    lon_deg: float | None = None
    radius_m: float | None = None


def watch(row: WatchFloorRow, world: World, sequence: int, produced_at_s: float) -> Produced:
    """Return batch number ``sequence`` of a watch floor: what it says in one interval."""
    from_s = world.startex_s + sequence * row.step_s
    to_s = world.startex_s + (sequence + 1) * row.step_s
    own = world.effects_on(row.name, from_s)
    silent = any(effect.act in ("off", "loss") for effect in own)
    events = () if silent else tuple(_said(row, world, from_s, to_s))
    batch = CyberEvents(
        exercise=world.scenario.exercise,
        nation=row.nation,
        sensor=row.name,
        sequence=sequence,
        measured_from_s=from_s,
        measured_to_s=to_s,
        produced_at_s=produced_at_s,
        label=row.label,
        reliability=row.reliability,
        events=events,
    )
    return attribute(batch, [NOBODY] * len(events), world)


def _said(row: WatchFloorRow, world: World, from_s: float, to_s: float) -> Iterator[CyberEvent]:
    for incident in (*_incidents(row.name, world), *_false_alarms(row, world, to_s)):
        yield from _assessments(incident, from_s, to_s)


def _assessments(incident: Incident, from_s: float, to_s: float) -> Iterator[CyberEvent]:
    """Yield what is said of an incident within [from, to): first word, updates, closing word."""
    closed_s = max(incident.ended_s, incident.found_s) + _CLOSING_S
    if incident.found_s >= to_s or closed_s < from_s:
        return
    first = max(0, int((from_s - incident.found_s) // UPDATE_EVERY_S))
    for update in range(first, min(first + 2 + int((to_s - from_s) / UPDATE_EVERY_S), _UPDATES_MAX)):
        at_s = incident.found_s + update * UPDATE_EVERY_S
        if from_s <= at_s < min(to_s, closed_s):
            yield _event(incident, at_s, update, closed=False)
    if from_s <= closed_s < to_s:
        updates = min(_UPDATES_MAX, int((closed_s - incident.found_s) / UPDATE_EVERY_S))
        yield _event(incident, closed_s, updates, closed=True)


def _event(incident: Incident, at_s: float, update: int, *, closed: bool) -> CyberEvent:
    gained = (1.0 - _BELIEF_GAIN) ** update if incident.real else 1.0
    confidence = _CONFIDENCE_LAST - (_CONFIDENCE_LAST - incident.confidence) * gained
    return CyberEvent(
        event_id=incident.event_id,
        category=incident.category,
        technique=incident.technique,
        asset_kind=incident.asset_kind,
        asset_id=incident.asset_id,
        effect=incident.effect,
        magnitude=incident.magnitude,
        confidence=round(confidence if incident.real else incident.confidence, 3),
        measured_at_s=at_s,
        first_seen_s=incident.began_s,
        last_seen_s=min(at_s, incident.ended_s),
        closed=closed,
        lat_deg=incident.lat_deg,
        lon_deg=incident.lon_deg,
        radius_m=incident.radius_m,
        summary=incident.summary,
    )


@lru_cache(maxsize=8)
def _incidents(name: str, world: World) -> tuple[Incident, ...]:
    """Return the stories that do not depend on the hour; there may be thousands of injects behind them."""
    (row,) = (floor for floor in world.scenario.watch_floors if floor.name == name)
    return (*_found(row, world), *_forged(row, world))


def _found(row: WatchFloorRow, world: World) -> Iterator[Incident]:
    """Yield the incidents that this floor comes to know of: on its own sensors, on claims and in areas."""
    own = {sensor.name for sensor in world.scenario.sensors if sensor.nation == row.nation}
    for effect in world.effects:
        if effect.asset == "sensor" and effect.asset_id not in own:
            continue
        rng = generator(world.seed, f"{row.name}/{effect.name}")
        late_s = float(rng.exponential(row.discovery_s))
        noticed = rng.random() < row.discovery_probability
        off = 1.0 + _AREA_ERROR * rng.standard_normal(4)
        confidence = float(rng.uniform(0.5, 0.75))
        asset_id = _asset_id(effect, world, row)
        if not noticed or effect.act == "off" or asset_id is None:
            continue
        category, technique, consequence = cyber_words(effect)
        found_s = effect.from_s + late_s
        yield Incident(
            event_id=_event_id(row, f"{world.seed}/{effect.name}"),
            category=category,
            technique=technique,
            effect=consequence,
            asset_kind=effect.asset,
            asset_id=asset_id,
            summary=f"{category.value}, {consequence.value} of {effect.asset} {asset_id}",
            magnitude=round(min(max(effect.magnitude * float(off[0]), 0.0), _MAGNITUDE_MAX), 3),
            began_s=effect.from_s,
            found_s=found_s,
            ended_s=effect.to_s,
            confidence=confidence,
            real=True,
            **_where(effect, world, found_s, off[1:]),
        )


def _false_alarms(row: WatchFloorRow, world: World, until_s: float) -> Iterator[Incident]:
    """Yield what the floor takes for incidents by chance."""
    own = _own_sensors(row, world)
    if not own:
        return
    hour = int((until_s - world.startex_s) // _HOUR_S)
    for bucket in range(max(hour - 1, 0), hour + 1):
        rng = generator(world.seed, f"{row.name}/false-alarms", bucket)
        for number in range(int(rng.poisson(row.false_alarms_per_hour))):
            found_s = world.startex_s + (bucket + float(rng.random())) * _HOUR_S
            lasts_s = float(rng.uniform(*_FALSE_LASTS_S))
            yield _made_up(row, own, rng, f"{world.seed}/false/{bucket}/{number}", found_s, found_s + lasts_s)


def _forged(row: WatchFloorRow, world: World) -> Iterator[Incident]:
    """Yield what an attacker makes the floor say."""
    own = _own_sensors(row, world)
    for effect in world.effects:
        if own and effect.asset_id == row.name and effect.act == "forged-reports":
            rng = generator(world.seed, f"forged/{effect.name}")
            yield _made_up(row, own, rng, f"{world.seed}/forged/{effect.name}", effect.from_s, effect.to_s)


def _own_sensors(row: WatchFloorRow, world: World) -> list[str]:
    """Return the names of the sensors of the floor's nation, watch floors left out."""
    return [
        sensor.name
        for sensor in world.scenario.sensors
        if sensor.nation == row.nation and not isinstance(sensor, WatchFloorRow)
    ]


def _made_up(
    row: WatchFloorRow, sensors: list[str], rng: np.random.Generator, key: str, found_s: float, ended_s: float
) -> Incident:
    category, technique, consequence, summary = _FALSE_WORDS[int(rng.integers(len(_FALSE_WORDS)))]
    return Incident(
        event_id=_event_id(row, key),
        category=category,
        technique=technique,
        effect=consequence,
        asset_kind="sensor",
        asset_id=sensors[int(rng.integers(len(sensors)))],
        summary=summary,
        magnitude=1.0,
        began_s=found_s,
        found_s=found_s,
        ended_s=ended_s,
        confidence=float(rng.uniform(0.2, 0.5)),
        real=False,
    )


def _event_id(row: WatchFloorRow, key: str) -> str:
    """Return an id that says nothing of what is behind it: real and false alarms look alike."""
    return f"{row.name[:28]}-{stable_hash(key) % 16**8:08x}"


def _asset_id(effect: Effect, world: World, row: WatchFloorRow) -> str | None:
    """Return the asset as the floor knows it; None for what it cannot know of."""
    if effect.asset == "sensor":
        return effect.asset_id
    if effect.asset == "area":
        return f"area-{stable_hash(f'{world.seed}/{row.name}/{effect.name}') % 16**6:06x}"
    place = world.fleet.place_of.get(effect.asset_id)
    claimed_id = 0 if place is None else int(world.fleet.claimed_id[place])
    return str(claimed_id) if claimed_id else None


def _where(effect: Effect, world: World, at_s: float, off: FloatArray) -> dict[str, float]:
    """Return centre and radius of an area, as well as the floor can estimate them."""
    if effect.asset != "area":
        return {}
    centre_m = world.centre(effect, at_s)
    if centre_m is None:
        return {}
    lat_rad, lon_rad, _ = to_geodetic(centre_m)
    degree = float(np.degrees(effect.radius_m / SEMI_MAJOR_M)) * 0.3
    lat_deg = float(np.degrees(lat_rad)) + degree * float(off[0] - 1.0)
    lon_deg = float(np.degrees(lon_rad)) + degree * float(off[1] - 1.0) / max(float(np.cos(lat_rad)), 0.01)
    return {
        "lat_deg": float(np.clip(lat_deg, -90.0, 90.0)),
        "lon_deg": (lon_deg + 180.0) % 360.0 - 180.0,
        "radius_m": max(effect.radius_m * float(off[2]), 1.0),
    }
