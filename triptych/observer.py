"""What can be seen of a running exercise from its broker: who is there, and which pictures come."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from contracts import topics
from contracts.broker import Broker, Session, stay_connected
from contracts.codec import MalformedMessage, decode
from contracts.control import ClockState, SensorStatus, ServiceStatus
from contracts.labels import SCOPES
from contracts.picture import Picture, PublishedPicture

_DROPPED_TRACKS: Final = frozenset(f"{scope.lower()}_dropped" for scope in SCOPES)
"""Counters of fusion: tracks that it no longer believes in, which is no loss."""

LATE_MAX: Final = 10_000
"""Newest pictures whose lateness is kept."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Seen:
    """What has been seen so far.

    Attributes:
        services: newest status of each service, by name.
        sensors: newest status of each sensor, by name.
        clock: the exercise clock; none before it was seen.
        newest: the newest picture, also one that the broker had kept; none before it was seen.
        first_cycle: number of the first picture that came while observing.
        last_cycle: number of the newest one.
        pictures: how many came while observing.
        missing: cycles between the first and the last that never came.
        tracks: tracks in the newest picture.
        late_s: how late after its due time each of the newest pictures was published.
        malformed: messages that could not be read.
    """

    services: dict[str, ServiceStatus] = field(default_factory=dict[str, ServiceStatus])
    sensors: dict[str, SensorStatus] = field(default_factory=dict[str, SensorStatus])
    clock: ClockState | None = None
    newest: PublishedPicture | None = None
    first_cycle: int | None = None
    last_cycle: int | None = None
    pictures: int = 0
    missing: int = 0
    tracks: int = 0
    late_s: deque[float] = field(default_factory=lambda: deque[float](maxlen=LATE_MAX))
    malformed: int = 0

    def is_online(self, service: str, since_s: float = 0.0) -> bool:
        """Return whether a service that was started at or after a wall time says that it is there."""
        status = self.services.get(service)
        return status is not None and status.state == "online" and status.started_at_s >= since_s

    def dropped(self) -> dict[str, float]:
        """Return which messages were dropped anywhere, by service and counter, zeros left out."""
        return {
            f"{service}.{counter}": value
            for service, status in self.services.items()
            for counter, value in status.counters.items()
            if "dropped" in counter and counter not in _DROPPED_TRACKS and value
        }


class Observer:
    """Listens to one exercise."""

    def __init__(
        self, exercise: str, on_picture: Callable[[PublishedPicture, int], None] | None = None
    ) -> None:
        """Observe nothing yet.

        Args:
            exercise: which one.
            on_picture: called with every picture of the white cell and its number of tracks.
        """
        self.seen = Seen()
        self._exercise = exercise
        self._on_picture = on_picture
        self._changed = asyncio.Condition()

    async def run(self, broker: Broker, client_id: str) -> None:
        """Listen until cancelled."""
        await stay_connected(broker, client_id, self.listen)

    async def wait_until(self, condition: Callable[[Seen], bool]) -> None:
        """Wait until what has been seen meets a condition; put a timeout around it."""
        async with self._changed:
            await self._changed.wait_for(lambda: condition(self.seen))

    async def listen(self, session: Session) -> None:
        """Listen to one session until it breaks."""
        exercise = self._exercise
        await session.subscribe(
            topics.service_status(exercise, "+"),
            topics.sensor_status(exercise, "+", "+", "+"),
            topics.clock(exercise),
            topics.picture(exercise, "ALL"),
        )
        async for delivery in session.messages():
            try:
                self._take(delivery.topic, delivery.payload, retained=delivery.retained)
            except MalformedMessage as error:
                self.seen.malformed += 1
                _log.warning("unreadable topic=%s reason=%s", delivery.topic, error)
            async with self._changed:
                self._changed.notify_all()

    def _take(self, topic: str, payload: bytes, *, retained: bool) -> None:
        exercise = self._exercise
        if topic == topics.picture(exercise, "ALL"):
            published = decode(payload, PublishedPicture)
            self.seen.tracks = decode(published.picture, Picture).tracks
            self.seen.newest = published
            if not retained:
                self._count(published)
        elif topic == topics.clock(exercise):
            self.seen.clock = decode(payload, ClockState)
        elif topics.sensor_topic(topic):
            sensor = decode(payload, SensorStatus)
            self.seen.sensors[sensor.sensor] = sensor
        else:
            service = decode(payload, ServiceStatus)
            self.seen.services[service.service] = service

    def _count(self, published: PublishedPicture) -> None:
        seen = self.seen
        if seen.last_cycle is None:
            seen.first_cycle = published.cycle
        elif published.cycle <= seen.last_cycle:
            # Drawn again after a restart, or delivered twice.
            return
        else:
            seen.missing += published.cycle - seen.last_cycle - 1
        seen.last_cycle = published.cycle
        seen.pictures += 1
        seen.late_s.append(published.published_at_s - published.due_at_s)
        if self._on_picture is not None:
            self._on_picture(published, seen.tracks)
