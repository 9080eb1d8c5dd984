"""What the service counts and tells Health: nothing is dropped, late or refused without a number."""

from collections import deque
from dataclasses import dataclass, field, fields

from fusion.intake import Intake
from fusion.run import Run
from fusion.settings import FusionSettings


@dataclass(slots=True)
class Counts:
    """What the shell has done since it started, for Health."""

    broker_sessions: int = 0
    session_dropped: int = 0
    incoming_dropped: int = 0
    malformed_control: int = 0
    committed_batches: int = 0
    committed_reports: int = 0
    late_batches: int = 0
    pictures: int = 0
    incoming: int = 0
    outgoing_dropped: int = 0
    questions_answered: int = 0
    questions_dropped: int = 0
    holding: bool = False
    tick_late_s: deque[float] = field(default_factory=lambda: deque(maxlen=200))


def counters_of(
    counts: Counts, intake: Intake, run: Run | None, settings: FusionSettings
) -> dict[str, float]:
    """Return every counter by name."""
    counters = {f.name: float(getattr(counts, f.name)) for f in fields(counts) if f.name != "tick_late_s"}
    counters |= {f"refused_{reason}": float(count) for reason, count in intake.refused.items()}
    counters |= {
        "incoming_max": float(settings.incoming_max),
        "duplicates": float(intake.duplicates),
        "lost_batches": float(intake.marks.lost_batches),
        "sensors": float(len(intake.sensors)),
    }
    if counts.tick_late_s:
        ordered = sorted(counts.tick_late_s)
        counters["tick_late_ms_p50"] = 1e3 * ordered[len(ordered) // 2]
        counters["tick_late_ms_max"] = 1e3 * ordered[-1]
    if run is None:
        return counters
    counters |= {
        "cycle": float(run.cycle),
        "pending_batches": float(len(run.pending)),
        "pending_max": float(settings.pending_max),
        "ledger_dropped": float(run.ledger.dropped),
    }
    for scope, belief in run.scopes.beliefs.items():
        of_scope = belief.status_counts() | {
            f.name: getattr(belief.counters, f.name) for f in fields(belief.counters)
        }
        of_scope |= {"credits": belief.journal.held, "credits_dropped": belief.journal.dropped}
        counters |= {f"{scope.lower()}_{name}": float(value) for name, value in of_scope.items()}
    return counters
