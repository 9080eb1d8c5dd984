"""``triptych why``: the reports that made a track in a cycle."""

import json
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from contracts.labels import Scope
from triptych.gateway_client import BadGatewayUrl, GatewayLost, ask_gateway
from triptych.options import GatewayOption
from triptych.times import zulu_clock
from triptych.white_cell import Refusal

NOT_TOLD: Final = 1
NOT_REACHED: Final = 3

TrackArgument = Annotated[int, typer.Argument(metavar="TRACK", min=0, help="The track's number.")]
CycleOption = Annotated[
    int | None, typer.Option(min=0, help="In which cycle.", show_default="the newest that has ended")
]
ScopeOption = Annotated[
    Scope | None,
    typer.Option(help="Whose picture.", show_default="ALL, or the first that the token may see"),
]
TokenOption = Annotated[str | None, typer.Option(envvar="TRIPTYCH_TOKEN", help="Token for the gateway.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


def why(
    gateway: GatewayOption,
    track: TrackArgument,
    cycle: CycleOption = None,
    scope: ScopeOption = None,
    token: TokenOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print every report that made a track in a cycle, with its residual, weight and trust.

    Exit code 0: printed; 1: no such track or cycle, or not for this token; 3: no gateway or fusion.
    """
    asked = {"cycle": cycle, "scope": scope}
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value is not None)
    try:
        told = ask_gateway(gateway, f"/api/v1/tracks/{track}/provenance?{query}", token=token)
    except BadGatewayUrl as error:
        raise typer.BadParameter(str(error), param_hint="--gateway") from error
    except Refusal as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(NOT_TOLD) from error
    except GatewayLost as error:
        typer.echo(f"Not reached: {error}", err=True)
        raise typer.Exit(NOT_REACHED) from error
    if as_json:
        typer.echo(json.dumps(told))
    else:
        _print(told)


def _print(told: dict[str, Any]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"track {told['track_number']} ({told['scope']}), cycle {told['cycle']}, valid at"
        f" {zulu_clock(told['valid_at_s'])}; simulated data"
    )
    table = Table(box=None, pad_edge=False)
    for title in ("source", "epoch", "sequence", "row", "measured", "sigma", "weight", "trust", ""):
        left = title in ("source", "")
        table.add_column(title, justify="left" if left else "right", no_wrap=True)
    for credit in told["credits"]:
        table.add_row(*_row(credit))
    console.print(table)
    if told["left_out"]:
        console.print(f"{told['left_out']} older reports are left out")
    if told["lost"]:
        console.print(f"{told['lost']} reports of this cycle, of any track, were not noted")


def _row(credit: dict[str, Any]) -> tuple[str, ...]:
    return (
        credit["source"],
        str(credit["epoch"]),
        str(credit["sequence"]),
        str(credit["row"]),
        zulu_clock(credit["measured_at_s"]),
        _number(credit["residual_sigma"], 1),
        _number(credit["weight"], 3),
        _number(credit["trust"], 2),
        "founded the track" if credit["founding"] else "",
    )


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(why)
