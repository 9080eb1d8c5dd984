"""How well trackers do on made-up skies: this engine, Stone Soup and the oracle, on the same reports."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.peers import FLOOR, OWN, TUNED, played
from benchmarks.sky import Truth, make_sky
from benchmarks.sky_cases import SkyCase
from benchmarks.sky_quality import Quality, each_per_target, quality_of
from benchmarks.sky_scoring import RunScore, score_run
from contracts.columns import FloatArray
from triptych.places import data_folder

WANTED_RATIO: Final = {"sparse": 0.92, "dense": 0.72, "dense-1000": 0.72, "manoeuvring": 0.70}
"""GOSPA per target over that of the best tuned Stone Soup: at most."""
WANTED_GAP_CLOSED: Final = 0.5
WANTED_SWITCHES: Final = {"dense-1000": 0.1}
"""Identity switches over those of the best tuned Stone Soup: at most."""
WANTED_ANEES: Final = (0.8, 1.3)
"""Where the model is right: in all cases but the manoeuvring one."""

_RESAMPLES: Final = 10_000
_DENSITY_REACH_M: Final = 1_000.0


class Scored(NamedTuple):
    """A tracker's runs on one case.

    Attributes:
        tracker: its name.
        seeds: one run each.
        scans: how many of the case's scans it ran in each.
        each: the score of each run.
        all: the score of all of them together.
        by_scan_m: (K,) GOSPA per target of each scan, mean over the runs.
        cpu_s: (S,) CPU time of each scan, of all runs.
    """

    tracker: str
    seeds: tuple[int, ...]
    scans: tuple[int, ...]
    each: tuple[Quality, ...]
    all: Quality
    by_scan_m: FloatArray
    cpu_s: FloatArray


class Estimate(NamedTuple):
    """A number and where 95 of 100 resamples of the seeds put it.

    Attributes:
        value: from all seeds.
        low: 2.5 of 100 are below.
        high: 2.5 of 100 are above.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What all trackers made of one case.

    Attributes:
        density_per_km2: of the targets around a target, at the first, the middle and the last scan.
        scored: by tracker.
    """

    case: SkyCase
    density_per_km2: tuple[float, float, float]
    scored: dict[str, Scored]

    @property
    def best_tuned(self) -> Scored | None:
        """The tuned Stone Soup with the least GOSPA, of those that ran all scans."""
        whole = [
            self.scored[name]
            for name in TUNED
            if name in self.scored and min(self.scored[name].scans) == self.case.scans
        ]
        return min(whole, key=lambda scored: scored.all.gospa_per_target_m, default=None)

    @property
    def gospa_ratio(self) -> Estimate:
        """This engine's GOSPA per target over the best tuned Stone Soup's."""
        return self._compare(lambda own, peer, _: _ratio(own.mean(), peer.mean()), _gospas)

    @property
    def gap_closed(self) -> Estimate:
        """Which part of the way from the best tuned Stone Soup to the oracle this engine goes."""
        return self._compare(
            lambda own, peer, floor: _ratio(peer.mean() - own.mean(), peer.mean() - floor.mean()), _gospas
        )

    @property
    def switch_ratio(self) -> Estimate:
        """This engine's identity switches over the best tuned Stone Soup's."""
        return self._compare(lambda own, peer, _: _ratio(own.sum(), peer.sum()), _switches)

    @property
    def good(self) -> bool:
        """Whether this engine meets what is wanted of this case; without a peer, what can be said alone."""
        name, own = self.case.name, self.scored.get(OWN)
        low, high = WANTED_ANEES
        honest = own is None or self.case.turning_share > 0.0 or low <= own.all.anees_position <= high
        return (
            honest
            and not self.gospa_ratio.value > WANTED_RATIO.get(name, math.inf)
            and not self.gap_closed.value < WANTED_GAP_CLOSED
            and not self.switch_ratio.value > WANTED_SWITCHES.get(name, math.inf)
        )

    def _compare(
        self,
        of: Callable[[FloatArray, FloatArray, FloatArray], float],
        column: Callable[[Scored], FloatArray],
    ) -> Estimate:
        """Return a comparison of this engine, its best peer and the floor, seed by seed; NaN without them."""
        peer, floor = self.best_tuned, self.scored.get(FLOOR)
        if peer is None or floor is None or OWN not in self.scored:
            return Estimate(math.nan, math.nan, math.nan)
        return resampled(of, column(self.scored[OWN]), column(peer), column(floor))


def resampled(
    of: Callable[[FloatArray, FloatArray, FloatArray], float],
    own: FloatArray,
    peer: FloatArray,
    floor: FloatArray,
) -> Estimate:
    """Return a number with its bootstrap interval: seeds are drawn again, with replacement, for all alike.

    Args:
        of: the number, from the three columns.
        own: (S,) one value a seed.
        peer: (S,) of the same seeds.
        floor: (S,) of the same seeds.
    """
    chance = np.random.default_rng(0)
    drawn = chance.integers(0, len(own), (_RESAMPLES, len(own)))
    values = np.array([of(own[row], peer[row], floor[row]) for row in drawn])
    known = values[np.isfinite(values)]
    low, high = np.quantile(known, (0.025, 0.975)).tolist() if known.size else (math.nan, math.nan)
    return Estimate(of(own, peer, floor), low, high)


def run_case(
    case: SkyCase,
    trackers: Sequence[str],
    seeds: Sequence[int],
    *,
    folder: Path | None = None,
    cap_s: float = math.inf,
    tell: Callable[[str], None] = lambda _: None,
) -> CaseResult:
    """Let trackers play a case.

    Args:
        trackers: names of :data:`benchmarks.peers.NAMES`.
        seeds: at least one.
        folder: where peers' runs are kept; none makes them anew.
        cap_s: CPU time of one run after which Stone Soup begins no further scan.
        tell: called with what is played next.
    """
    scored: dict[str, Scored] = {}
    for name in trackers:
        tell(f"{case.name}: {name}")
        scored[name] = score(name, case, seeds, folder=folder, cap_s=cap_s)
    densities = np.mean([_densities(make_sky(case, seed).truth) for seed in seeds], axis=0)
    first, middle, last = densities.tolist()
    return CaseResult(case, (first, middle, last), scored)


def score(
    name: str, case: SkyCase, seeds: Sequence[int], *, folder: Path | None = None, cap_s: float = math.inf
) -> Scored:
    """Let one tracker play a case with several seeds, and score it; takes what :func:`run_case` takes."""
    runs: list[RunScore] = []
    cpu_s: list[FloatArray] = []
    for seed in seeds:
        sky = make_sky(case, seed)
        run = played(name, sky, folder, cap_s)
        runs.append(score_run(sky.truth, run.tracks, scans=len(run.cpu_s)))
        cpu_s.append(run.cpu_s)
    fewest = min(len(run.scans) for run in runs)
    return Scored(
        tracker=name,
        seeds=tuple(seeds),
        scans=tuple(len(run.scans) for run in runs),
        each=tuple(quality_of([run], case.period_s) for run in runs),
        all=quality_of(runs, case.period_s),
        by_scan_m=np.mean([each_per_target(run.scans[:fewest]) for run in runs], axis=0),
        cpu_s=np.concatenate(cpu_s),
    )


def kept_folder() -> Path:
    """Return where peers' runs are kept."""
    return data_folder() / "benchmarks" / "skies"


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else math.nan


def _gospas(scored: Scored) -> FloatArray:
    return np.array([one.gospa_per_target_m for one in scored.each])


def _switches(scored: Scored) -> FloatArray:
    return np.array([float(one.switches) for one in scored.each])


def _densities(truth: Truth) -> FloatArray:
    """Return (3,) how many other targets there are within a kilometre of one, as a density."""
    scans = (0, len(truth.alive) // 2, len(truth.alive) - 1)
    return np.array([_density(truth.state[scan][truth.alive[scan]][:, ::2]) for scan in scans])


def _density(place_m: FloatArray) -> float:
    """Return the mean density per square kilometre around one of (J, 2) places."""
    if not len(place_m):
        return 0.0
    tree = cKDTree(place_m)
    others = tree.count_neighbors(tree, _DENSITY_REACH_M) - len(place_m)
    return float(others) / len(place_m) / (math.pi * (_DENSITY_REACH_M / 1e3) ** 2)
