"""A scenario played without a broker and without wall time: its reports in the order of the fold.

World and sensors are pure functions, so a rehearsal is one, too: the same scenario and seed give
the same reports, cycle by cycle, as if every batch had taken no time on its way. Only an attack
that holds batches back makes them late, and then they are folded when they come.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from contracts.clock import CycleGrid
from contracts.control import TruthAttribution, TruthStates
from contracts.labels import Scope, visible
from contracts.reports import REPORT_MODELS, ReportBatch
from fusion.pending import Pending
from producers.scenario import Scenario
from producers.sensors import Sensor, sensors_of
from producers.truth import truth_states
from producers.world import World, build_world

ReportKey = tuple[str, int, int]
"""Source, epoch and sequence: one batch."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """What one cycle brings.

    Attributes:
        number: of the cycle.
        from_s: exercise time at which it begins.
        end_s: exercise time at which it ends.
        batches: in the order of the fold.
        attributions: whose each row of them was.
        truth: at its end; ``detectable`` is told for the scope.
    """

    number: int
    from_s: float
    end_s: float
    batches: tuple[ReportBatch, ...]
    attributions: dict[ReportKey, TruthAttribution]
    truth: TruthStates


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How a scenario is played.

    Attributes:
        scope: whose picture it is for; only its sensors make objects detectable.
        cycle_s: length of a cycle.
        duration_s: exercise time that is played, cut to the scenario's.
        allowed_lateness_s: how late a batch may be and still be folded in its place.
    """

    scenario: Scenario
    seed: int
    scope: Scope = "ALL"
    cycle_s: float = 30.0
    duration_s: float = 3600.0
    allowed_lateness_s: float = 0.25

    def cycles(self) -> Iterator[Cycle]:
        """Play cycle after cycle."""
        world = build_world(self.scenario, self.seed)
        seen = replace(world, scenario=within(self.scenario, self.scope))
        sources = [_Source(sensor) for sensor in sensors_of(self.scenario)]
        grid = CycleGrid(self.scenario.startex_s, self.cycle_s)
        stop_s = self.scenario.startex_s + min(self.duration_s, self.scenario.duration_s)
        pending = Pending()
        for number, end_s in grid.cycles():
            if end_s > stop_s:
                return
            attributions: dict[ReportKey, TruthAttribution] = {}
            for source in sources:
                for batch, attribution in source.until(world, end_s):
                    delay_s = source.sensor.delay_s(world, batch.measured_to_s)
                    pending.put(batch.measured_to_s + max(0.0, delay_s - self.allowed_lateness_s), batch)
                    if attribution is not None:
                        attributions[batch.source, batch.epoch, batch.sequence] = attribution
            batches: list[ReportBatch] = []
            while (due := pending.take_until(end_s)) is not None:
                batches.append(due)
            yield Cycle(
                number, grid.from_s(number), end_s, tuple(batches), attributions, truth_states(seen, end_s)
            )


def within(scenario: Scenario, scope: Scope) -> Scenario:
    """Return the scenario with only those sensors whose reports a scope may see."""
    return replace(
        scenario,
        radars=tuple(row for row in scenario.radars if visible(row.label, scope)),
        intercepts=tuple(row for row in scenario.intercepts if visible(row.label, scope)),
        self_reports=tuple(row for row in scenario.self_reports if visible(row.label, scope)),
        watch_floors=tuple(row for row in scenario.watch_floors if visible(row.label, scope)),
    )


@dataclass(slots=True)
class _Source:
    """A sensor and the number of its next batch."""

    sensor: Sensor
    sequence: int = 0

    def until(self, world: World, end_s: float) -> Iterator[tuple[ReportBatch, TruthAttribution | None]]:
        """Make the batches that are complete by a time."""
        while world.startex_s + (self.sequence + 1) * self.sensor.step_s <= end_s:
            produced = self.sensor.produce(world, self.sequence, world.startex_s)
            self.sequence += 1
            batch = produced.batch
            assert isinstance(batch, REPORT_MODELS)  # noqa: S101 - the four models are the union's members
            yield batch, produced.attribution  # type: ignore[misc]
