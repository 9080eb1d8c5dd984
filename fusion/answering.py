"""Questions about a track's provenance, answered from the journal of the scope that asks."""

from typing import Literal

import numpy as np

from contracts.control import Json
from contracts.provenance import CREDITS_MAX, Credit, ProvenanceAnswer, ProvenanceQuestion, TrackCycle
from fusion.belief import Belief
from fusion.credits import Credits
from fusion.journal import Journal, JournalCycle


def answer(question: ProvenanceQuestion, belief: Belief) -> ProvenanceAnswer:
    """Return what made a track.

    Args:
        question: of the belief's scope.
        belief: of one scope; nothing beyond it is told.
    """
    assert question.scope == belief.scope
    said: Json = {
        "exercise": question.exercise, "request_id": question.request_id, "scope": question.scope,
        "track_number": question.track_number,
    }  # fmt: skip
    asked = _cycle_of(belief.journal, question.cycle)
    if asked is None:
        state = _why_none(belief.journal, question.cycle)
        return ProvenanceAnswer(**said, state=state, cycle=question.cycle)
    said |= {"cycle": asked.cycle, "valid_at_s": asked.valid_at_s}
    place = asked.place_of(question.track_number)
    if place is None:
        return ProvenanceAnswer(**said, state="no-track")
    made = asked.of_track(place)
    high, low = asked.track_id[place].tolist()
    return ProvenanceAnswer(
        **said,
        state="told",
        track_id=f"{high:016x}{low:016x}",
        cycles=_cycles_of(belief.journal, question.track_number, int(asked.track_key[place])),
        credits=_told(made[-CREDITS_MAX:].view(Credits), [record.name for record in belief.sources]),
        left_out=max(0, len(made) - CREDITS_MAX),
        lost=asked.lost,
    )


def _cycle_of(journal: Journal, cycle: int | None) -> JournalCycle | None:
    """Return a closed cycle, the newest when none is named; None when it is not there."""
    if cycle is None:
        return journal.closed[-1] if journal.closed else None
    return next((one for one in journal.closed if one.cycle == cycle), None)


def _why_none(journal: Journal, cycle: int | None) -> Literal["expired", "not-yet"]:
    if cycle is None or not journal.closed:
        return "not-yet"
    return "expired" if cycle < journal.closed[-1].cycle else "not-yet"


def _cycles_of(journal: Journal, track_number: int, track_key: int) -> tuple[TrackCycle, ...]:
    """Return the cycles in which a number stood for the same track."""
    found = []
    for one in journal.closed:
        place = one.place_of(track_number)
        if place is not None and int(one.track_key[place]) == track_key:
            found.append(TrackCycle(cycle=one.cycle, valid_at_s=one.valid_at_s))
    return tuple(found)


def _told(made: Credits, names: list[str]) -> tuple[Credit, ...]:
    return tuple(
        Credit(
            source=names[source], epoch=epoch, sequence=sequence, row=row, measured_at_s=at_s,
            residual_sigma=None if np.isnan(residual) else residual,
            weight=None if np.isnan(weight) else weight, trust=trust, founding=founding,
        )
        for source, epoch, sequence, row, at_s, residual, weight, trust, founding in zip(
            made.source.tolist(), made.epoch.tolist(), made.sequence.tolist(), made.row.tolist(),
            made.measured_at_s.tolist(), made.residual_sigma.tolist(), made.weight.tolist(),
            made.trust.tolist(), made.founding.tolist(), strict=True,
        )
    )  # fmt: skip
