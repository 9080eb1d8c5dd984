"""``triptych broker``: the embedded broker in the foreground."""

from pathlib import Path
from typing import Annotated

import typer

from triptych.embedded import BrokerSettings, Kind, NoMosquitto, become_mosquitto, choose
from triptych.lifetime import run_service
from triptych.places import data_folder

HostOption = Annotated[
    str,
    typer.Option(
        "--host",
        envvar="TRIPTYCH_BROKER_HOST",
        help="Address to listen on; the default is this machine alone.",
    ),
]
PortOption = Annotated[
    int, typer.Option("--port", envvar="TRIPTYCH_BROKER_PORT", min=1, max=65535, help="Port to listen on.")
]
DataOption = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="TRIPTYCH_BROKER_DATA",
        default_factory=lambda: data_folder() / "broker",
        show_default="var/broker",
        help="Folder for Mosquitto's configuration and retained messages.",
    ),
]
PasswordsOption = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        envvar="TRIPTYCH_BROKER_PASSWORDS",
        show_default="none: whoever can reach it is let in",
        help="Made with mosquitto_passwd; Mosquitto only.",
    ),
]
KindOption = Annotated[
    Kind, typer.Option("--kind", help="Which broker; auto takes Mosquitto when it is here, else amqtt.")
]


def broker(
    data: DataOption,
    host: HostOption = "127.0.0.1",
    port: PortOption = 1883,
    password_file: PasswordsOption = None,
    kind: KindOption = "auto",
) -> None:
    """Run the embedded broker: Mosquitto when it is here, otherwise amqtt."""
    settings = BrokerSettings(host=host, port=port, folder=data, password_file=password_file, kind=kind)
    try:
        chosen = choose(kind)
    except NoMosquitto as error:
        raise typer.BadParameter(str(error), param_hint="--kind") from error
    if password_file is not None:
        if chosen == "amqtt":
            raise typer.BadParameter(
                "amqtt is embedded without passwords; use Mosquitto", param_hint="--kind"
            )
        if not password_file.is_file():
            raise typer.BadParameter(f"there is no file {password_file}", param_hint="--password-file")
    if chosen == "mosquitto":
        become_mosquitto(settings)
    from triptych.embedded_amqtt import run_amqtt

    run_service(lambda: run_amqtt(host, port))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(broker)
