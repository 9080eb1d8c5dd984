"""Positions that somebody reports of himself, from a table of reports to the engine's own messages."""

import numpy as np

from contracts.labels import Classification, Label
from contracts.platforms import CODE_OF_PLATFORM
from contracts.reports import SelfReports
from fusion.report_sweeps import Look
from fusion.report_table import ReportTable

_LABEL = Label(classification=Classification.UNCLASSIFIED, releasable_to=("USA", "JPN", "KOR"))


def self_reports_of(reports: ReportTable, look: Look, sequence: int) -> SelfReports:
    """Return a look's positions as self-reports of platforms of unknown type, course and speed."""
    rows = look.rows
    time_s = reports.time_s[rows]
    unknown = np.full(len(rows), np.nan)
    return SelfReports.model_validate({
        "exercise": "fuse", "nation": "USA", "sensor": f"sensor-{look.sensor}", "sequence": sequence,
        "measured_from_s": float(time_s.min()), "measured_to_s": look.end_s, "produced_at_s": look.end_s,
        "label": _LABEL, "measured_at_s": time_s, "claimed_id": reports.claimed_id[rows],
        "lat_deg": reports.lat_deg[rows], "lon_deg": reports.lon_deg[rows],
        "height_m": reports.height_m[rows],
        "course_rad": unknown, "speed_m_per_s": unknown,
        "position_sigma_m": np.sqrt(0.5 * (reports.cov_ee_m2[rows] + reports.cov_nn_m2[rows])).clip(0.1, 1e6),
        "platform": np.full(len(rows), CODE_OF_PLATFORM["unknown"]),
    })  # fmt: skip
