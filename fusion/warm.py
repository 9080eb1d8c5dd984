"""Compiles every kernel before the first report needs it: ``python -m fusion.warm``.

Compiled kernels are kept on disk, so this takes half a minute once and under a second afterwards.
It folds a minute of a made-up sky with every kind of report, which reaches every kernel.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import numpy as np

from contracts import geodesy
from contracts.emitters import EMITTERS
from contracts.labels import Classification, Label
from contracts.platforms import CODE_OF_PLATFORM
from contracts.reports import (
    CyberEvents,
    RadarScan,
    ReportBatch,
    SelfReports,
    SigintIntercepts,
    empty_intercept_columns,
)
from fusion.biases import no_biases, settle_on
from fusion.compiled import PREFIX, kernels_folder
from fusion.near_misses import agreement, forget_misses, no_misses
from fusion.scopes import Scopes
from fusion.settings import EngineSettings

_LABEL = Label(classification=Classification.UNCLASSIFIED, releasable_to=("USA", "JPN", "KOR"))
_START_S = 1000.0
_SHIPS = 3
_SITE = (33.0, 128.0, 100.0)


def warm() -> int:
    """Fold a made-up minute and return how many tracks came of it."""
    scopes = Scopes.begin("warm", ("ALL",), EngineSettings())
    for batch in _minute():
        scopes.fold(batch)
    _settle()
    restored = Scopes.load(scopes.dump(), scopes.settings)
    return restored.draw(1, _START_S, _START_S + 60.0)["ALL"].tracks


def _settle() -> None:
    """Reach the kernels that only a radar with a large bias needs."""
    misses = no_misses(1)
    agreement(misses, 0, _START_S, 50.0, 0.005, np.empty(2))
    settle_on(no_biases(1), 0, 0.0, 0.0, 1.0, 1.0)
    forget_misses(misses)


def forget_old_kernels() -> None:
    """Remove the kernels of earlier contents of the package."""
    folder = kernels_folder(Path(__file__).parent)
    for old in folder.parent.glob(f"{PREFIX}*"):
        if old != folder:
            rmtree(old, ignore_errors=True)


def _minute() -> Iterator[ReportBatch]:
    for step in range(15):
        from_s = _START_S + 4.0 * step
        head = {
            "exercise": "warm", "nation": "USA", "sequence": step, "measured_from_s": from_s,
            "measured_to_s": from_s + 4.0, "produced_at_s": from_s, "label": _LABEL,
        }  # fmt: skip
        site = {
            "site_lat_deg": _SITE[0], "site_lon_deg": _SITE[1], "site_height_m": _SITE[2], "range_max_m": 3e5,
        }  # fmt: skip
        for three_d in (False, True):
            yield RadarScan.model_validate(head | site | _plots(from_s, step, three_d=three_d))
        yield SelfReports.model_validate(head | _self_reports(from_s, step))
        yield SigintIntercepts.model_validate(head | site | _intercepts(from_s))
        yield CyberEvents.model_validate(head | {"sensor": "warm-cyber"})


def _plots(from_s: float, step: int, *, three_d: bool) -> dict[str, object]:
    count = _SHIPS + 1
    nothing = np.full(count, np.nan)
    # The last plot is somewhere else every time, as a false one would be.
    range_m = np.array([*(50e3 + 40.0 * step + 9e3 * np.arange(_SHIPS)), 9e4 + 1e4 * step])
    return {
        "sensor": f"warm-radar-{'3d' if three_d else '2d'}", "scan": step, "revolution_s": 4.0,
        "range_sigma_m": 50.0, "azimuth_sigma_rad": 0.005,
        "elevation_sigma_rad": 0.01 if three_d else None, "range_rate_sigma_m_per_s": 2.0,
        "measured_at_s": np.full(count, from_s + 2.0), "range_m": range_m,
        "azimuth_rad": np.full(count, 1.0), "elevation_rad": np.full(count, 0.1) if three_d else nothing,
        "height_m": nothing, "range_rate_m_per_s": np.full(count, 10.0), "snr_db": np.full(count, 20.0),
    }  # fmt: skip


def _self_reports(from_s: float, step: int) -> dict[str, object]:
    # The second ship's reports jump away half-way: a dispute. Half-way, too, what the radars have
    # long tracked begins to report itself.
    lat = [33.5 + 1e-4 * step, 34.0 + (0.5 if step > 8 else 0.0), 33.2]
    lon = [128.5, 128.5, 128.5]
    types = ["cargo-ship", "tanker", "airliner"]
    if step > 7:
        tracked_lat, tracked_lon = _first_plot_deg(step)
        lat, lon, types = [*lat, tracked_lat], [*lon, tracked_lon], [*types, "ferry"]
    count = len(types)
    return {
        "sensor": "warm-ais", "measured_at_s": np.full(count, from_s + 2.0),
        "claimed_id": np.arange(1, count + 1), "lat_deg": np.array(lat), "lon_deg": np.array(lon),
        "height_m": np.where(np.arange(count) == 2, 9000.0, np.nan), "course_rad": np.ones(count),
        "speed_m_per_s": np.full(count, 10.0), "position_sigma_m": np.full(count, 10.0),
        "platform": np.array([CODE_OF_PLATFORM[name] for name in types]),
        "name": tuple("ABCD"[:count]),
    }  # fmt: skip


def _first_plot_deg(step: int) -> tuple[float, float]:
    """Return latitude and longitude of the first plot of the radar without elevation."""
    origin, axes = geodesy.site_frame(*_SITE)
    ground_m = 50e3 + 40.0 * step
    enu = np.array([ground_m * np.sin(1.0), ground_m * np.cos(1.0), -_SITE[2] - ground_m**2 / 12.74e6])
    lat, lon, _ = geodesy.to_geodetic(geodesy.from_enu(enu, origin, axes))
    return float(np.degrees(lat)), float(np.degrees(lon))


def _intercepts(from_s: float) -> dict[str, object]:
    return {
        "sensor": "warm-sigint", "measured_at_s": np.full(2, from_s), "bearing_rad": np.array([0.7, 2.0]),
        "bearing_sigma_rad": np.full(2, 0.05), "notations": (EMITTERS[0].notation,),
        "candidate_start": np.arange(3), "candidate_notation": np.zeros(2, np.int16),
        "candidate_confidence": np.full(2, 0.9),
        **empty_intercept_columns(2),
        "frequency_hz": np.full(2, 9.4e9), "frequency_sigma_hz": np.full(2, 1e6),
        "pri_s": np.full(2, 1e-3), "pri_sigma_s": np.full(2, 1e-6),
    }  # fmt: skip


if __name__ == "__main__":
    began_s = time.perf_counter()
    tracks = warm()
    forget_old_kernels()
    print(
        f"fusion kernels ready in {time.perf_counter() - began_s:.1f} s ({tracks} tracks in the made-up sky)"
    )
