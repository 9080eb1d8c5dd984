"""Why a track is what it is, over HTTP: asked of the fusion of the asker's own scope."""

import uuid
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from contracts.broker import BrokerLost
from contracts.provenance import ProvenanceAnswer, ProvenanceQuestion
from gateway.credits import ProvenanceView, provenance_view
from gateway.guard import NONE_YET, PROBLEMS, HubOf, ScopeOf
from gateway.hub import BrokerAway
from gateway.inquiries import TooManyQuestions
from gateway.problems import Problem, ProblemDetails

router: Final = APIRouter(tags=["picture"])

_TRACK_NUMBER_MAX: Final = 2**32 - 1
_CYCLE_MAX: Final = 2**53


@router.get(
    "/api/v1/tracks/{track_number}/provenance",
    summary="The reports that made a track in a cycle",
    responses={
        **PROBLEMS,
        **NONE_YET,
        404: {"model": ProblemDetails, "description": "No such track, or the cycle has not ended."},
        410: {"model": ProblemDetails, "description": "The cycle is kept no more."},
        504: {"model": ProblemDetails, "description": "The fusion did not answer."},
    },
)
async def get_provenance(
    track_number: Annotated[int, Path(ge=0, le=_TRACK_NUMBER_MAX)],
    hub: HubOf,
    scope: ScopeOf,
    cycle: Annotated[
        int | None, Query(ge=0, le=_CYCLE_MAX, description="Left out: the newest that has ended.")
    ] = None,
) -> ProvenanceView:
    """Every report that made the track in the cycle, with its residual, weight and trust."""
    question = ProvenanceQuestion(
        exercise=hub.settings.exercise,
        request_id=uuid.uuid4().hex,
        scope=scope,
        track_number=track_number,
        cycle=cycle,
    )
    try:
        said = await hub.ask_why(question)
    except (BrokerAway, BrokerLost) as error:
        raise Problem(503, "The broker is away", str(error), headers={"Retry-After": "2"}) from error
    except TooManyQuestions as error:
        raise Problem(503, "Too many questions", str(error), headers={"Retry-After": "1"}) from error
    except TimeoutError as error:
        raise Problem(
            504,
            "The fusion does not answer",
            f"no answer about track {track_number} within {hub.settings.question_timeout_s:g} s; is the"
            " fusion service running? Asking again is safe",
        ) from error
    if said.state != "told":
        raise _nothing(said)
    return provenance_view(said, {name: heard.status for name, heard in hub.heard.sensors.items()})


def _nothing(said: ProvenanceAnswer) -> Problem:
    """Return the answer to a question about a track or cycle that is not there."""
    if said.state == "no-track":
        return Problem(
            404,
            "No such track",
            f"the {said.scope} picture of cycle {said.cycle} has no track {said.track_number}",
            field="track_number",
            wanted="a track number of that cycle's picture",
            got=said.track_number,
        )
    if said.state == "expired":
        return Problem(
            410,
            "Kept no more",
            f"the reports of cycle {said.cycle} are kept no more; the fusion keeps those of its last cycles,"
            " and begins anew when it is started again",
            field="cycle",
            wanted="one of the last cycles",
            got=said.cycle,
        )
    which = "no cycle" if said.cycle is None else f"cycle {said.cycle} is to come: none after the newest"
    return Problem(
        404,
        "No such cycle yet",
        f"{which} has ended since the fusion was started",
        field="cycle",
        wanted="a cycle that has ended",
        got=said.cycle,
    )
