"""Fusion's quality and cost on a scenario: rehearsed, folded, scored and timed, seed after seed."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Final

from benchmarks.attacks import Attacks, attacks_of
from benchmarks.calibration import Calibration, Stated, calibration_of, stated
from benchmarks.diagnosis import Diagnosis, WrongTrack
from benchmarks.identification import Said, SaidTotals, said, total_said
from benchmarks.radar_doubles import Doubled, DoubledTotals, doubled, kinds_of, total_doubled
from benchmarks.rehearsal import Cycle, Rehearsal
from benchmarks.results import Json
from benchmarks.scoring import CycleScore, Rule, Scorer
from benchmarks.situation import objects_of, shown_of
from benchmarks.spread import Spread, spread_of
from benchmarks.totals import Totals, total
from contracts.codec import encode
from contracts.labels import Scope
from fusion.scopes import Scopes
from fusion.settings import EngineSettings
from fusion.warm import warm
from producers.scenario import Scenario

COMPLETENESS_WANTED: Final = 0.9
SPURIOUSNESS_WANTED: Final = 0.05
_WORST_SHOWN: Final = 25


@dataclass(frozen=True, slots=True)
class FusionBench:
    """What is asked for.

    Attributes:
        seeds: one run each.
        scope: whose picture is fused and scored.
        duration_s: exercise time of each run.
        rule: how scores are made.
    """

    scenario: Scenario
    seeds: tuple[int, ...]
    scope: Scope = "ALL"
    duration_s: float = 3600.0
    cycle_s: float = 30.0
    rule: Rule = field(default_factory=Rule)


@dataclass(slots=True)
class Cost:
    """CPU time of the fusion alone, without making reports and without scoring.

    Attributes:
        batch_s: of each batch folded.
        draw_s: of each picture drawn, housekeeping included.
        encode_s: of each picture encoded.
        picture_bytes: of each picture, encoded.
        reports: rows folded.
        exercise_s: exercise time played.
    """

    batch_s: list[float] = field(default_factory=list)
    draw_s: list[float] = field(default_factory=list)
    encode_s: list[float] = field(default_factory=list)
    picture_bytes: list[int] = field(default_factory=list)
    reports: int = 0
    exercise_s: float = 0.0

    def summary(self) -> "CostSummary":
        """Return it in numbers."""
        cpu_s = sum(self.batch_s) + sum(self.draw_s) + sum(self.encode_s)
        share = cpu_s / self.exercise_s if self.exercise_s else float("nan")
        return CostSummary(
            cpu_s_per_exercise_s=share,
            cpu_s_per_exercise_hour=3600.0 * share,
            cpu_us_per_report=1e6 * cpu_s / self.reports if self.reports else float("nan"),
            reports=self.reports,
            batch_ms=spread_of([1e3 * value for value in self.batch_s]),
            draw_ms=spread_of([1e3 * value for value in self.draw_s]),
            encode_ms=spread_of([1e3 * value for value in self.encode_s]),
            picture_kb=spread_of([value / 1e3 for value in self.picture_bytes]),
        )


@dataclass(frozen=True, slots=True)
class CostSummary:
    """What the fusion of one scope costs."""

    cpu_s_per_exercise_s: float
    cpu_s_per_exercise_hour: float
    cpu_us_per_report: float
    reports: int
    batch_ms: Spread
    draw_ms: Spread
    encode_ms: Spread
    picture_kb: Spread


@dataclass(slots=True)
class Run:
    """One seed's run."""

    seed: int
    scores: list[CycleScore] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)
    cost: Cost = field(default_factory=Cost)
    diagnosis: Diagnosis = field(default_factory=Diagnosis)
    attacks: Attacks = field(default_factory=Attacks)
    doubled: list[Doubled] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FusionResult:
    """What was found: every run by itself, and all of them together."""

    bench: FusionBench
    runs: tuple[Run, ...]

    @property
    def totals(self) -> Totals:
        """The scores of all runs together."""
        scores = [score for run in self.runs for score in run.scores]
        return total(scores, self.bench.rule, self.bench.cycle_s)

    @property
    def said(self) -> SaidTotals:
        """What all runs' pictures said of the objects."""
        return total_said([part for run in self.runs for part in run.said])

    @property
    def calibration(self) -> Calibration:
        """Whether what all runs' pictures stated of sides is right as often as they say."""
        return calibration_of([part for run in self.runs for part in run.stated])

    @property
    def doubled(self) -> DoubledTotals:
        """Double tracks of all runs, by the radars that feed them."""
        return total_doubled([part for run in self.runs for part in run.doubled])

    def of_seeds(self) -> dict[int, Totals]:
        """Return each run's scores."""
        return {run.seed: total(run.scores, self.bench.rule, self.bench.cycle_s) for run in self.runs}

    @property
    def cost(self) -> CostSummary:
        """What all runs together cost."""
        whole = Cost()
        for run in self.runs:
            whole.batch_s += run.cost.batch_s
            whole.draw_s += run.cost.draw_s
            whole.encode_s += run.cost.encode_s
            whole.picture_bytes += run.cost.picture_bytes
            whole.reports += run.cost.reports
            whole.exercise_s += run.cost.exercise_s
        return whole.summary()

    @property
    def good(self) -> bool:
        """Whether the targets are met."""
        totals = self.totals
        return totals.completeness >= COMPLETENESS_WANTED and totals.spuriousness <= SPURIOUSNESS_WANTED

    def asked(self) -> Json:
        """Return what was asked for, for the file."""
        bench = self.bench
        return {
            "scenario": bench.scenario.exercise,
            "seeds": list(bench.seeds),
            "scope": bench.scope,
            "exercise_s": bench.duration_s,
            "cycle_s": bench.cycle_s,
            "rule": asdict(bench.rule),
        }

    def found(self) -> Json:
        """Return the numbers, for the file."""
        return {
            "wanted": {"completeness_min": COMPLETENESS_WANTED, "spuriousness_max": SPURIOUSNESS_WANTED},
            "good": self.good,
            "totals": asdict(self.totals),
            "of_seeds": {str(seed): asdict(totals) for seed, totals in self.of_seeds().items()},
            "said": asdict(self.said),
            "calibration": asdict(self.calibration),
            "doubled": asdict(self.doubled),
            "spoofed": {
                str(run.seed): [asdict(one.totals()) for one in run.attacks.spoofed] for run in self.runs
            },
            "attacked": {
                str(run.seed): [asdict(one.totals()) for one in run.attacks.attacked] for run in self.runs
            },
            "cost": asdict(self.cost),
            "kinds": self.kinds(),
            "worst": {str(run.seed): _worst(run.diagnosis) for run in self.runs},
        }

    def kinds(self) -> list[Json]:
        """Return one row per type and side of object, over all runs."""
        keys = sorted({key for run in self.runs for key in run.diagnosis.kinds})
        return [row for key in keys if (row := self._kind(key)) is not None]

    def _kind(self, key: tuple[str, str]) -> Json | None:
        parts = [run.diagnosis.kinds[key] for run in self.runs if key in run.diagnosis.kinds]
        objects, errors_m = sum(part.objects for part in parts), [e for part in parts for e in part.errors_m]
        if not objects:
            return None
        return {
            "type": key[0],
            "side": key[1],
            "objects": objects,
            "completeness": sum(part.held for part in parts) / objects,
            "switches": sum(part.switches for part in parts),
            "error_m": asdict(spread_of(errors_m)),
        }

    def wrong(self) -> list[tuple[str, str, str, int, int]]:
        """Return (spurious or double, made of, shown as, tracks, pictures), most pictures first."""
        pictures: Counter[tuple[str, str, str]] = Counter()
        tracks: Counter[tuple[str, str, str]] = Counter()
        for run in self.runs:
            for what, found in (("spurious", run.diagnosis.spurious), ("double", run.diagnosis.doubles)):
                for track in found.values():
                    pictures[what, track.made_of, track.domain] += track.pictures
                    tracks[what, track.made_of, track.domain] += 1
        return [(*key, tracks[key], count) for key, count in pictures.most_common()]


def run_fusion_bench(
    bench: FusionBench, on_cycle: Callable[[int, Cycle, CycleScore], None] | None = None
) -> FusionResult:
    """Run every seed.

    Args:
        bench: what is asked for.
        on_cycle: called with seed, cycle and score as they come.
    """
    warm()
    runs: list[Run] = []
    for seed in bench.seeds:
        run = Run(seed, attacks=attacks_of(bench.scenario))
        for cycle, score in _play(bench, run):
            if on_cycle is not None:
                on_cycle(seed, cycle, score)
        runs.append(run)
    return FusionResult(bench, tuple(runs))


def _play(bench: FusionBench, run: Run) -> Iterator[tuple[Cycle, CycleScore]]:
    scopes = Scopes.begin(bench.scenario.exercise, (bench.scope,), EngineSettings())
    scorer = Scorer(bench.rule)
    rehearsal = Rehearsal(bench.scenario, run.seed, bench.scope, bench.cycle_s, bench.duration_s)
    cost, kinds = run.cost, kinds_of(bench.scenario)
    for cycle in rehearsal.cycles():
        for batch in cycle.batches:
            began_s = time.process_time()
            scopes.fold(batch)
            cost.batch_s.append(time.process_time() - began_s)
            cost.reports += batch.rows
        began_s = time.process_time()
        picture = scopes.draw(cycle.number, cycle.from_s, cycle.end_s)[bench.scope]
        drawn_s = time.process_time()
        encoded = encode(picture)
        cost.draw_s.append(drawn_s - began_s)
        cost.encode_s.append(time.process_time() - drawn_s)
        cost.picture_bytes.append(len(encoded))
        cost.exercise_s += cycle.end_s - cycle.from_s
        objects, shown = objects_of(cycle.truth), shown_of(picture)
        score = scorer.take(cycle.end_s, objects, shown)
        run.scores.append(score)
        run.said.append(said(objects, shown, score.matched))
        run.stated.append(stated(objects, shown, score.matched))
        run.diagnosis.take(cycle, objects, shown, picture, score)
        run.attacks.take(cycle, objects, shown, picture, score)
        run.doubled.append(doubled(kinds, objects, shown, picture, score))
        yield cycle, score


def _worst(diagnosis: Diagnosis) -> Json:
    """Return what a run missed or showed wrongly most often."""
    return {
        "missed": [
            {"object": name, "missed": count, "detectable": diagnosis.seen[name]}
            for name, count in diagnosis.missed.most_common(_WORST_SHOWN)
        ],
        "switched": dict(diagnosis.switches.most_common(_WORST_SHOWN)),
        "spurious": [_wrong(track) for track in _longest(diagnosis.spurious)],
        "doubles": [_wrong(track) for track in _longest(diagnosis.doubles)],
    }


def _longest(tracks: dict[int, WrongTrack]) -> list[WrongTrack]:
    return sorted(tracks.values(), key=lambda track: -track.pictures)[:_WORST_SHOWN]


def _wrong(track: WrongTrack) -> Json:
    return {
        "pictures": track.pictures,
        "first_s": track.first_s,
        "shown_as": track.domain,
        "made_of": track.made_of,
        "origins": dict(track.origins.most_common(4)),
        "sources": dict(track.sources.most_common(8)),
    }
