"""What REST answers with, besides pictures; every answer says that it is simulated."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from contracts.control import ClockState, Inject
from contracts.labels import Scope
from gateway.credits import ProvenanceView
from gateway.health import Health
from gateway.lag import StageSummary
from gateway.problems import ProblemDetails
from gateway.provenance import TrackView


class Answer(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    simulated: Literal[True] = True


class Alive(Answer):
    """Whether the gateway serves."""

    ok: bool
    broker: bool
    exercise: str


class LagAnswer(Answer):
    """The lag of every stage as this gateway measured it.

    Attributes:
        refused: frames and contributions whose times could not be.
    """

    scope: Scope
    stages: tuple[StageSummary, ...]
    refused: int


class ClockAnswer(Answer):
    """The exercise clock, and what time it says now."""

    clock: ClockState
    exercise_now_s: float
    wall_now_s: float


class ClockAsked(Answer):
    """The command went to the exercise clock; what it made of it comes with the next clock."""

    asked: str


class InjectsAnswer(Answer):
    """Every accepted inject."""

    injects: tuple[Inject, ...]


class InjectAnswer(Answer):
    """The desk accepted an inject."""

    request_id: str
    inject: Inject


ANSWER_MODELS: Final[tuple[type[BaseModel], ...]] = (
    Alive,
    Health,
    LagAnswer,
    TrackView,
    ProvenanceView,
    ClockAnswer,
    ClockAsked,
    InjectsAnswer,
    InjectAnswer,
    ProblemDetails,
)
