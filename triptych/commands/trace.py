"""``triptych trace``: the way an inject took, from the request to the screens."""

import asyncio
import os
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from contracts.broker import Broker, BrokerLost
from contracts.control import Trace, TraceStage
from contracts.labels import SCOPES, Scope
from contracts.mqtt import MqttBroker
from triptych.options import BrokerOption, ExerciseOption, parse_duration
from triptych.times import zulu_clock
from triptych.white_cell import watch_trace

LISTEN_S: Final = 1.0
"""Wall time within which a broker says what it has kept."""

InjectArgument = Annotated[str, typer.Argument(metavar="ID", help="The inject's id: inj-0001.")]
ScopeOption = Annotated[
    list[str] | None,
    typer.Option("--scope", help="Only this scope; may be given more than once.", show_default="all"),
]
WaitOption = Annotated[
    float,
    typer.Option(
        "--wait",
        parser=parse_duration,
        metavar="DURATION",
        show_default="0s",
        help="How long to wait until the white cell's picture with it is published.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the trace as JSON.")]

_SAYS: Final = {"waiting": "...", "not-applicable": "not applicable", "missed": "missed", "done": ""}


def trace(
    broker: BrokerOption,
    exercise: ExerciseOption,
    inject_id: InjectArgument,
    scope: ScopeOption = None,
    wait_s: WaitOption = 0.0,
    as_json: JsonOption = False,
) -> None:
    """Print the way an inject took, with the time on both clocks at each stage.

    Exit code 0: printed; 1: no such trace is kept; 3: no broker.
    """
    scopes = _scopes(scope)
    try:
        found = asyncio.run(_read(MqttBroker(broker), exercise, inject_id, wait_s))
    except BrokerLost as error:
        typer.echo(f"Not reached: {error}", err=True)
        raise typer.Exit(3) from error
    if found is None:
        typer.echo(f"{exercise} keeps no trace of {inject_id!r}: no such inject, or too long ago", err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(found.model_dump_json())
    else:
        _print(found, scopes)


def _scopes(names: list[str] | None) -> tuple[Scope, ...]:
    for name in names or ():
        if name not in SCOPES:
            raise typer.BadParameter(f"wanted one of {', '.join(SCOPES)}, got {name!r}", param_hint="--scope")
    return tuple(scope for scope in SCOPES if not names or scope in names)


async def _read(broker: Broker, exercise: str, inject_id: str, wait_s: float) -> Trace | None:
    """Return the trace as it is, or as soon as it is published, or as it is when the wait is over."""
    found: Trace | None = None
    try:
        async with asyncio.timeout(max(wait_s, LISTEN_S)):
            async for found in watch_trace(broker, exercise, inject_id, f"trace-{os.getpid()}"):
                if wait_s <= 0.0 or not _is_awaited(found):
                    return found
    except TimeoutError:
        pass
    return found


def _is_awaited(found: Trace) -> bool:
    return any(
        stage.state == "waiting"
        for stage in found.stages
        if stage.scope in (None, "ALL") and stage.stage != "presented"
    )


def _print(found: Trace, scopes: tuple[Scope, ...]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    going = "still followed" if found.open else "closed"
    console.print(f"{found.inject_id}: {found.action} {found.subject}, {going}; simulated data")
    table = Table(box=None, pad_edge=False)
    for title in ("stage", "scope", "exercise time", "wall time", "after", "what"):
        table.add_column(title, justify="right" if title == "after" else "left", no_wrap=title != "what")
    for stage in found.stages:
        if stage.scope is None or stage.scope in scopes:
            table.add_row(*_row(stage, found.stages[0]))
    console.print(table)


def _row(stage: TraceStage, first: TraceStage) -> tuple[str, ...]:
    said = _SAYS[stage.state]
    what = ": ".join(part for part in (said, stage.detail) if part)
    if stage.cycle is not None:
        what = f"cycle {stage.cycle}, {what}"
    after = (
        ""
        if stage.wall_at_s is None or first.wall_at_s is None
        else f"{stage.wall_at_s - first.wall_at_s:.3f} s"
    )
    return (
        stage.stage,
        stage.scope or "",
        "" if stage.exercise_at_s is None else zulu_clock(stage.exercise_at_s),
        "" if stage.wall_at_s is None else zulu_clock(stage.wall_at_s),
        after,
        what,
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("trace")(trace)
