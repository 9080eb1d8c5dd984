"""``triptych demo``: the whole chain on this machine, and the map in the browser."""

import asyncio
import signal
import time
from pathlib import Path
from typing import Annotated

import typer

from contracts.mqtt import BadBrokerUrl, MqttBroker
from triptych.chain import ChainSettings
from triptych.demo import DemoFailed, DemoSettings, run_demo
from triptych.embedded import Kind, NoMosquitto, choose, free_port
from triptych.options import (
    DEFAULT_GATEWAY_PORT,
    DEFAULT_RECORDED_EXERCISE,
    CycleOption,
    RateOption,
    ScenarioOption,
    SeedOption,
    parse_duration,
    read_first_time,
    read_scenario,
)
from triptych.places import data_folder
from triptych.screen import Screen, Summary

BrokerOption = Annotated[
    str | None,
    typer.Option(
        "--broker",
        envvar="TRIPTYCH_BROKER",
        show_default="an embedded one, on this machine alone",
        help="Use this broker, mqtt://[user:password@]host[:port].",
    ),
]
PortOption = Annotated[
    int | None,
    typer.Option(
        "--port",
        envvar="TRIPTYCH_PORT",
        min=0,
        max=65535,
        show_default=f"{DEFAULT_GATEWAY_PORT}, or a free one",
        help="The map's port; 0 takes a free one.",
    ),
]
ForOption = Annotated[
    float | None,
    typer.Option(
        "--for",
        parser=parse_duration,
        metavar="DURATION",
        show_default="until Ctrl-C",
        help="End by itself after this time.",
    ),
]
AisOption = Annotated[
    Path | None,
    typer.Option(
        "--ais",
        show_default="none",
        help="Play recorded AIS in place of the scenario: CSV or NMEA, as `triptych produce ais` does.",
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        envvar="TRIPTYCH_DATA",
        show_default="var/demo-<time>",
        help="Folder for the ledger; an old one is taken up again.",
    ),
]
KindOption = Annotated[
    Kind, typer.Option("--embedded", help="Which broker is embedded; auto takes Mosquitto when it is here.")
]
BrowserOption = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the map.")]
VerboseOption = Annotated[
    int, typer.Option("--verbose", "-v", count=True, help="Show what the services log; -vv: everything.")
]


def demo(
    scenario: ScenarioOption,
    browser: BrowserOption = True,
    port: PortOption = None,
    cycle_s: CycleOption = 30.0,
    broker: BrokerOption = None,
    seed: SeedOption = 1,
    run_s: ForOption = None,
    rate: RateOption = 1.0,
    recording: AisOption = None,
    data: DataOption = None,
    kind: KindOption = "auto",
    verbose: VerboseOption = 0,
) -> None:
    """Run the whole chain on this machine and open the map."""
    if recording is not None:
        read_first_time(recording)
        exercise = DEFAULT_RECORDED_EXERCISE
    else:
        exercise = read_scenario(scenario).exercise
    folder = data or data_folder() / time.strftime("demo-%Y%m%d-%H%M%S")
    folder.mkdir(parents=True, exist_ok=True)
    chain = ChainSettings(
        broker=_check_broker(broker, kind),
        exercise=exercise,
        scenario=scenario.resolve(),
        recording=recording.resolve() if recording else None,
        seed=seed,
        cycle_s=cycle_s,
        rate=rate,
        port=_choose_port(port),
        data=folder,
        log=("warning", "info", "debug")[min(verbose, 2)],
    )
    screen = Screen()
    try:
        summary = asyncio.run(_run(DemoSettings(chain, kind, run_s, browser), screen))
    except DemoFailed as error:
        typer.echo(f"The demo failed: {error}", err=True)
        raise typer.Exit(1) from error
    except asyncio.CancelledError:
        raise typer.Exit(130) from None
    screen.summary(summary)


async def _run(settings: DemoSettings, screen: Screen) -> Summary:
    """Run the demo; the first Ctrl-C or SIGTERM ends it in order, the second at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()

    def on_signal() -> None:
        if stop.is_set() and task is not None:
            task.cancel()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, on_signal)
    return await run_demo(settings, screen, stop)


def _check_broker(url: str | None, kind: Kind) -> str:
    try:
        if url is None:
            choose(kind)
            return ""
        return MqttBroker(url).url
    except BadBrokerUrl as error:
        raise typer.BadParameter(str(error), param_hint="--broker") from error
    except NoMosquitto as error:
        raise typer.BadParameter(str(error), param_hint="--embedded") from error


def _choose_port(wanted: int | None) -> int:
    port = free_port(wanted=DEFAULT_GATEWAY_PORT if wanted is None else wanted)
    if wanted and port != wanted:
        raise typer.BadParameter(
            f"port {wanted} is taken or may not be used; 0 takes a free one", param_hint="--port"
        )
    return port


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)
