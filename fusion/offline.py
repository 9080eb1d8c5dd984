"""The engine alone over a table of reports: no broker, no clock of its own, one scan after another.

All reports of a scan are folded together, each sensor's as one look; then every confirmed track is
written as it is at the scan's end. The same table gives the same tracks.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from contracts.columns import BoolArray, FloatArray, IntArray
from contracts.picture import SourceKind
from fusion.bearing_scans import fold_bearings
from fusion.belief import Belief
from fusion.compiled import compiled
from fusion.engine import fold_self_reports, fold_sweep, retire
from fusion.observations import claims_of
from fusion.provenance import Stamp
from fusion.report_claims import self_reports_of
from fusion.report_sweeps import Look, LookKind, bearings_of, scans_of, sweep_of
from fusion.report_table import ReportTable
from fusion.sensor_habits import Habits, inside, within
from fusion.sensor_settings import Sensors
from fusion.settings import EngineSettings
from fusion.sweep import Sweep
from fusion.track_file import FusedTracks
from fusion.track_rows import TrackRows
from fusion.tracks import Tracks
from fusion.trust import SourceRecord, sensor_trust

Clock = Callable[[], float]

CONFIRMED: Final = 1


class ScanTime(NamedTuple):
    """How one scan went.

    Attributes:
        scan: its number.
        time_s: its end.
        reports: how many it had.
        tracks: how many tracks were confirmed at its end.
        cpu_s: processor time that it took, from the columns of the reports until the tracks are up to
            date; copying them out is not counted.
        wall_s: wall time of the same.
    """

    scan: int
    time_s: float
    reports: int
    tracks: int
    cpu_s: float
    wall_s: float


def _no_clock() -> float:
    return 0.0


def fuse(
    reports: ReportTable,
    settings: EngineSettings,
    on_scan: Callable[[ScanTime], None] | None = None,
    *,
    sensors: Sensors | None = None,
    cpu_clock: Clock = _no_clock,
    wall_clock: Clock = _no_clock,
) -> FusedTracks:
    """Return what the engine believes at the end of every scan.

    Args:
        reports: of :func:`fusion.report_checks.check`.
        settings: of the engine.
        on_scan: told how each scan went.
        sensors: what is known of the sensors; the rest is estimated as the scans go by.
        cpu_clock: processor time in seconds.
        wall_clock: wall time in seconds.
    """
    run = _Run(reports, settings, sensors or Sensors())
    out = TrackRows(planar=reports.planar, noise=settings.noise)
    for scan, looks in scans_of(reports):
        cpu_s, wall_s = cpu_clock(), wall_clock()
        end_s = looks[-1].end_s
        used = [run.fold(look) for look in looks]
        retire(run.belief, end_s, settings)
        cpu_s, wall_s = cpu_clock() - cpu_s, wall_clock() - wall_s
        tracks = out.add(scan, end_s, run.belief, run.founders(), np.concatenate(used))
        if on_scan is not None:
            on_scan(ScanTime(scan, end_s, sum(len(look.rows) for look in looks), tracks, cpu_s, wall_s))
    return out.tracks()


class _Run:
    """The belief, and what is remembered of the file around it.

    The engine knows a report by the number of its look and its place in it, and a track by its founding
    report; both lead back to rows of the input.
    """

    def __init__(self, reports: ReportTable, settings: EngineSettings, sensors: Sensors) -> None:
        self.belief = Belief("fuse", "ALL")
        self._reports, self._settings, self._sensors = reports, settings, sensors
        self._habits: dict[tuple[int, LookKind], Habits] = {}
        self._looks = 0
        self._starts = np.empty(reports.rows, np.int64)
        self._folded = np.empty(reports.rows, np.int64)
        self._folded_rows = 0

    def fold(self, look: Look) -> IntArray:
        """Fold a look; return (U, 2) tracks, by their founding reports, and the reports that they got."""
        habits = self._habits_of(look)
        habits.begin(look.end_s, len(look.rows))
        match look.kind:
            case LookKind.BEARING:
                return self._fold_bearings(look, habits)
            case LookKind.SELF_REPORT:
                return self._fold_claims(look, habits)
            case LookKind.POSITION | LookKind.POLAR:
                return self._fold_plots(look, habits)

    def founders(self) -> IntArray:
        """Return (N,) the input row of the founding report of each track."""
        founder = self.belief.tracks.founder[: self.belief.rows]
        return self._folded[self._starts[founder[:, 2]] + founder[:, 3]]

    def _fold_plots(self, look: Look, habits: Habits) -> IntArray:
        belief = self.belief
        sweep = sweep_of(self._reports, look, habits)
        stamp = self._stamp(SourceKind.RADAR, look.rows, habits)
        believed = np.flatnonzero(belief.tracks.status[: belief.rows] == CONFIRMED)
        should = believed[self._in_sight(belief.tracks.ecef_m[believed], sweep, habits)]
        fold_sweep(belief, sweep, stamp, self._settings)
        track, report = credited(belief.tracks, belief.rows, stamp.source, stamp.sequence)
        habits.learn(_among(should, track, belief.rows), len(should), len(look.rows) - len(track))
        return self._named(track, look.rows[report])

    def _fold_claims(self, look: Look, habits: Habits) -> IntArray:
        belief = self.belief
        stamp = self._stamp(SourceKind.SELF_REPORT, look.rows, habits)
        batch = self_reports_of(self._reports, look, stamp.sequence)
        fold_self_reports(belief, batch, claims_of(batch), habits.place, self._settings)
        track, report = credited(belief.tracks, belief.rows, stamp.source, stamp.sequence)
        return self._named(track, look.rows[report])

    def _fold_bearings(self, look: Look, habits: Habits) -> IntArray:
        belief, used = self.belief, [np.empty((0, 2), np.int64)]
        for rows, bearings in bearings_of(self._reports, look, habits):
            stamp = self._stamp(SourceKind.INTERCEPT, rows, habits)
            believed = np.flatnonzero(belief.tracks.status[: belief.rows] == CONFIRMED)
            should = believed[within(belief.tracks.ecef_m[believed], bearings.ecef_m, habits)]
            expected_false = np.maximum(habits.false_per_rad, habits.clutter.at(bearings.bearing_rad))
            heard = fold_bearings(
                belief, bearings, habits.detection_probability, expected_false, habits.looks_per_error,
                should, stamp, self._settings,
            )  # fmt: skip
            habits.learn(_among(should, heard.track, belief.rows), len(should), float(heard.false.sum()))
            habits.clutter.learn(bearings.bearing_rad, heard.false)
            lately = look.end_s - heard.before_s < 1.5 * habits.turn_s
            habits.compare(heard.residual[lately], heard.before[lately])
            used.append(self._named(heard.used[:, 0], rows[heard.used[:, 1]]))
        return np.concatenate(used)

    def _named(self, tracks: IntArray, reports: IntArray) -> IntArray:
        """Return (U, 2) rows of the input: what founded each track, and each report, a place in the table."""
        return np.stack([self.founders()[tracks], self._reports.row[reports]], axis=-1)

    def _in_sight(self, ecef_m: FloatArray, sweep: Sweep, habits: Habits) -> BoolArray:
        """Return (N,) which places a sensor should see by what it has shown so far."""
        if not sweep.scene.positions:
            return within(ecef_m, np.array(sweep.scene.ecef_m), habits)
        coverage = self.belief.coverages.get(habits.place)
        if coverage is None:
            return np.zeros(len(ecef_m), np.bool_)
        return inside(ecef_m, coverage.low_m, coverage.high_m)

    def _habits_of(self, look: Look) -> Habits:
        """Return what a sensor has shown of itself; what it reports of another kind is another's."""
        key = (look.sensor, look.kind)
        if key not in self._habits:
            place = len(self.belief.sources)
            plots = look.kind in {LookKind.POSITION, LookKind.POLAR}
            name = f"sensor-{look.sensor}-{look.kind.name.lower()}"
            self.belief.sources.append(SourceRecord(name, "radar" if plots else "sigint"))
            self._habits[key] = Habits(self._sensors.of(look.sensor), place)
        return self._habits[key]

    def _stamp(self, kind: SourceKind, rows: IntArray, habits: Habits) -> Stamp:
        """Number the next look and return its stamp; its reports are remembered by their input rows."""
        self._starts[self._looks] = self._folded_rows
        self._looks += 1
        self._folded[self._folded_rows : self._folded_rows + len(rows)] = self._reports.row[rows]
        self._folded_rows += len(rows)
        record = self.belief.sources[habits.place]
        record.batches += 1
        record.reports += len(rows)
        return Stamp(
            kind=int(kind),
            source=habits.place,
            epoch=0,
            sequence=self._looks - 1,
            trust=sensor_trust(record, None),
            classification=0,
            releasable_mask=0,
            caveats=0,
        )


@compiled
def credited(tracks: Tracks, rows: int, source: int, sequence: int) -> tuple[IntArray, IntArray]:
    """Return (U,) rows of tracks that got a report of a look, and (U,) which."""
    track, report = np.empty(rows, np.int64), np.empty(rows, np.int64)
    count = 0
    for i in range(rows):
        for k in range(tracks.source.shape[1]):
            if tracks.source[i, k] == source:
                if tracks.source_sequence[i, k] == sequence:
                    track[count], report[count] = i, tracks.source_row[i, k]
                    count += 1
                break
    return track[:count], report[:count]


def _among(some: IntArray, others: IntArray, rows: int) -> int:
    """Return how many of some rows of the table are among others."""
    marked = np.zeros(rows, np.bool_)
    marked[others] = True
    return int(marked[some].sum())
