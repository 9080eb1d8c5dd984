"""This engine as one of the trackers that play a sky. The only module here that knows how it is called."""

import importlib
from typing import Any

import numpy as np

from benchmarks.sky import Reports, Sky
from benchmarks.sky_tracks import Played, SkyTracks
from fusion.settings import EngineSettings


def play_triptych(sky: Sky) -> Played:
    """Run the engine over the reports of a sky, scan after scan.

    Raises:
        ModuleNotFoundError: this checkout has no engine over files of reports yet.
    """
    offline: Any = importlib.import_module("fusion.offline")
    cpu_s: list[float] = []

    def note(scan: Any) -> None:
        cpu_s.append(scan.cpu_s)

    fused = offline.fuse(table_of(sky.reports), EngineSettings(), note)
    tracks = SkyTracks(
        scan=np.asarray(fused.scan, np.int64),
        track=np.asarray(fused.track, np.int64),
        state=np.stack([fused.x_m, fused.v_east_m_per_s, fused.y_m, fused.v_north_m_per_s], axis=-1),
        covariance=np.asarray(fused.cov, np.float64).reshape(-1, 4, 4),
    )
    return Played(tracks, np.array(cpu_s))


def table_of(reports: Reports) -> Any:
    """Return the reports as the engine's own table."""
    report_table: Any = importlib.import_module("fusion.report_table")
    return report_table.ReportTable(**reports._asdict())
