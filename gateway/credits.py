"""What made a track in one cycle, as people are told: the fusion's answer joined with what sensors say."""

import uuid
from collections.abc import Mapping
from typing import Literal

from contracts.control import SensorStatus
from contracts.labels import Nation, Scope, visible
from contracts.provenance import Credit, ProvenanceAnswer, TrackCycle
from contracts.topics import Discipline
from gateway.provenance import View


class CreditView(View):
    """One report that made the track. ``source``, ``epoch``, ``sequence`` and ``row`` are its id.

    Attributes:
        age_s: the cycle's end minus the time of measurement.
        residual_sigma: how far it lay from what was expected, in standard deviations; None for a report
            that founded the track.
        weight: its share in what the track then knew of its position, 0 to 1; None where several reports
            founded the track together.
        trust: given to the report, 1 is full.
        founding: whether it founded the track.
    """

    source: str
    nation: Nation | None
    discipline: Discipline | None
    sensor_kind: str | None
    epoch: int
    sequence: int
    row: int
    measured_at_s: float
    age_s: float
    residual_sigma: float | None
    weight: float | None
    trust: float
    founding: bool


class ProvenanceView(View):
    """The reports that made a track in one cycle.

    Attributes:
        cycles: in which the same track can be asked for, oldest first.
        credits: newest measurement first.
        left_out: older reports of this track that do not fit into an answer.
        lost: reports of the whole cycle, of any track, that the fusion had no room to note.
    """

    simulated: Literal[True] = True
    exercise: str
    scope: Scope
    track_id: str
    track_number: int
    cycle: int
    valid_at_s: float
    cycles: tuple[TrackCycle, ...]
    credits: tuple[CreditView, ...]
    left_out: int
    lost: int


def provenance_view(said: ProvenanceAnswer, sensors: Mapping[str, SensorStatus]) -> ProvenanceView:
    """Return an answer that tells something, with what its scope may know of the sensors.

    Args:
        said: by the fusion of a scope; nothing beyond it is told.
        sensors: what sensors said of themselves, by name.
    """
    assert said.track_id is not None
    assert said.cycle is not None
    valid_at_s = said.valid_at_s
    assert valid_at_s is not None
    told = [
        _credit(credit, valid_at_s, _status(credit.source, said.scope, sensors)) for credit in said.credits
    ]
    return ProvenanceView(
        exercise=said.exercise,
        scope=said.scope,
        track_id=str(uuid.UUID(hex=said.track_id)),
        track_number=said.track_number,
        cycle=said.cycle,
        valid_at_s=valid_at_s,
        cycles=said.cycles,
        credits=tuple(sorted(told, key=lambda credit: credit.age_s)),
        left_out=said.left_out,
        lost=said.lost,
    )


def _status(source: str, scope: Scope, sensors: Mapping[str, SensorStatus]) -> SensorStatus | None:
    status = sensors.get(source)
    return status if status is not None and visible(status.label, scope) else None


def _credit(credit: Credit, valid_at_s: float, status: SensorStatus | None) -> CreditView:
    return CreditView(
        **credit.model_dump(),
        nation=status.nation if status else None,
        discipline=status.discipline if status else None,
        sensor_kind=status.sensor_kind if status else None,
        age_s=valid_at_s - credit.measured_at_s,
    )
