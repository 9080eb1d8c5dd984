"""``triptych gateway``: one picture to many browsers."""

import logging
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from contracts.mqtt import MqttBroker
from triptych.lifetime import run_service
from triptych.options import DEFAULT_GATEWAY_PORT, BrokerOption, ExerciseOption, settings_checked

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
TokensOption = Annotated[
    Path | None,
    typer.Option(
        "--tokens",
        envvar="TRIPTYCH_TOKENS",
        show_default="none: an open exercise",
        help='TOML file of who may see what, a line per token: "a-long-secret" = ["JPN"].',
    ),
]

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")

_log = logging.getLogger("triptych.gateway")


def gateway(
    broker: BrokerOption,
    exercise: ExerciseOption,
    host: HostOption = "127.0.0.1",
    port: PortOption = DEFAULT_GATEWAY_PORT,
    tokens: TokensOption = None,
) -> None:
    """Run the gateway: the map, the API, the picture stream."""
    from gateway.service import CannotListen, run_gateway
    from gateway.settings import GatewaySettings

    with settings_checked():
        settings = GatewaySettings(exercise=exercise, host=host, port=port, tokens=_read_tokens(tokens))
    if not settings.tokens and host not in _LOOPBACK:
        _log.warning("whoever reaches this address sees every scope: no --tokens host=%s", host)

    async def serve() -> None:
        await run_gateway(MqttBroker(broker), settings, on_ready=_say_ready)

    try:
        run_service(serve)
    except CannotListen as error:
        raise typer.BadParameter(str(error.strerror), param_hint="--host, --port") from error


def _say_ready(url: str) -> None:
    _log.info("listening url=%s", url)


def _read_tokens(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        tokens = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{path}: {error}", param_hint="--tokens") from error
    if not tokens:
        raise typer.BadParameter(
            f"{path} holds no token; leave it out for an open exercise", param_hint="--tokens"
        )
    return tokens


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(gateway)
