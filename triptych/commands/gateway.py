"""``triptych gateway``: one picture to many browsers."""

import logging
from typing import Annotated

import typer

from contracts.mqtt import MqttBroker
from triptych.lifetime import run_service
from triptych.options import DEFAULT_GATEWAY_PORT, BrokerOption, ExerciseOption

HostOption = Annotated[
    str,
    typer.Option(
        "--host",
        envvar="TRIPTYCH_HOST",
        help="Address to listen on; others than this machine's are open to the network.",
    ),
]
PortOption = Annotated[
    int,
    typer.Option(
        "--port", envvar="TRIPTYCH_PORT", min=0, max=65535, help="Port to listen on; 0 takes a free one."
    ),
]


def gateway(
    broker: BrokerOption,
    exercise: ExerciseOption,
    host: HostOption = "127.0.0.1",
    port: PortOption = DEFAULT_GATEWAY_PORT,
) -> None:
    """Run the gateway: the map, the API, the picture stream."""
    from gateway.service import run_gateway
    from gateway.settings import GatewaySettings

    settings = GatewaySettings(exercise=exercise, host=host, port=port)

    async def serve() -> None:
        await run_gateway(MqttBroker(broker), settings, on_ready=_say_ready)

    run_service(serve)


def _say_ready(url: str) -> None:
    logging.getLogger("triptych.gateway").info("listening url=%s", url)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(gateway)
