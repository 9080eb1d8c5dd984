"""The command line: ``triptych <command>``, one module in :mod:`triptych.commands` each."""

import importlib
import pkgutil
from typing import Annotated

import typer

from triptych import __version__, commands
from triptych.lifetime import die_with_parent
from triptych.logs import set_up_logging


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"triptych {__version__}")
        raise typer.Exit


def _before_every_command(
    context: typer.Context,
    level: Annotated[
        str,
        typer.Option(
            "--log",
            envvar="TRIPTYCH_LOG",
            help="What is logged: debug, info, warning or error.",
        ),
    ] = "info",
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and stop."),
    ] = False,
) -> None:
    """Three feeds, three capitals, one picture. Everything it shows is simulated."""
    die_with_parent()
    try:
        set_up_logging(level)
    except ValueError as error:
        raise typer.BadParameter(str(error), ctx=context, param_hint="--log") from error


def build_app() -> typer.Typer:
    """Return the command line with every command that :mod:`triptych.commands` holds."""
    app = typer.Typer(
        name="triptych",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode=None,
    )
    app.callback()(_before_every_command)
    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda module: module.name):
        importlib.import_module(f"{commands.__name__}.{module.name}").register(app)
    return app


app = build_app()
