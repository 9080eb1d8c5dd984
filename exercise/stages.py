"""The stages of an inject's way as values: waited for, reached, shown by a picture. Times on both clocks."""

from typing import Final, Literal

from contracts.clock import exercise_time_s, wall_time_s
from contracts.control import ClockState, Inject, InjectAction, TraceStage
from contracts.labels import SCOPES, Scope
from contracts.picture import PublishedPicture
from exercise.sights import Sight

_DETAIL_MAX: Final = 200
_TIME_MAX_S: Final = 1e11
"""As in ``contracts.reports.Time``."""

Stage = Literal[
    "requested", "accepted", "effective", "truth", "measured", "produced", "fused", "published", "presented"
]
Key = tuple[Stage, Scope | None]
_PER_SCOPE: Final[tuple[Stage, ...]] = ("fused", "published", "presented")
_STILL: Final = frozenset(InjectAction) - {InjectAction.NEW_TRACK, InjectAction.REMOVE}
"""Actions that move nothing."""


def begun(inject: Inject, clock: ClockState) -> dict[Key, TraceStage]:
    """Return the stages of an inject that was just accepted, in the order in which they are shown."""
    request = inject.request
    no_truth = "positions in the truth do not change" if request.action in _STILL else ""
    no_picture = (
        "a picture does not show that an emitter fell silent"
        if request.action is InjectAction.EMITTER_OFF
        else ""
    )
    stages = [
        reached("requested", clock, wall_s=request.requested_at_s, detail=f"by {request.requested_by}"),
        reached("accepted", clock, wall_s=inject.accepted_at_s),
        TraceStage(stage="effective", state="waiting", exercise_at_s=inject.effective_at_s),
        _waiting("truth", no_truth),
        _waiting("measured"),
        _waiting("produced"),
    ]
    for scope in SCOPES:
        stages += [_waiting(stage, no_picture, scope) for stage in _PER_SCOPE]
    return {(stage.stage, stage.scope): stage for stage in stages}


def reached(
    stage: Stage,
    clock: ClockState,
    *,
    wall_s: float | None = None,
    exercise_s: float | None = None,
    detail: str = "",
) -> TraceStage:
    """Return a stage that was reached, its other clock's time reckoned from the one given."""
    if exercise_s is None and wall_s is not None:
        exercise_s = _exercise_time_s(clock, wall_s)
    elif wall_s is None and exercise_s is not None:
        wall_s = _wall_time_s(clock, exercise_s)
    return TraceStage(
        stage=stage, state="done", wall_at_s=wall_s, exercise_at_s=exercise_s, detail=detail[:_DETAIL_MAX]
    )


def shown_by(
    stage: Stage, published: PublishedPicture, clock: ClockState, wall_s: float, seen: Sight
) -> TraceStage:
    """Return a stage that was reached by a picture of a scope, with what shows the inject in it."""
    return reached(stage, clock, wall_s=wall_s, detail=seen.detail).model_copy(
        update={"scope": published.scope, "cycle": published.cycle, "track_number": seen.track_number}
    )


def _waiting(stage: Stage, not_applicable: str = "", scope: Scope | None = None) -> TraceStage:
    return TraceStage(
        stage=stage,
        scope=scope,
        state="not-applicable" if not_applicable else "waiting",
        detail=not_applicable,
    )


def _exercise_time_s(clock: ClockState, wall_s: float) -> float | None:
    """Return the exercise time of a moment; None for one that this clock cannot tell.

    The clock is good from its last change on. And the moments come from others: a tester's or a
    browser's clock may say anything.
    """
    at_s = exercise_time_s(clock, wall_s)
    return at_s if wall_s >= clock.wall_at_s and at_s <= _TIME_MAX_S else None


def _wall_time_s(clock: ClockState, exercise_s: float) -> float | None:
    at_s = wall_time_s(clock, exercise_s)
    return at_s if at_s is not None and clock.wall_at_s <= at_s <= _TIME_MAX_S else None
