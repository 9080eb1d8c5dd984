"""This engine as one of the players of a sky. The only module here that knows how it is called.

It plays as ``triptych fuse --planar`` runs it, with default settings: told nothing of the sky but its
reports and their covariances. What it costs is the fold of each scan, from columns to columns.
"""

import time

import numpy as np

from benchmarks.sky import Sky
from benchmarks.sky_tracks import Played, SkyTracks
from fusion.offline import ScanTime, fuse
from fusion.report_checks import check
from fusion.settings import FILE_SETTINGS
from fusion.tracks import empty_tracks
from fusion.warm_files import warm_files


def play_triptych(sky: Sky) -> Played:
    """Run the engine over the reports of a sky, scan after scan; its kernels are compiled before."""
    warm_files()
    table, left_out = check(sky.reports._asdict(), planar=True)
    assert not left_out.rows, left_out  # noqa: S101 - a sky has no malformed report
    cpu_s = np.zeros(sky.case.scans)

    def note(scan: ScanTime) -> None:
        cpu_s[scan.scan] = scan.cpu_s

    fused = fuse(table, FILE_SETTINGS, note, cpu_clock=time.process_time)
    tracks = SkyTracks(
        scan=fused.scan,
        track=fused.track,
        state=np.stack([fused.x_m, fused.v_east_m_per_s, fused.y_m, fused.v_north_m_per_s], axis=-1),
        covariance=fused.cov.reshape(-1, 4, 4),
    )
    return Played(tracks, cpu_s, bytes_per_track())


def bytes_per_track() -> float:
    """Return what a row of the track table takes."""
    return float(empty_tracks(1).nbytes)
