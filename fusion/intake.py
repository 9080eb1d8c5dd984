"""The edge: what comes in is checked here, and taken, refused with a reason, or known already."""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Final, cast

import msgspec

from contracts import topics
from contracts.broker import Delivery
from contracts.codec import MalformedMessage, Reason, decode_any
from contracts.control import DeadLetter, SensorStatus
from contracts.reports import REPORT_MODELS, Batch, ReportBatch
from fusion.marks import Marks
from fusion.settings import FusionSettings

SETTLED_AFTER: Final = 3
"""Refusals of the same batch after which its number counts as settled: sent again it is no better,
and a source must not hold all it has behind one bad batch."""

_REMEMBERED: Final = 10_000
_HEX_BYTES: Final = 256


@dataclass(frozen=True, slots=True)
class Admitted:
    """A batch that may be committed."""

    batch: ReportBatch
    topic: str
    payload: bytes
    received_at_s: float


@dataclass(slots=True)
class Intake:
    """What the edge knows: introduced sensors, committed numbers, and what it has refused.

    Attributes:
        sensors: newest status of every sensor that has introduced itself.
        refused: refusals by reason.
        duplicates: batches that came again.
    """

    settings: FusionSettings
    marks: Marks = field(default_factory=Marks)
    sensors: dict[str, SensorStatus] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter[str])
    duplicates: int = 0
    _strikes: OrderedDict[tuple[str, int, int], int] = field(default_factory=OrderedDict)
    _taken: set[tuple[str, int, int]] = field(default_factory=set)

    def introduce(self, delivery: Delivery) -> bool:
        """Take in a sensor's status; return whether the sensor is new.

        Raises:
            MalformedMessage: it is no status, or not that sensor's.
        """
        status = decode_any(delivery.payload, (SensorStatus,))
        place = topics.sensor_topic(delivery.topic)
        if not isinstance(status, SensorStatus) or place is None:
            raise MalformedMessage(Reason.WRONG_TOPIC, "topic", f"wanted a sensor's, got {delivery.topic!r}")
        _match_topic(place, status.exercise, status.nation, status.discipline, status.sensor)
        new = status.sensor not in self.sensors
        self.sensors[status.sensor] = status
        return new

    def admit(
        self, delivery: Delivery, received_at_s: float, exercise_now_s: float
    ) -> Admitted | DeadLetter | None:
        """Return the batch, a dead letter that says why not, or None for a duplicate."""
        identity: tuple[str, int, int] | None = None
        try:
            batch = cast("ReportBatch", decode_any(delivery.payload, REPORT_MODELS))
            identity = (batch.source, batch.epoch, batch.sequence)
            self._check(batch, delivery.topic, exercise_now_s)
        except MalformedMessage as error:
            self._strike(error, identity or _identity(delivery))
            return _dead_letter(self.settings.exercise, delivery, received_at_s, error)
        if identity in self._taken or not self.marks.is_news(*identity):
            self.duplicates += 1
            return None
        self._taken.add(identity)
        return Admitted(batch, delivery.topic, delivery.payload, received_at_s)

    def committed(self, admitted: list[Admitted]) -> None:
        """Move the marks: these batches are on disk."""
        for one in admitted:
            self.marks.take(one.batch.source, one.batch.epoch, one.batch.sequence)
            self._taken.discard((one.batch.source, one.batch.epoch, one.batch.sequence))

    def _check(self, batch: Batch, topic: str, exercise_now_s: float) -> None:
        place = topics.sensor_topic(topic)
        if place is None:
            raise MalformedMessage(
                Reason.WRONG_TOPIC, "topic", f"wanted a sensor's report topic, got {topic!r}"
            )
        if batch.exercise != self.settings.exercise:
            raise MalformedMessage(
                Reason.OTHER_EXERCISE,
                "exercise",
                f"wanted {self.settings.exercise!r}, got {batch.exercise!r}",
            )
        _match_topic(place, batch.exercise, batch.nation, batch.discipline, batch.sensor)
        known = self.sensors.get(batch.sensor)
        if known is None:
            raise MalformedMessage(
                Reason.UNKNOWN_SENSOR,
                "sensor",
                f"wanted one that has published its status, got {batch.sensor!r}",
            )
        if not set(batch.label.releasable_to) <= set(known.label.releasable_to):
            raise MalformedMessage(
                Reason.INVALID_FIELD,
                "label.releasable_to",
                f"wanted within the sensor's {known.label.releasable_to}, got {batch.label.releasable_to}",
            )
        ahead_s = batch.measured_to_s - exercise_now_s
        if ahead_s > self.settings.future_s:
            raise MalformedMessage(
                Reason.FUTURE, "measured_to_s",
                f"wanted at most {self.settings.future_s} s ahead of the exercise clock, got {ahead_s:.1f} s",
            )  # fmt: skip
        if -ahead_s > self.settings.ancient_s:
            raise MalformedMessage(
                Reason.ANCIENT, "measured_to_s",
                f"wanted at most {self.settings.ancient_s} s behind the exercise clock, got {-ahead_s:.1f} s",
            )  # fmt: skip

    def _strike(self, error: MalformedMessage, identity: tuple[str, int, int] | None) -> None:
        self.refused[error.reason.value] += 1
        # A sensor that has not introduced itself yet will; its batches stay wanted.
        if identity is None or error.reason in (
            Reason.UNKNOWN_SENSOR,
            Reason.WRONG_TOPIC,
            Reason.OTHER_EXERCISE,
        ):
            return
        self._strikes[identity] = self._strikes.pop(identity, 0) + 1
        if self._strikes[identity] >= SETTLED_AFTER and identity[0] in self.sensors:
            del self._strikes[identity]
            self.marks.take(*identity)
        while len(self._strikes) > _REMEMBERED:
            self._strikes.popitem(last=False)


def _match_topic(place: topics.SensorTopic, exercise: str, nation: str, discipline: str, sensor: str) -> None:
    said = (exercise, nation, discipline, sensor)
    for field_name, wanted, got in zip(
        ("exercise", "nation", "discipline", "sensor"),
        (place.exercise, place.nation, place.discipline, place.sensor),
        said,
        strict=True,
    ):
        if wanted != got:
            raise MalformedMessage(
                Reason.WRONG_TOPIC, field_name, f"wanted {wanted!r} as the topic says, got {got!r}"
            )


def _identity(delivery: Delivery) -> tuple[str, int, int] | None:
    """Return a refused batch's number where it can still be read."""
    read = msgspec.json.decode if delivery.payload[:1] == b"{" else msgspec.msgpack.decode
    place = topics.sensor_topic(delivery.topic)
    try:
        fields = read(delivery.payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if place is None or not isinstance(fields, dict):
        return None
    epoch, sequence = fields.get("epoch", 0), fields.get("sequence")
    if not isinstance(epoch, int) or not isinstance(sequence, int) or epoch < 0 or sequence < 0:
        return None
    return place.sensor, epoch, sequence


def _dead_letter(
    exercise: str, delivery: Delivery, received_at_s: float, error: MalformedMessage
) -> DeadLetter:
    return DeadLetter(
        exercise=exercise,
        topic=delivery.topic[:300],
        reason=error.reason.value,
        field=error.field[:120],
        detail=error.detail[:400],
        received_at_s=received_at_s,
        size_bytes=len(delivery.payload),
        payload_hex=delivery.payload[:_HEX_BYTES].hex(),
    )
