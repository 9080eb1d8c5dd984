"""``triptych fuse``: the engine alone over a file of reports; no broker, no clock, no browser."""

import json
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

from triptych.options import settings_checked

if TYPE_CHECKING:
    from fusion.offline import ScanTime
    from fusion.report_checks import LeftOut
    from fusion.report_table import ReportTable
    from fusion.sensor_settings import Sensors
    from fusion.settings import EngineSettings


def fuse(
    reports: Annotated[
        Path,
        typer.Argument(metavar="REPORTS", dir_okay=False, help="The reports, .npz or .csv."),
    ],
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="Where the tracks go, .npz or .csv.")],
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings",
            dir_okay=False,
            show_default="the engine's",
            help="A TOML file of the engine's settings and what is known of the sensors.",
        ),
    ] = None,
    planar: Annotated[
        bool, typer.Option("--planar", help="Positions are x_m and y_m on a plane, in and out.")
    ] = False,
    timing: Annotated[
        Path | None,
        typer.Option(
            "--timing", dir_okay=False, show_default="none", help="Where each scan's time goes, as JSON."
        ),
    ] = None,
) -> None:
    """Fuse a file of reports into a file of tracks: every confirmed track at the end of every scan."""
    from fusion.offline import fuse as fuse_reports
    from fusion.report_file import read_reports
    from fusion.track_file import write_tracks
    from fusion.warm_files import warm_files

    _check_out(out, timing)
    engine, sensors = _read_settings(settings)
    console = Console(highlight=False, soft_wrap=True)
    try:
        table, left_out = read_reports(reports, planar=planar)
    except (OSError, ValueError) as error:
        raise typer.BadParameter(str(error), param_hint="REPORTS") from error
    times: list[ScanTime] = []
    with _progress(console) as progress:
        task = progress.add_task("compiling the kernels", total=len(set(table.scan.tolist())))
        # Before the first scan, so that its time is the engine's and not the compiler's.
        warm_files()
        progress.update(task, description="fusing")

        def note(scan: "ScanTime") -> None:
            times.append(scan)
            progress.advance(task)

        tracks = fuse_reports(
            table, engine, note, sensors=sensors, cpu_clock=time.process_time, wall_clock=time.perf_counter
        )
    write_tracks(out, tracks)
    if timing is not None:
        timing.write_text(json.dumps(_timing(times, left_out), indent=1) + "\n", encoding="utf-8")
    _say(
        console,
        table,
        left_out,
        len(times),
        f"{tracks.rows} rows of {len(set(tracks.track.tolist()))} tracks",
        out,
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(fuse)


def _check_out(out: Path, timing: Path | None) -> None:
    if out.suffix not in {".npz", ".csv"}:
        raise typer.BadParameter(f"wanted a name that ends with .npz or .csv, got {out}", param_hint="--out")
    for path, option in ((out, "--out"), (timing, "--timing")):
        if path is not None and not path.resolve().parent.is_dir():
            raise typer.BadParameter(f"wanted a folder that there is, got {path.parent}", param_hint=option)


def _read_settings(path: Path | None) -> "tuple[EngineSettings, Sensors]":
    from fusion.sensor_settings import Sensors
    from fusion.settings import FILE_SETTINGS, EngineSettings

    given: dict[str, Any] = {}
    if path is not None:
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise typer.BadParameter(f"{path.name}: {error}", param_hint="--settings") from error
    sensors = given.pop("sensor", {})
    if not isinstance(sensors, dict):
        raise typer.BadParameter(
            f"sensor: wanted a table for each sensor, got {sensors!r}", param_hint="--settings"
        )
    with settings_checked():
        return EngineSettings.model_validate(FILE_SETTINGS.model_dump() | given), Sensors(sensors)


def _progress(console: Console) -> Progress:
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _timing(times: "list[ScanTime]", left_out: "LeftOut") -> dict[str, Any]:
    """Return columns of one value a scan, and how many reports were left out for which reason."""
    columns: dict[str, Any] = {
        name: [getattr(scan, name) for scan in times]
        for name in ("scan", "time_s", "reports", "tracks", "cpu_s", "wall_s")
    }
    return columns | {"left_out": left_out.count}


def _say(
    console: Console, table: "ReportTable", left_out: "LeftOut", scans: int, tracks: str, out: Path
) -> None:
    console.print(
        f"{table.rows} reports in {scans} scans: {tracks}. Simulated or recorded; not for real use."
    )
    for reason, count in left_out.count.items():
        row, value = left_out.first[reason]
        console.print(f"Left out: {count} of {reason}; the first, row {row}, has {value:g}.", markup=False)
    console.print(f"Written to {out}", markup=False)
