"""Every inject that is followed, and a short memory of what was said before it: bounded, no input or output.

Pictures are the largest messages there are, so the tracks in them are decoded only while somebody
is followed.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from contracts.codec import MalformedMessage, decode
from contracts.control import (
    ClockState,
    Inject,
    InjectAction,
    Presented,
    SensorStatus,
    Trace,
    TruthAttribution,
    TruthStates,
)
from contracts.labels import Scope
from contracts.picture import Picture, PublishedPicture
from contracts.reports import CyberEvents
from exercise.trace import (
    Followed,
    close,
    follow,
    hear_attribution,
    hear_cyber,
    hear_truth,
    pass_time,
    resume,
    see_picture,
    see_presented,
    trace_of,
    wants_picture,
)

OPEN_MAX: Final = 100
"""Injects followed at once; one more closes the trace of the oldest."""

MEMORY_BATCHES_MAX: Final = 2000
MEMORY_ROWS_MAX: Final = 500_000
"""Attributions kept for an inject to come; the oldest goes first. A platform's track can only be
told from reports that were made before it is removed."""

_LOOKS_BACK: Final = frozenset(InjectAction) - {InjectAction.NEW_TRACK}
"""Actions on something that was there before."""


class Recorder:
    """Follows injects; what changed is taken with :meth:`take_changed`."""

    def __init__(self, traces_max: int, open_for_s: float) -> None:
        """Begin with nobody followed.

        Args:
            traces_max: traces kept; the oldest closed one goes first.
            open_for_s: exercise time after the effect for which an inject is followed.
        """
        self._traces_max = traces_max
        self._open_for_s = open_for_s
        self._followed: dict[str, Followed] = {}
        self._changed: dict[str, None] = {}
        self._attributions: deque[TruthAttribution] = deque()
        self._attribution_rows = 0
        self._pictures: dict[Scope, PublishedPicture] = {}
        self._sensors: Mapping[str, SensorStatus] = {}

    @property
    def open_count(self) -> int:
        """How many injects are followed now."""
        return sum(followed.open for followed in self._followed.values())

    def know_sensors(self, sensors: Mapping[str, SensorStatus]) -> None:
        """Look sensors up here from now on."""
        self._sensors = sensors

    def begin(self, inject: Inject, clock: ClockState, wall_s: float) -> None:
        """Follow an accepted inject."""
        followed = follow(inject, clock)
        if inject.request.action in _LOOKS_BACK:
            for attribution in self._attributions:
                followed = self._attribute(followed, attribution, clock, wall_s)
            for published in self._pictures.values():
                followed = _look(followed, published, clock)
        self._put(followed)
        running = [one for one in self._followed.values() if one.open]
        for oldest in running[: max(0, len(running) - OPEN_MAX)]:
            self._put(close(oldest, f"more than {OPEN_MAX} injects are followed at once"))

    def take_up(self, traces: Iterable[Trace], injects: Iterable[Inject], clock: ClockState) -> None:
        """Go on with what the broker has kept."""
        kept = {trace.inject_id: trace for trace in traces}
        for inject in injects:
            if (trace := kept.get(inject.inject_id)) is not None:
                self._put(resume(trace, inject, clock))

    def pass_time(self, clock: ClockState, wall_s: float) -> None:
        """Mark effects whose time has come, and close what is complete or too old."""
        self._fold(lambda followed: pass_time(followed, clock, wall_s, self._open_for_s))

    def hear_truth(self, truth: TruthStates, clock: ClockState) -> None:
        """Take in where everything really is."""
        self._fold(lambda followed: hear_truth(followed, truth, clock))

    def hear_attribution(self, attribution: TruthAttribution, clock: ClockState, wall_s: float) -> None:
        """Take in whose the rows of a batch were."""
        self._remember(attribution)
        self._fold(lambda followed: self._attribute(followed, attribution, clock, wall_s))

    def hear_cyber(self, batch: CyberEvents, clock: ClockState) -> None:
        """Take in what a cyber watch floor reports."""
        self._fold(lambda followed: hear_cyber(followed, batch, clock))

    def see_picture(self, published: PublishedPicture, clock: ClockState) -> None:
        """Take in the newest picture of a scope.

        Raises:
            MalformedMessage: somebody is followed, and the picture inside cannot be read.
        """
        self._pictures[published.scope] = published
        if any(wants_picture(followed, published.scope) for followed in self._followed.values()):
            picture = decode(published.picture, Picture)
            self._fold(lambda followed: see_picture(followed, published, picture, clock))

    def see_presented(self, presented: Presented, clock: ClockState) -> None:
        """Take in what a browser has shown."""
        self._fold(lambda followed: see_presented(followed, presented, clock))

    def take_changed(self) -> dict[str, Trace | None]:
        """Return the traces that changed since the last call, by inject; None for one that was let go."""
        changed: dict[str, Trace | None] = {}
        while len(self._followed) > self._traces_max:
            # Closed ones first; then, in order of age, whatever there is.
            gone = min(self._followed.values(), key=lambda followed: followed.open).inject.inject_id
            del self._followed[gone]
            changed[gone] = None
        for inject_id in self._changed:
            if inject_id in self._followed:
                changed[inject_id] = trace_of(self._followed[inject_id])
        self._changed.clear()
        return changed

    def all_traces(self) -> list[Trace]:
        """Return every trace, for a broker that lost them."""
        return [trace_of(followed) for followed in self._followed.values()]

    def _attribute(
        self, followed: Followed, attribution: TruthAttribution, clock: ClockState, wall_s: float
    ) -> Followed:
        status = self._sensors.get(attribution.sensor)
        kind = "unknown" if status is None else status.sensor_kind
        return hear_attribution(followed, attribution, kind, clock, wall_s)

    def _fold(self, step: Callable[[Followed], Followed]) -> None:
        for before in [followed for followed in self._followed.values() if followed.open]:
            after = step(before)
            if after is not before:
                self._put(after)

    def _put(self, followed: Followed) -> None:
        inject_id = followed.inject.inject_id
        before = self._followed.get(inject_id)
        if before is None or (before.stages, before.open) != (followed.stages, followed.open):
            self._changed[inject_id] = None
        self._followed[inject_id] = followed

    def _remember(self, attribution: TruthAttribution) -> None:
        self._attributions.append(attribution)
        self._attribution_rows += attribution.row_platform.size
        while len(self._attributions) > MEMORY_BATCHES_MAX or self._attribution_rows > MEMORY_ROWS_MAX:
            self._attribution_rows -= self._attributions.popleft().row_platform.size


def _look(followed: Followed, published: PublishedPicture, clock: ClockState) -> Followed:
    """Look at a picture of before the inject, to know which track is the platform's."""
    try:
        picture = decode(published.picture, Picture)
    except MalformedMessage:
        return followed
    return see_picture(followed, published, picture, clock)
