"""``triptych produce``: the simulated sensors of one feed, or a recording, as a process of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from contracts.labels import NATIONS, Classification, Label, Nation
from contracts.mqtt import MqttBroker
from triptych.lifetime import run_service
from triptych.options import (
    BrokerOption,
    ExerciseOption,
    ExerciseOverride,
    ScenarioOption,
    SeedOption,
    parse_duration,
    read_first_time,
    read_scenario,
    settings_checked,
)

Feed = Literal["world", "radar", "sigint", "cyber"]
FEEDS: Final[tuple[Feed, ...]] = ("world", "radar", "sigint", "cyber")

_HELP: Final[dict[Feed | Literal["all"], str]] = {
    "world": "Run the world: publish the truth, for the white cell only.",
    "radar": "Run the simulated radars.",
    "sigint": "Run the simulated intercept sites and AIS receivers.",
    "cyber": "Run the simulated cyber watch floors.",
    "all": "Run every feed in one process.",
}

SensorsOption = Annotated[
    list[str] | None,
    typer.Option("--sensor", help="Only this sensor; may be given more than once.", show_default="all"),
]
EncodingOption = Annotated[
    Literal["msgpack", "json"],
    typer.Option("--encoding", envvar="TRIPTYCH_ENCODING", help="How report batches are written."),
]


def feed_command(feeds: tuple[Feed, ...], instance: str) -> Callable[..., None]:
    """Return the command that runs these feeds."""

    def run(
        broker: BrokerOption,
        scenario: ScenarioOption,
        exercise: ExerciseOverride = None,
        seed: SeedOption = 1,
        sensor: SensorsOption = None,
        encoding: EncodingOption = "msgpack",
    ) -> None:
        from contracts.wall import LoopClock
        from producers.service import run_producers
        from producers.settings import ProducerSettings

        plan = read_scenario(scenario)
        settings = ProducerSettings(
            exercise=exercise or plan.exercise,
            scenario=plan,
            seed=seed,
            feeds=feeds,
            sensors=tuple(sensor or ()),
            encoding=encoding,
            instance=instance,
        )

        async def serve() -> None:
            await run_producers(MqttBroker(broker), LoopClock(), settings)

        run_service(serve)

    return run


RecordingOption = Annotated[
    Path,
    typer.Option("--file", help="The recording: CSV in NOAA's or the Solent's columns, or NMEA sentences."),
]
AisRateOption = Annotated[
    float,
    typer.Option(
        "--rate",
        min=0.1,
        max=3600.0,
        help="Exercise seconds per wall second; used only where no exercise clock runs.",
    ),
]
NationOption = Annotated[Nation, typer.Option("--nation", help="Whose receiver it was.")]
ReceiverOption = Annotated[str, typer.Option("--sensor", help="The receiver's name.")]
ClockWaitOption = Annotated[
    float,
    typer.Option(
        "--clock-wait",
        parser=parse_duration,
        metavar="DURATION",
        show_default="5s",
        help="Wait so long for an exercise clock before starting one of its own.",
    ),
]


def ais(
    file: RecordingOption,
    broker: BrokerOption,
    exercise: ExerciseOption,
    rate: AisRateOption = 1.0,
    nation: NationOption = "USA",
    sensor: ReceiverOption = "ais-recording",
    clock_wait_s: ClockWaitOption = 5.0,
    encoding: EncodingOption = "msgpack",
) -> None:
    """Play recorded AIS: real ships, at the times at which they reported themselves."""
    from contracts.wall import LoopClock
    from producers.recorded import RecordedSettings, RecordingOutsideExercise, run_recorded

    read_first_time(file)
    with settings_checked():
        settings = RecordedSettings(
            exercise=exercise,
            file=file,
            rate=rate,
            nation=nation,
            sensor=sensor,
            # AIS is broadcast to everyone.
            label=Label(classification=Classification.UNCLASSIFIED, releasable_to=NATIONS),
            encoding=encoding,
            clock_wait_s=clock_wait_s,
        )

    async def serve() -> None:
        await run_recorded(MqttBroker(broker), LoopClock(), settings)

    try:
        run_service(serve)
    except BaseExceptionGroup as group:
        outside = group.subgroup(RecordingOutsideExercise)
        if outside is None:
            raise
        raise typer.BadParameter(str(outside.exceptions[0]), param_hint="--exercise") from group


def register(app: typer.Typer) -> None:
    """Add the command and one sub-command per feed."""
    produce = typer.Typer(help="Run simulated sensors, or play a recording.", no_args_is_help=True)
    for feed in FEEDS:
        produce.command(feed, help=_HELP[feed])(feed_command((feed,), f"producers-{feed}"))
    produce.command("all", help=_HELP["all"])(feed_command(FEEDS, "producers"))
    produce.command("ais")(ais)
    app.add_typer(produce, name="produce")
