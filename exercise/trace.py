"""The way an inject takes, from the request to the screens: a pure fold over what is heard.

Each function takes what is followed and one message and returns what is then known. Stages are
filled in as they are reached, with the time on both clocks. :mod:`exercise.witnesses` says which
report tells of an inject, :mod:`exercise.sights` what in a picture shows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from contracts.clock import exercise_time_s, wall_time_s
from contracts.control import (
    ClockState,
    Inject,
    InjectAction,
    Presented,
    Trace,
    TraceStage,
    TruthAttribution,
    TruthStates,
)
from contracts.labels import Scope
from contracts.picture import Picture, PublishedPicture
from contracts.reports import CyberEvents
from exercise.desk import platform_name
from exercise.sights import Clues, Report, SensorKind, health_of, sight, track_of
from exercise.stages import Key, Stage, begun, reached, shown_by
from exercise.witnesses import WITNESSES, is_about, is_witness, rows_of

REPORTS_MAX: Final = 512
"""Newest rows of a platform that are remembered to find its track; older ones are let go."""


@dataclass(frozen=True, slots=True)
class Followed:
    """An inject that is followed, and what is known of its way.

    Attributes:
        subject: the platform, sensor or area it is about.
        reports: rows that were of the platform, oldest first.
        tracks: the platform's track in each scope, as last seen.
        sensor_reports: how many reports the sensor had made, as each scope last saw it.
        stages: in the order in which they are shown.
        open: whether stages may still be reached.
    """

    inject: Inject
    subject: str
    stages: Mapping[Key, TraceStage]
    reports: tuple[Report, ...] = ()
    tracks: Mapping[Scope, int] = field(default_factory=dict)
    sensor_reports: Mapping[Scope, int] = field(default_factory=dict)
    open: bool = True

    def lacks(self, stage: Stage, scope: Scope | None = None) -> bool:
        """Return whether a stage is still waited for."""
        return self.open and self.stages[stage, scope].state == "waiting"


def follow(inject: Inject, clock: ClockState) -> Followed:
    """Begin to follow an inject that was just accepted."""
    return Followed(inject=inject, subject=_subject(inject), stages=MappingProxyType(begun(inject, clock)))


def resume(trace: Trace, inject: Inject, clock: ClockState) -> Followed:
    """Go on following an inject whose trace was kept by the broker."""
    kept: dict[Key, TraceStage] = {(stage.stage, stage.scope): stage for stage in trace.stages}
    tracks = {
        stage.scope: stage.track_number
        for stage in trace.stages
        if stage.scope is not None and stage.track_number is not None
    }
    return replace(
        follow(inject, clock),
        stages=MappingProxyType(begun(inject, clock) | kept),
        tracks=MappingProxyType(tracks),
        open=trace.open,
    )


def trace_of(followed: Followed) -> Trace:
    """Return what is known as a message."""
    return Trace(
        exercise=followed.inject.exercise,
        inject_id=followed.inject.inject_id,
        action=followed.inject.request.action,
        subject=followed.subject,
        open=followed.open,
        stages=tuple(followed.stages.values()),
    )


def pass_time(followed: Followed, clock: ClockState, wall_s: float, open_for_s: float) -> Followed:
    """Mark the effect when its time has come, and close the trace when it is complete or too old."""
    if not followed.open:
        return followed
    now_s = exercise_time_s(clock, wall_s)
    effective_s = followed.inject.effective_at_s
    if followed.lacks("effective") and now_s >= effective_s:
        at_s = wall_time_s(clock, effective_s)
        followed = _reach(followed, reached("effective", clock, wall_s=wall_s if at_s is None else at_s))
    if now_s > effective_s + open_for_s:
        return close(followed, f"not within {open_for_s:g} s of exercise time")
    if all(stage.state != "waiting" for stage in followed.stages.values()):
        return replace(followed, open=False)
    return followed


def close(followed: Followed, why: str) -> Followed:
    """Stop following; what was not reached is missed."""
    stages = {
        key: stage.model_copy(update={"state": "missed", "detail": why})
        if stage.state == "waiting"
        else stage
        for key, stage in followed.stages.items()
    }
    return replace(followed, stages=MappingProxyType(stages), open=False)


def hear_truth(followed: Followed, truth: TruthStates, clock: ClockState) -> Followed:
    """Look for the inject in the truth."""
    if not followed.lacks("truth") or truth.at_s < followed.inject.effective_at_s:
        return followed
    present = followed.inject.inject_id in truth.inject_id or followed.subject in truth.name
    removed = followed.inject.request.action is InjectAction.REMOVE
    if present == removed:
        return followed
    detail = f"{followed.subject} is gone" if removed else f"{followed.subject} is there"
    return _reach(followed, reached("truth", clock, exercise_s=truth.at_s, detail=detail))


def hear_attribution(
    followed: Followed,
    attribution: TruthAttribution,
    sensor_kind: SensorKind,
    clock: ClockState,
    wall_s: float,
) -> Followed:
    """Note which rows of a batch were of the platform, and whether this is the batch that tells."""
    if not followed.open:
        return followed
    measured_s = attribution.measured_to_s
    if measured_s is None:
        measured_s = exercise_time_s(clock, wall_s)
    rows = rows_of(followed.subject, attribution)
    if rows:
        reports = tuple(
            Report(attribution.sensor, attribution.epoch, attribution.sequence, row, measured_s, sensor_kind)
            for row in rows
        )
        followed = replace(followed, reports=(*followed.reports, *reports)[-REPORTS_MAX:])
    if not is_witness(followed.inject, attribution, sensor_kind, has_rows=bool(rows)):
        return followed
    last = WITNESSES[followed.inject.request.action].startswith("last")
    if not (_is_newer(followed, measured_s) if last else _is_first(followed, measured_s)):
        return followed
    what = f"{attribution.sensor} batch {attribution.sequence}" + (f" row {rows[0]}" if rows else "")
    what = f"last report: {what}" if last else what
    followed = _reach(followed, reached("measured", clock, exercise_s=measured_s, detail=what))
    produced_s = wall_s if attribution.produced_at_s is None else attribution.produced_at_s
    return _reach(followed, reached("produced", clock, wall_s=produced_s, detail=what))


def hear_cyber(followed: Followed, batch: CyberEvents, clock: ClockState) -> Followed:
    """Look for the inject in what a cyber watch floor reports."""
    witness = WITNESSES[followed.inject.request.action]
    if witness != "cyber-event" or not followed.lacks("measured"):
        return followed
    event = next((event for event in batch.events if is_about(event, followed.inject)), None)
    if event is None:
        return followed
    what = f"{batch.sensor} event {event.event_id}: {event.category}, {event.effect}"
    followed = _reach(followed, reached("measured", clock, exercise_s=event.measured_at_s, detail=what))
    return _reach(followed, reached("produced", clock, wall_s=batch.produced_at_s, detail=what))


def wants_picture(followed: Followed, scope: Scope) -> bool:
    """Return whether a picture of a scope could tell anything new."""
    return followed.lacks("fused", scope)


def see_picture(
    followed: Followed, published: PublishedPicture, picture: Picture, clock: ClockState
) -> Followed:
    """Look for the inject in a picture."""
    if not wants_picture(followed, picture.scope):
        return followed
    number = track_of(picture, followed.reports)
    if number is not None:
        followed = replace(followed, tracks=MappingProxyType({**followed.tracks, picture.scope: number}))
    clues = Clues(
        reports=followed.reports,
        track_number=followed.tracks.get(picture.scope),
        reports_before=followed.sensor_reports.get(picture.scope),
    )
    seen = sight(followed.inject, picture, clues)
    if (health := health_of(picture, followed.subject)) is not None:
        counts = {**followed.sensor_reports, picture.scope: health.reports}
        followed = replace(followed, sensor_reports=MappingProxyType(counts))
    if seen is None:
        return followed
    followed = _reach(followed, shown_by("fused", published, clock, published.closed_at_s, seen))
    return _reach(followed, shown_by("published", published, clock, published.published_at_s, seen))


def see_presented(followed: Followed, presented: Presented, clock: ClockState) -> Followed:
    """Look whether a browser has shown a picture that shows the inject."""
    fused = followed.stages["fused", presented.scope]
    if not followed.lacks("presented", presented.scope) or fused.cycle is None:
        return followed
    if presented.cycle < fused.cycle:
        return followed
    how = "estimated" if presented.estimated else "measured"
    return _reach(
        followed,
        reached(
            "presented",
            clock,
            wall_s=presented.presented_at_s,
            detail=f"session {presented.session}, {how}, +/- {presented.clock_error_s * 1000.0:.1f} ms",
        ).model_copy(
            update={"scope": presented.scope, "cycle": presented.cycle, "track_number": fused.track_number}
        ),
    )


def _subject(inject: Inject) -> str:
    if inject.request.action is InjectAction.NEW_TRACK:
        return platform_name(inject)
    return inject.request.subject or "area"


def _reach(followed: Followed, stage: TraceStage) -> Followed:
    return replace(followed, stages=MappingProxyType({**followed.stages, (stage.stage, stage.scope): stage}))


def _is_first(followed: Followed, measured_s: float) -> bool:
    return followed.lacks("measured") and measured_s >= followed.inject.effective_at_s


def _is_newer(followed: Followed, measured_s: float) -> bool:
    """Return whether a report outdoes the last one known; while the trace is open it may be outdone."""
    known_s = followed.stages["measured", None].exercise_at_s
    return known_s is None or measured_s >= known_s
