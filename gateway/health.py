"""Health: every part of the system as one scope may see it. docs/reference/health.md explains each number."""

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from contracts.control import DeadLetter
from contracts.labels import SCOPES, Nation, Scope, visible
from contracts.topics import Discipline
from gateway.access import WHITE_CELL
from gateway.feeds import DEAD_LETTERS_MAX, HeardSensor, HeardService
from gateway.hub import PRESENTED_MAX, Hub

SILENT_S: Final = 20.0
"""A service or sensor speaks every 5 s; after four times that it counts as silent."""

LATE_S: Final = 5.0
"""How long after it was due a picture is late."""


class Part(BaseModel):
    """A part of Health."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BrokerHealth(Part):
    """The way to the broker."""

    connected: bool
    connections: int
    inbox_dropped: int


class PictureHealth(Part):
    """A scope's newest picture and what became of the others.

    Attributes:
        age_s: wall seconds since the gateway got it.
        late: the next one is overdue.
        gaps: cycles that never came.
        older: ignored, a newer one was held.
        replaced: replaced by a newer one before they were decoded.
        refused: malformed ones, by reason.
    """

    scope: Scope
    cycle: int | None
    cycle_s: float | None
    tracks: int | None
    valid_at_s: float | None
    published_at_s: float | None
    next_due_at_s: float | None
    age_s: float | None
    late: bool
    caught_up: bool | None
    size_bytes: int | None
    pictures: int
    gaps: int
    older: int
    replaced: int
    refused: dict[str, int]
    last_refusal: str
    presented: int
    last_presented_at_s: float | None


class ServiceHealth(Part):
    """A service; its counters are told to the white cell only, they count what capitals may not see."""

    service: str
    state: Literal["online", "offline", "silent"]
    started_at_s: float
    last_seen_s: float
    silent_s: float
    counters: dict[str, float] | None


class SensorHealthNow(Part):
    """A sensor, if the scope may see it.

    Attributes:
        committed_sequence: newest batch that fusion has on disk; None before the first.
    """

    sensor: str
    nation: Nation
    discipline: Discipline
    sensor_kind: str
    state: Literal["online", "degraded", "offline", "silent"]
    last_seen_s: float
    silent_s: float
    reports_per_s: float | None
    batches_sent: int
    reports_sent: int
    outbox: int
    outbox_dropped: int
    resent: int
    committed_sequence: int | None


class DeadLetterHealth(Part):
    """Refused reports; for the white cell."""

    total: int
    by_reason: dict[str, int]
    newest: tuple[DeadLetter, ...]


class SessionHealth(Part):
    """Browsers of the scopes that one sees."""

    open: int
    open_by_scope: dict[str, int]
    sessions_max: int


class QueueHealth(Part):
    """A bounded queue of the gateway's own."""

    queue: str
    fill: int
    fill_max: int
    dropped: int


class Health(Part):
    """Everything. ``reasons`` says in words what makes ``state`` degraded."""

    simulated: Literal[True] = True
    exercise: str
    scope: Scope
    state: Literal["ok", "degraded"]
    reasons: tuple[str, ...]
    at_s: float
    started_at_s: float
    access: Literal["open", "tokens"]
    broker: BrokerHealth
    pictures: tuple[PictureHealth, ...]
    services: tuple[ServiceHealth, ...]
    sensors: tuple[SensorHealthNow, ...]
    watermarks: dict[str, int] | None
    dead_letters: DeadLetterHealth | None
    refused: dict[str, int] | None
    sessions: SessionHealth
    queues: tuple[QueueHealth, ...]


def health(hub: Hub, scope: Scope) -> Health:
    """Return Health as a scope may see it."""
    now_s = hub.wall.now_s()
    white_cell = scope == WHITE_CELL
    scopes = SCOPES if white_cell else (scope,)
    broker = BrokerHealth(
        connected=hub.connected, connections=hub.connections, inbox_dropped=hub.inbox_dropped
    )
    pictures = tuple(_picture(hub, one, now_s) for one in scopes)
    services = tuple(
        _service(heard, now_s, counters=white_cell) for _, heard in sorted(hub.heard.services.items())
    )
    sensors = tuple(
        _sensor(hub, heard, now_s)
        for _, heard in sorted(hub.heard.sensors.items())
        if visible(heard.status.label, scope)
    )
    reasons = tuple(_reasons(broker, pictures, services, sensors))
    return Health(
        exercise=hub.settings.exercise,
        scope=scope,
        state="degraded" if reasons else "ok",
        reasons=reasons,
        at_s=now_s,
        started_at_s=hub.started_at_s,
        access="tokens" if hub.settings.tokens else "open",
        broker=broker,
        pictures=pictures,
        services=services,
        sensors=sensors,
        watermarks={name: len(mark.marks) for name, mark in hub.heard.watermarks.items()}
        if white_cell
        else None,
        dead_letters=_dead_letters(hub) if white_cell else None,
        refused=dict(hub.heard.refused) if white_cell else None,
        sessions=SessionHealth(
            open=sum(hub.tally.open[one] for one in scopes),
            open_by_scope={one: hub.tally.open[one] for one in scopes},
            sessions_max=hub.settings.sessions_max,
        ),
        queues=_queues(hub, scopes, white_cell=white_cell),
    )


def _reasons(
    broker: BrokerHealth,
    pictures: tuple[PictureHealth, ...],
    services: tuple[ServiceHealth, ...],
    sensors: tuple[SensorHealthNow, ...],
) -> list[str]:
    reasons = [] if broker.connected else ["broker: not connected"]
    reasons += [f"picture {picture.scope}: {_trouble(picture)}" for picture in pictures if _trouble(picture)]
    reasons += [f"service {one.service}: {one.state}" for one in services if one.state != "online"]
    reasons += [f"sensor {one.sensor}: {one.state}" for one in sensors if one.state != "online"]
    return reasons


def _trouble(picture: PictureHealth) -> str:
    if picture.cycle is None:
        return "none yet"
    if picture.late:
        return "late"
    return "" if picture.caught_up else "catching up"


def _picture(hub: Hub, scope: Scope, now_s: float) -> PictureHealth:
    state = hub.scopes[scope]
    held = state.picture.held if state.picture is not None else None
    published = held.published if held is not None else None
    presented = hub.heard.presented.get(scope)
    running = hub.clock is None or hub.clock.running
    return PictureHealth(
        scope=scope,
        cycle=published.cycle if published else None,
        cycle_s=published.cycle_s if published else None,
        tracks=held.picture.tracks if held else None,
        valid_at_s=held.picture.valid_at_s if held else None,
        published_at_s=published.published_at_s if published else None,
        next_due_at_s=published.next_due_at_s if published else None,
        age_s=now_s - held.received_at_s if held else None,
        late=published is not None and running and now_s > published.next_due_at_s + LATE_S,
        caught_up=published.caught_up if published else None,
        size_bytes=held.size_bytes if held else None,
        pictures=state.pictures,
        gaps=state.gaps,
        older=state.older,
        replaced=state.replaced,
        refused=dict(state.refused),
        last_refusal=state.last_refusal,
        presented=hub.heard.presented_count[scope],
        last_presented_at_s=presented.presented_at_s if presented else None,
    )


def _service(heard: HeardService, now_s: float, *, counters: bool) -> ServiceHealth:
    status = heard.status
    silent_s = now_s - heard.received_at_s
    return ServiceHealth(
        service=status.service,
        state="silent" if status.state == "online" and silent_s > SILENT_S else status.state,
        started_at_s=status.started_at_s,
        last_seen_s=heard.received_at_s,
        silent_s=silent_s,
        counters=status.counters if counters else None,
    )


def _sensor(hub: Hub, heard: HeardSensor, now_s: float) -> SensorHealthNow:
    status = heard.status
    silent_s = now_s - heard.received_at_s
    return SensorHealthNow(
        sensor=status.sensor,
        nation=status.nation,
        discipline=status.discipline,
        sensor_kind=status.sensor_kind,
        state="silent" if status.state != "offline" and silent_s > SILENT_S else status.state,
        last_seen_s=heard.received_at_s,
        silent_s=silent_s,
        reports_per_s=heard.reports_per_s,
        batches_sent=status.batches_sent,
        reports_sent=status.reports_sent,
        outbox=status.outbox,
        outbox_dropped=status.outbox_dropped,
        resent=status.resent,
        committed_sequence=_committed(hub, status.sensor),
    )


def _committed(hub: Hub, sensor: str) -> int | None:
    marks = (watermark.marks.get(sensor) for watermark in hub.heard.watermarks.values())
    sequences = [mark.sequence for mark in marks if mark is not None]
    return min(sequences) if sequences else None


def _dead_letters(hub: Hub) -> DeadLetterHealth:
    by_reason: Mapping[str, int] = hub.heard.dead_letters_by_reason
    return DeadLetterHealth(
        total=sum(by_reason.values()),
        by_reason=dict(by_reason),
        newest=tuple(
            letter.model_copy(update={"payload_hex": ""}) for letter in reversed(hub.heard.dead_letters)
        ),
    )


def _queues(hub: Hub, scopes: tuple[Scope, ...], *, white_cell: bool) -> tuple[QueueHealth, ...]:
    waiting = sum(hub.waiting(scope) for scope in scopes)
    replaced = sum(hub.scopes[scope].replaced for scope in scopes)
    queues = [QueueHealth(queue="pictures to decode", fill=waiting, fill_max=len(scopes), dropped=replaced)]
    if white_cell:
        queues += [
            QueueHealth(
                queue="presented frames to publish",
                fill=hub.presented_waiting,
                fill_max=PRESENTED_MAX,
                dropped=hub.tally.presented_dropped,
            ),
            QueueHealth(
                queue="dead letters kept",
                fill=len(hub.heard.dead_letters),
                fill_max=DEAD_LETTERS_MAX,
                dropped=max(0, hub.heard.dead_letters_by_reason.total() - DEAD_LETTERS_MAX),
            ),
        ]
    return tuple(queues)
