"""``triptych scenario check``: whether a scenario file can be played, before an exercise needs it."""

from pathlib import Path
from typing import Annotated

import typer

from triptych.durations import duration_text
from triptych.options import read_scenario

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The scenario, a TOML file.")]


def check(file: FileArgument) -> None:
    """Check a scenario file; say what is wrong with it, or what it holds."""
    scenario = read_scenario(file)
    typer.echo(f"{file}: {scenario.title} ({scenario.exercise}), {duration_text(scenario.duration_s)}: fine")


def register(app: typer.Typer) -> None:
    """Add the command and its sub-command."""
    scenario = typer.Typer(help="Look at scenario files.", no_args_is_help=True)
    scenario.command("check")(check)
    app.add_typer(scenario, name="scenario")
