"""Whether bearings, and a lidar, help a radar: fusion on the Autoferry recordings, against GNSS truth."""

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from benchmarks.autoferry_runs import (
    BOATS,
    ELECTRO_OPTICAL,
    INFRARED,
    LIDAR,
    RADAR,
    RUNS,
    Detections,
    read_run,
    reports_of,
)
from benchmarks.pairing import assign, near_pairs
from benchmarks.set_distance import Gospa, gospa
from contracts.columns import FloatArray
from fusion.offline import fuse
from fusion.report_checks import check
from fusion.sensor_settings import Sensors
from fusion.settings import EngineSettings

CUTOFF_M: Final = 20.0
"""GOSPA's c: a few lengths of a boat."""
ORDER: Final = 2.0
"""Its p."""

ALONE: Final = "radar"
FUSED: Final = "radar and bearings"
MIXES: Final[Mapping[str, tuple[int, ...]]] = {
    ALONE: (RADAR,),
    "radar and infrared": (RADAR, INFRARED),
    "radar and electro-optical": (RADAR, ELECTRO_OPTICAL),
    FUSED: (RADAR, INFRARED, ELECTRO_OPTICAL),
    "radar and lidar": (LIDAR, RADAR),
    "all": (LIDAR, RADAR, INFRARED, ELECTRO_OPTICAL),
}
"""Which sensors are fused, by name."""

SETTINGS: Final = Path(__file__).parent / "autoferry.toml"


@dataclass(frozen=True, slots=True)
class Score:
    """How one mix of sensors did on one run; means over the radar's scans.

    Attributes:
        scans: of the radar, those without a plot left out.
        gospa_m: with c 20 m, p 2, alpha 2; not divided by the targets, which are two throughout.
        gospa_localisation_share: which part of the sum of squares comes from distances of pairs.
        gospa_missed_share: from boats without a track.
        gospa_false_share: from tracks without a boat.
        rmse_m: distance of the pairs.
        missed: boats without a track in a scan.
        false: tracks without a boat in a scan.
    """

    scans: int
    gospa_m: float
    gospa_localisation_share: float
    gospa_missed_share: float
    gospa_false_share: float
    rmse_m: float
    missed: float
    false: float


@dataclass(frozen=True, slots=True)
class AutoferryResult:
    """What was found.

    Attributes:
        scores: by run, then by mix.
    """

    scores: Mapping[int, Mapping[str, Score]]

    @property
    def gains_m(self) -> dict[int, float]:
        """How much less GOSPA radar and bearings have than radar alone, by run."""
        return {run: of[ALONE].gospa_m - of[FUSED].gospa_m for run, of in self.scores.items()}

    @property
    def good(self) -> bool:
        """Whether bearings do no harm on any run, and good on average."""
        gains_m = list(self.gains_m.values())
        return min(gains_m) >= 0.0 and sum(gains_m) > 0.0


class Knowledge(NamedTuple):
    """What the engine is told.

    Attributes:
        engine: its settings.
        sensors: what is known of the sensors.
    """

    engine: EngineSettings
    sensors: Sensors


def run_autoferry(
    folder: Path, runs: Sequence[int] = RUNS, tell: Callable[[str], None] = lambda _: None
) -> AutoferryResult:
    """Fuse every mix of sensors on every run, and score it.

    Args:
        folder: of the recordings.
        runs: their numbers.
        tell: called with what is fused next.

    Raises:
        FileNotFoundError: a run is not there.
    """
    told = knowledge_of(tomllib.loads(SETTINGS.read_text(encoding="utf-8")))
    scores: dict[int, dict[str, Score]] = {}
    for number in runs:
        run = read_run(folder, number)
        scores[number] = {}
        for name, sensors in MIXES.items():
            tell(f"run {number}: {name}")
            scores[number][name] = play(run, sensors, told)
    return AutoferryResult(scores)


def knowledge_of(settings: Mapping[str, Any]) -> Knowledge:
    """Return what the engine is told, from the tables of a settings file as `triptych fuse` takes it."""
    engine = {name: value for name, value in settings.items() if name != "sensor"}
    return Knowledge(EngineSettings.model_validate(engine), Sensors(settings.get("sensor", {})))


def play(run: Sequence[Detections], sensors: tuple[int, ...], told: Knowledge) -> Score:
    """Fuse the reports of some sensors of a run and score the tracks at the end of each radar scan."""
    table, left_out = check(reports_of(list(run), sensors), planar=True)
    assert not left_out.rows, left_out  # noqa: S101 - the recordings have no malformed report
    tracks = fuse(table, told.engine, sensors=told.sensors)
    places_m = np.stack([tracks.x_m, tracks.y_m], axis=-1)
    return _mean([
        score_scan(each.truth_m, places_m[tracks.scan == scan])
        for scan, each in enumerate(run)
        if each.sensor == RADAR and len(each.found)
    ])  # fmt: skip


def score_scan(truth_m: FloatArray, tracks_m: FloatArray) -> Gospa:
    """Return GOSPA of the tracks at one time.

    Args:
        truth_m: (2, 2) places of the boats.
        tracks_m: (N, 2) places of the tracks.
    """
    near = near_pairs(truth_m, tracks_m, CUTOFF_M)
    track_of = assign(near, CUTOFF_M, ORDER)
    found = np.flatnonzero(track_of >= 0)
    apart_m = truth_m[found] - tracks_m[track_of[found]]
    return gospa(near, np.hypot(apart_m[:, 0], apart_m[:, 1]), CUTOFF_M, ORDER)


def _mean(scans: Sequence[Gospa]) -> Score:
    parts = np.array(scans)
    gospa_m, near_m2, missed_m2, false_m2 = parts.mean(axis=0).tolist()
    whole_m2 = near_m2 + missed_m2 + false_m2
    missed, false = missed_m2 / (CUTOFF_M**ORDER / 2.0), false_m2 / (CUTOFF_M**ORDER / 2.0)
    return Score(
        scans=len(scans),
        gospa_m=gospa_m,
        gospa_localisation_share=_share(near_m2, whole_m2),
        gospa_missed_share=_share(missed_m2, whole_m2),
        gospa_false_share=_share(false_m2, whole_m2),
        rmse_m=math.sqrt(_share(near_m2, BOATS - missed)),
        missed=missed,
        false=false,
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else math.nan
