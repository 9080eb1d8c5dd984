"""Why a track is what it is: a question about one track and cycle, and the answer of the fusion.

A cycle of ten thousand tracks is made of some 150,000 reports: to publish all of that every cycle, for
the few tracks that people ask about, would cost megabytes. So it is asked for. Each scope has its own
topics, and is answered from what it may see alone.
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.control import Message
from contracts.labels import Scope
from contracts.reports import Fraction, Time

CREDITS_MAX: Final = 2000
"""Credits of one answer; of more, the newest are told and the others counted."""

CYCLES_MAX: Final = 10_000
"""Cycles of one answer: no journal holds more."""

RequestId = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
TrackNumber = Annotated[int, Field(ge=0, le=2**32 - 1)]
Cycle = Annotated[int, Field(ge=0)]


class ProvenanceQuestion(Message):
    """Which reports made this track?

    Attributes:
        request_id: the asker's own id, by which it knows the answer.
        cycle: in which cycle; none asks for the newest that is closed.
    """

    kind: Literal["provenance-question/1"] = "provenance-question/1"
    request_id: RequestId
    scope: Scope
    track_number: TrackNumber
    cycle: Cycle | None = None


class Credit(BaseModel):
    """One report that made the track.

    Attributes:
        source: the sensor.
        epoch: with ``sequence`` and ``row`` the report's id.
        measured_at_s: when the sensor measured, exercise time.
        residual_sigma: how far it lay from where the track was expected, in standard deviations; none for a
            report that founded the track.
        weight: its share in what the track then knew of its position, 0 to 1; none where several reports
            founded the track together.
        trust: given to the report, 1 is full.
        founding: whether it founded the track.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    epoch: Annotated[int, Field(ge=0)]
    sequence: Annotated[int, Field(ge=0)]
    row: Annotated[int, Field(ge=0)]
    measured_at_s: Time
    residual_sigma: Annotated[float, Field(ge=0.0)] | None
    weight: Fraction | None
    trust: Fraction
    founding: bool = False


class TrackCycle(BaseModel):
    """A cycle of which the track's reports can be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cycle: Cycle
    valid_at_s: Time


class ProvenanceAnswer(Message):
    """What made a track in a cycle, in the order of the fold.

    Attributes:
        state: ``expired`` when the cycle's credits are kept no more, ``not-yet`` when it is not closed,
            ``no-track`` when the cycle has no track of this number.
        cycle: that the answer is about; for a cycle that is not told, the one that was asked for.
        valid_at_s: its end, exercise time.
        track_id: the track's id, 128 bits in hexadecimal.
        cycles: in which the same track can be asked for, oldest first.
        credits: the newest, in the order of the fold.
        left_out: credits of this track that do not fit into an answer.
        lost: credits of the whole cycle, of any track, that did not fit into the journal.
    """

    kind: Literal["provenance-answer/1"] = "provenance-answer/1"
    request_id: RequestId
    scope: Scope
    track_number: TrackNumber
    state: Literal["told", "no-track", "expired", "not-yet"]
    cycle: Cycle | None = None
    valid_at_s: Time | None = None
    track_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    cycles: Annotated[tuple[TrackCycle, ...], Field(max_length=CYCLES_MAX)] = ()
    credits: Annotated[tuple[Credit, ...], Field(max_length=CREDITS_MAX)] = ()
    left_out: Annotated[int, Field(ge=0)] = 0
    lost: Annotated[int, Field(ge=0)] = 0


PROVENANCE_MODELS: Final[tuple[type[Message], ...]] = (ProvenanceQuestion, ProvenanceAnswer)
