"""Builds the other messages that a gateway hears."""

from typing import Any, Final

from contracts import topics
from contracts.codec import encode
from contracts.control import (
    ClockState,
    DeadLetter,
    Inject,
    InjectAction,
    InjectList,
    InjectRequest,
    SensorStatus,
    ServiceStatus,
)
from contracts.labels import Nation
from contracts.memory import MemoryBroker
from contracts.picture import Picture
from tests.gateway.pictures import EXERCISE, STARTEX_S, WALL_S, a_label, a_published

INJECTED_AT_S: Final = STARTEX_S + 100.0


def a_clock(
    *,
    wall_at_s: float = WALL_S,
    exercise_at_s: float = STARTEX_S,
    startex_s: float = STARTEX_S,
    rate: float = 1.0,
    running: bool = True,
    revision: int = 1,
    run: int = 0,
    exercise: str = EXERCISE,
) -> ClockState:
    return ClockState(
        exercise=exercise,
        startex_s=startex_s,
        wall_at_s=wall_at_s,
        exercise_at_s=exercise_at_s,
        rate=rate,
        running=running,
        revision=revision,
        run=run,
    )


def a_request(request_id: str = "ask-1", **fields: Any) -> InjectRequest:
    known = {"exercise": EXERCISE, "action": "remove", "subject": "mv-example", "requested_at_s": WALL_S}
    return InjectRequest.model_validate({**known, "request_id": request_id, **fields})


def an_inject(number: int = 1, request: InjectRequest | None = None) -> Inject:
    return Inject(
        exercise=EXERCISE,
        inject_id=f"inj-{number:04d}",
        effective_at_s=INJECTED_AT_S,
        accepted_at_s=WALL_S,
        request=request or a_request(action=InjectAction.REMOVE),
    )


def injects(*accepted: Inject) -> InjectList:
    return InjectList(exercise=EXERCISE, injects=accepted)


def a_sensor(
    name: str = "kor-coast-1",
    *,
    nation: Nation = "KOR",
    seen_by: tuple[Nation, ...] = ("USA", "JPN", "KOR"),
    at_s: float = WALL_S,
    **fields: Any,
) -> SensorStatus:
    known = {
        "exercise": EXERCISE,
        "nation": nation,
        "discipline": "radar",
        "sensor": name,
        "sensor_kind": "radar",
        "state": "online",
        "at_s": at_s,
        "label": a_label(*seen_by),
    }
    return SensorStatus.model_validate({**known, **fields})


def a_service(name: str = "fusion", **fields: Any) -> ServiceStatus:
    known = {
        "exercise": EXERCISE,
        "service": name,
        "state": "online",
        "at_s": WALL_S,
        "started_at_s": WALL_S - 60.0,
        "counters": {"batches": 12.0},
    }
    return ServiceStatus.model_validate({**known, **fields})


def a_dead_letter(reason: str = "future", **fields: Any) -> DeadLetter:
    known = {
        "exercise": EXERCISE,
        "topic": topics.reports(EXERCISE, "KOR", "radar", "kor-coast-1"),
        "reason": reason,
        "field": "measured_to_s",
        "detail": "wanted the past, got the future",
        "received_at_s": WALL_S,
        "size_bytes": 10,
        "payload_hex": "00",
    }
    return DeadLetter.model_validate({**known, **fields})


def publish(broker: MemoryBroker, picture: Picture, *, wall_s: float = WALL_S, retain: bool = True) -> None:
    """Put a picture on the broker, as fusion does."""
    published = a_published(picture, wall_s=wall_s, cycle_s=picture.valid_at_s - picture.valid_from_s)
    broker.deliver(topics.picture(EXERCISE, picture.scope), encode(published), retain=retain)


def introduce(broker: MemoryBroker, *sensors: SensorStatus) -> None:
    """Put sensors' statuses on the broker."""
    for sensor in sensors:
        topic = topics.sensor_status(EXERCISE, sensor.nation, sensor.discipline, sensor.sensor)
        broker.deliver(topic, encode(sensor, "json"), retain=True)
