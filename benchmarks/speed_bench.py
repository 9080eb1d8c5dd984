"""What a scan costs by the number of targets: CPU time of this engine, and of peers where they can play."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.peers import STONESOUP, played, players
from benchmarks.sky import Sky, make_sky
from benchmarks.sky_cases import SPEED_CASES, SkyCase
from benchmarks.spread import Spread, spread_of

START_SCANS: Final = 5
"""Scans in which most tracks of a run are started; the spread is given with and without them."""

PEERS_MAX: Final = 1_000
"""Most targets with which peers play."""

WANTED_MEDIAN_MS: Final = {1_000: 1.0, 10_000: 9.0, 100_000: 100.0, 1_000_000: 1_500.0}
WANTED_WORST_MS: Final = {1_000: 5.0, 10_000: 50.0, 100_000: 600.0}
WANTED_RATIO: Final = 1_300.0
"""Of the best associator of Stone Soup to this engine, medians at 1,000 targets."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What one tracker's scans cost on one size of sky, over several seeds.

    Attributes:
        tracker: its name.
        targets: of the sky.
        seeds: one run each.
        scans: how many were run, over all seeds.
        reports: in them.
        scan_ms: CPU time of every scan, start-up included.
        settled_ms: the same from the sixth scan of a run on.
        detections_per_cpu_s: reports over the CPU time of all scans.
        bytes_per_track: of the track table; NaN where it is not known.
    """

    tracker: str
    targets: int
    seeds: tuple[int, ...]
    scans: int
    reports: int
    scan_ms: Spread
    settled_ms: Spread
    detections_per_cpu_s: float
    bytes_per_track: float


@dataclass(frozen=True, slots=True)
class SpeedResult:
    """What was found.

    Attributes:
        own: of this engine, by size.
        peers: of its peers at the size at which they can play.
    """

    own: tuple[Pace, ...]
    peers: tuple[Pace, ...]

    @property
    def exponent(self) -> float:
        """Slope of the median scan over the targets, both logarithms; NaN with less than two sizes."""
        if len(self.own) < 2:
            return math.nan
        sizes = np.log([pace.targets for pace in self.own])
        return float(np.polyfit(sizes, np.log([pace.scan_ms.p50 for pace in self.own]), 1)[0])

    @property
    def best_peer(self) -> Pace | None:
        """The peer with the least median scan."""
        return min(self.peers, key=lambda pace: pace.scan_ms.p50, default=None)

    @property
    def ratio(self) -> float:
        """The best peer's median scan over this engine's at the same size; NaN without a peer."""
        peer = self.best_peer
        same = [pace for pace in self.own if peer is not None and pace.targets == peer.targets]
        return peer.scan_ms.p50 / same[0].scan_ms.p50 if peer is not None and same else math.nan

    @property
    def good(self) -> bool:
        """Whether what was measured meets what is wanted of it."""
        return (
            all(
                pace.scan_ms.p50 <= WANTED_MEDIAN_MS.get(pace.targets, math.inf)
                and pace.scan_ms.most <= WANTED_WORST_MS.get(pace.targets, math.inf)
                for pace in self.own
            )
            and not self.ratio < WANTED_RATIO
        )


def run_speed_bench(
    seeds: Sequence[int],
    largest: int,
    peer_cap_s: float,
    tell: Callable[[str], None],
    *,
    peers: bool,
) -> SpeedResult:
    """Measure.

    Args:
        seeds: of the skies up to ten thousand targets; larger ones play the first alone.
        largest: most targets of a sky.
        peer_cap_s: CPU time after which a peer begins no further scan.
        tell: called with what is measured next.
        peers: whether Stone Soup plays, too.
    """
    own: list[Pace] = []
    others: list[Pace] = []
    for case in SPEED_CASES:
        if case.targets > largest:
            continue
        few = tuple(seeds) if case.targets <= 10_000 else tuple(seeds[:1])
        tell(f"{case.name}: this engine")
        own.append(pace_of("triptych", case, few, peer_cap_s))
        if case.targets <= PEERS_MAX:
            for name in players(case, stonesoup=peers):
                if name in STONESOUP:
                    tell(f"{case.name}: {name}")
                    others.append(pace_of(name, case, few[:1], peer_cap_s))
    return SpeedResult(tuple(own), tuple(others))


def pace_of(name: str, case: SkyCase, seeds: tuple[int, ...], cap_s: float) -> Pace:
    """Let one tracker play a case with several seeds, and time it.

    Args:
        name: one of :data:`benchmarks.peers.NAMES`.
        seeds: at least one.
        cap_s: CPU time of a run after which Stone Soup begins no further scan.
    """
    cpu_ms: list[float] = []
    settled_ms: list[float] = []
    reports, size = 0, math.nan
    for seed in seeds:
        sky = make_sky(case, seed)
        run = played(name, sky, cap_s=cap_s)
        size = run.bytes_per_track
        cpu_ms += (1e3 * run.cpu_s).tolist()
        settled_ms += (1e3 * run.cpu_s[START_SCANS:]).tolist()
        reports += _reports_of(sky, len(run.cpu_s))
    return Pace(
        tracker=name,
        targets=case.targets,
        seeds=seeds,
        scans=len(cpu_ms),
        reports=reports,
        scan_ms=spread_of(cpu_ms),
        settled_ms=spread_of(settled_ms),
        detections_per_cpu_s=1e3 * reports / sum(cpu_ms),
        bytes_per_track=size,
    )


def _reports_of(sky: Sky, scans: int) -> int:
    """Return how many reports the first scans of a sky have."""
    return int(np.searchsorted(sky.reports.scan, scans))
