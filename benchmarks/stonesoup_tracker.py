"""Stone Soup, put together as its tutorials do, to play the same skies.

Stone Soup is DSTL's open framework for tracking (PyPI ``stonesoup``, MIT). It comes with the optional group
``bench``; without it :func:`installed` is false, and nothing else here may be called. Only its own parts are
used, unchanged: a tracker, an associator with a search tree, an initiator that holds tracks back until
they have several points, and deleters that count scans without a report.
"""
# Stone Soup has no types, and is not in the environment that is checked; nothing of it may be imported
# before it is known to be here.
# pyright: reportMissingImports=false
# ruff: noqa: PLC0415

import importlib.util
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import numpy as np

from benchmarks.sky import Sky
from benchmarks.sky_cases import SkyCase
from benchmarks.sky_tracks import Played, SkyTracks, stacked

Associator = Literal["kd-gnn", "tpr-gnn", "jpda"]

_BEGAN: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - its TPR tree wants times without a zone
_GATE_PROBABILITY: Final = 0.99
_TREE_REACH_SIGMA: Final = 4.0
_TREE_HORIZON_SCANS: Final = 6


@dataclass(frozen=True, slots=True)
class StoneSoupSettings:
    """How a tracker is put together. What is not said here it is told by the case, as the oracle is.

    Attributes:
        associator: ``kd-gnn`` and ``tpr-gnn`` assign globally (its GNN with 2-D assignment), over a KD
            tree of reports or a TPR tree of tracks; ``jpda`` weighs all of a track's reports (exact
            JPDA, by its efficient hypothesis management), over a KD tree.
        noise_m2_per_s3: power spectral density of the acceleration in its constant-velocity model.
        gate_sigma: a report farther off is no candidate (GNN's missed distance; not used by JPDA).
        points_wanted: reports that a held track needs to be released (``min_points``).
        held_misses_max: scans without a report until a held track goes.
        gate_sigma_held: the gate of held tracks.
        misses_max: scans without a report until a released track goes.
    """

    associator: Associator
    noise_m2_per_s3: float = 0.1
    gate_sigma: float = 3.0
    points_wanted: int = 2
    held_misses_max: int = 2
    gate_sigma_held: float = 3.0
    misses_max: int = 3


def installed() -> bool:
    """Return whether Stone Soup is here."""
    return importlib.util.find_spec("stonesoup") is not None


def play_stonesoup(sky: Sky, settings: StoneSoupSettings, cap_s: float = float("inf")) -> Played:
    """Let Stone Soup track a sky. Its time does not hold the making of its detections.

    Args:
        settings: how it is put together.
        cap_s: CPU time after which no further scan is begun.
    """
    scans = _detections(sky)
    steps = iter(_build(sky.case, settings, scans))
    numbers: dict[str, int] = {}
    shown: list[SkyTracks] = []
    cpu_s: list[float] = []
    for scan in range(len(scans)):
        if sum(cpu_s) > cap_s:
            break
        began_s = time.process_time()
        _, tracks = next(steps)
        cpu_s.append(time.process_time() - began_s)
        shown.append(_shown(scan, tracks, numbers))
    return Played(stacked(shown), np.array(cpu_s))


def _detections(sky: Sky) -> list[tuple[datetime, set[Any]]]:
    """Return each scan's time and detections."""
    from stonesoup.types.detection import Detection

    reports = sky.reports
    place_m = np.stack([reports.x_m, reports.y_m], axis=-1)
    scans: list[tuple[datetime, set[Any]]] = []
    for scan in range(sky.case.scans):
        first, last = np.searchsorted(reports.scan, (scan, scan + 1)).tolist()
        at = _BEGAN + timedelta(seconds=scan * sky.case.period_s)
        scans.append((at, {Detection(place.reshape(2, 1), timestamp=at) for place in place_m[first:last]}))
    return scans


def _build(case: SkyCase, settings: StoneSoupSettings, scans: list[tuple[datetime, set[Any]]]) -> Any:
    """Return a tracker over the scans' detections."""
    from stonesoup.deleter.time import UpdateTimeStepsDeleter
    from stonesoup.initiator.simple import MultiMeasurementInitiator
    from stonesoup.models.measurement.linear import LinearGaussian
    from stonesoup.models.transition.linear import CombinedLinearGaussianTransitionModel, ConstantVelocity
    from stonesoup.predictor.kalman import KalmanPredictor
    from stonesoup.tracker.simple import MultiTargetMixtureTracker, MultiTargetTracker
    from stonesoup.types.state import GaussianState
    from stonesoup.updater.kalman import KalmanUpdater

    noise = ConstantVelocity(settings.noise_m2_per_s3)
    predictor = KalmanPredictor(CombinedLinearGaussianTransitionModel([noise, noise]))
    measured = LinearGaussian(4, (0, 2), np.eye(2) * case.sigma_m**2)
    updater = KalmanUpdater(measured)
    parts = (predictor, updater, measured)
    variance = case.speed_sigma_m_per_s**2
    mixes = settings.associator == "jpda"
    return (MultiTargetMixtureTracker if mixes else MultiTargetTracker)(
        initiator=MultiMeasurementInitiator(
            prior_state=GaussianState(np.zeros((4, 1)), np.diag([0.0, variance, 0.0, variance])),
            measurement_model=measured,
            deleter=UpdateTimeStepsDeleter(settings.held_misses_max),
            data_associator=_gnn(case, parts, settings.gate_sigma_held, settings.associator),
            updater=updater,
            min_points=settings.points_wanted,
        ),
        deleter=UpdateTimeStepsDeleter(settings.misses_max),
        detector=_reader(scans),
        data_associator=_jpda(case, parts)
        if mixes
        else _gnn(case, parts, settings.gate_sigma, settings.associator),
        updater=updater,
    )


def _gnn(case: SkyCase, parts: tuple[Any, Any, Any], gate_sigma: float, associator: Associator) -> Any:
    """Return an associator that assigns globally; one that weighs hands its held tracks to a KD tree's."""
    from stonesoup.dataassociator.tree import DetectionKDTreeGNN2D, TPRTreeGNN2D
    from stonesoup.hypothesiser.distance import DistanceHypothesiser
    from stonesoup.measures import Mahalanobis

    predictor, updater, measured = parts
    hypothesiser = DistanceHypothesiser(predictor, updater, Mahalanobis(), missed_distance=gate_sigma)
    if associator == "tpr-gnn":
        horizon = timedelta(seconds=_TREE_HORIZON_SCANS * case.period_s)
        return TPRTreeGNN2D(hypothesiser, measured, horizon)
    return DetectionKDTreeGNN2D(hypothesiser, predictor, updater, max_distance=_tree_reach_m(case))


def _jpda(case: SkyCase, parts: tuple[Any, Any, Any]) -> Any:
    """Return an associator that weighs all of a track's reports, and is told clutter and detection."""
    from stonesoup.dataassociator.probability import JPDAwithEHM2
    from stonesoup.dataassociator.tree import DetectionKDTreeMixIn
    from stonesoup.hypothesiser.probability import PDAHypothesiser

    class KDTreeJPDA(DetectionKDTreeMixIn, JPDAwithEHM2):  # type: ignore[misc]
        """As its own KDTreeJPDA, with the faster of its two exact ways."""

    predictor, updater, _ = parts
    hypothesiser = PDAHypothesiser(
        predictor,
        updater,
        clutter_spatial_density=case.clutter_per_m2,
        prob_detect=case.detection_probability,
        prob_gate=_GATE_PROBABILITY,
    )
    return KDTreeJPDA(hypothesiser, predictor, updater, max_distance=_tree_reach_m(case))


def _tree_reach_m(case: SkyCase) -> float:
    """Return how far the KD tree looks: as far as a target that was seen once may be a scan later."""
    return _TREE_REACH_SIGMA * float(np.hypot(case.speed_sigma_m_per_s * case.period_s, 1.5 * case.sigma_m))


def _reader(scans: list[tuple[datetime, set[Any]]]) -> Any:
    """Return the scans as a tracker takes them."""
    from stonesoup.buffered_generator import BufferedGenerator
    from stonesoup.reader.base import DetectionReader

    class Scans(DetectionReader):  # type: ignore[misc]
        @BufferedGenerator.generator_method  # type: ignore[untyped-decorator]
        def detections_gen(self) -> Iterator[tuple[datetime, set[Any]]]:
            yield from scans

    return Scans()


def _shown(scan: int, tracks: set[Any], numbers: dict[str, int]) -> SkyTracks:
    """Return the released tracks of a scan; ``numbers`` gives each of its ids a number."""
    rows = [(numbers.setdefault(track.id, len(numbers)), track.state) for track in tracks]
    return SkyTracks(
        np.full(len(rows), scan),
        np.array([number for number, _ in rows], np.int64),
        np.array([state.state_vector for _, state in rows], np.float64).reshape(-1, 4),
        np.array([state.covar for _, state in rows], np.float64).reshape(-1, 4, 4),
    )
