"""Parses command lines as ``triptych`` does, without running them."""

import typer.main

from triptych.cli import app


def parse(arguments: list[str]) -> dict[str, object]:
    """Return the parameters of the last command named; raises what the command line would answer with."""
    command = typer.main.get_command(app)
    context = command.make_context("triptych", list(arguments))
    while hasattr(command, "resolve_command"):
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, rest, parent=context)
    return dict(context.params)
