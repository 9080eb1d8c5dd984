"""One fold per scope, each from what that scope may see and nothing else.

A mixed estimate cannot be filtered afterwards: a track's very smoothness would tell that somebody
else sees it too. So each capital's picture is fused for itself.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, cast

import msgspec

from contracts.control import Json
from contracts.labels import Scope, visible
from contracts.picture import Alert, Picture
from contracts.reports import CyberEvent, ReportBatch
from fusion.belief import Belief, Counters, Lob
from fusion.drawing import draw
from fusion.engine import close, fold
from fusion.misfits import Misfits
from fusion.nursery import Nursery
from fusion.observations import observe
from fusion.registration import Registration
from fusion.settings import EngineSettings
from fusion.table import from_state, to_state
from fusion.tracks import TRACK, Tracks
from fusion.triangulation import Triangulation
from fusion.trust import OpenEvents, SourceRecord


@dataclass(slots=True)
class Scopes:
    """The beliefs of all scopes of an exercise."""

    settings: EngineSettings
    beliefs: dict[Scope, Belief] = field(default_factory=dict)

    @classmethod
    def begin(cls, exercise: str, scopes: tuple[Scope, ...], settings: EngineSettings) -> "Scopes":
        """Return beliefs that know nothing yet."""
        return cls(settings, {scope: Belief(exercise, scope) for scope in scopes})

    def fold(self, batch: ReportBatch) -> None:
        """Fold a batch into every scope that may see it."""
        seen = observe(batch, self.settings)
        for scope, belief in self.beliefs.items():
            if visible(batch.label, scope):
                fold(belief, batch, seen, self.settings)

    def draw(self, cycle: int, valid_from_s: float, valid_at_s: float) -> dict[Scope, Picture]:
        """Return every scope's picture at the end of a cycle."""
        return {scope: self.picture(scope, cycle, valid_from_s, valid_at_s) for scope in self.beliefs}

    def picture(self, scope: Scope, cycle: int, valid_from_s: float, valid_at_s: float) -> Picture:
        """Return one scope's picture at the end of a cycle."""
        belief = self.beliefs[scope]
        close(belief, valid_at_s, self.settings)
        belief.journal.close(cycle, valid_at_s, belief.tracks, belief.rows, self.settings)
        return draw(belief, cycle, valid_from_s, valid_at_s, self.settings)

    def dump(self) -> bytes:
        """Return all beliefs as bytes, for a checkpoint."""
        return msgspec.msgpack.encode({scope: _dump(belief) for scope, belief in self.beliefs.items()})

    @classmethod
    def load(cls, dumped: bytes, settings: EngineSettings) -> "Scopes":
        """Return the beliefs of a checkpoint."""
        states = cast("dict[Scope, Json]", msgspec.msgpack.decode(dumped))
        return cls(settings, {scope: _load(scope, state) for scope, state in states.items()})


def _dump(belief: Belief) -> Json:
    return {
        "exercise": belief.exercise,
        "rows": belief.rows,
        "capacity": len(belief.tracks.time_s),
        "tracks": to_state(belief.tracks, belief.rows),
        "nursery": belief.nursery.dump(),
        "folded_to_s": belief.folded_to_s,
        "housekept_s": belief.housekept_s,
        "sources": [asdict(record) for record in belief.sources],
        "names": belief.names,
        "caveats": belief.caveats,
        "events": belief.events.dump(),
        "alerts": [alert.model_dump(mode="json") for alert in belief.alerts.values()],
        "lobs": [asdict(lob) for lob in belief.lobs],
        "numbers": list(belief.held_numbers.items()),
        "counters": asdict(belief.counters),
        "registration": belief.registration.dump(),
        "misfits": [[place, asdict(found)] for place, found in belief.misfits.items()],
        "triangulation": belief.triangulation.dump(),
    }


def _load(scope: Scope, state: Json) -> Belief:
    belief = Belief(state["exercise"], scope)
    belief.rows = state["rows"]
    belief.tracks = from_state(Tracks, TRACK, state["tracks"], state["capacity"])
    belief.nursery = Nursery.load(state["nursery"])
    belief.folded_to_s, belief.housekept_s = state["folded_to_s"], state["housekept_s"]
    belief.sources = [SourceRecord(**_known(SourceRecord, record)) for record in state["sources"]]
    belief.source_places = {record.name: place for place, record in enumerate(belief.sources)}
    belief.names, belief.caveats = state["names"], state["caveats"]
    belief.name_places = {name: place for place, name in enumerate(belief.names)}
    events = [CyberEvent.model_validate(event) for event in state["events"]]
    belief.events = OpenEvents({event.event_id: event for event in events})
    alerts = [Alert.model_validate(alert) for alert in state["alerts"]]
    belief.alerts = {alert.alert_id: alert for alert in alerts}
    belief.lobs = [Lob(**_known(Lob, lob)) for lob in state["lobs"]]
    belief.held_numbers = dict(state["numbers"])
    belief.counters = Counters(**_known(Counters, state["counters"]))
    belief.registration = Registration.load(state["registration"])
    belief.misfits = {place: Misfits.load(found) for place, found in state["misfits"]}
    belief.triangulation = Triangulation.load(state["triangulation"])
    return belief


def _known(kind: type[Any], values: Json) -> Json:
    names = {f.name for f in fields(kind)}
    return {name: value for name, value in values.items() if name in names}
