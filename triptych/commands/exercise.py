"""``triptych exercise``: the exercise clock and the inject desk."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from contracts.mqtt import MqttBroker
from triptych.lifetime import run_service
from triptych.observer import Observer
from triptych.options import (
    DEFAULT_RECORDED_EXERCISE,
    BrokerOption,
    ExerciseOverride,
    RateOption,
    ScenarioOption,
    read_first_time,
    read_scenario,
    settings_checked,
)

AutostartOption = Annotated[
    bool,
    typer.Option(
        "--autostart/--no-autostart", help="Start the clock at once, or wait for `triptych clock start`."
    ),
]
RecordingOption = Annotated[
    Path | None,
    typer.Option(
        "--recording",
        show_default="none",
        help="Begin when this recording does (see `triptych produce ais`), in place of the scenario.",
    ),
]
AfterOption = Annotated[
    list[str] | None,
    typer.Option(
        "--after",
        show_default="at once",
        help="Begin when this service is there; may be given more than once.",
    ),
]


def exercise(
    broker: BrokerOption,
    scenario: ScenarioOption,
    exercise: ExerciseOverride = None,
    rate: RateOption = 1.0,
    autostart: AutostartOption = True,
    recording: RecordingOption = None,
    after: AfterOption = None,
) -> None:
    """Run the white cell's desk: the exercise clock and the injects."""
    from contracts.wall import LoopClock
    from exercise.service import run_exercise
    from exercise.settings import ExerciseSettings

    if recording is not None:
        name, startex_s = DEFAULT_RECORDED_EXERCISE, read_first_time(recording)
    else:
        plan = read_scenario(scenario)
        name, startex_s = plan.exercise, plan.startex_s
    with settings_checked():
        settings = ExerciseSettings(
            exercise=exercise or name, startex_s=startex_s, rate=rate, autostart=autostart
        )

    async def serve() -> None:
        if after:
            await _wait_for(broker, settings.exercise, frozenset(after))
        await run_exercise(MqttBroker(broker), LoopClock(), settings)

    run_service(serve)


async def _wait_for(broker: str, exercise: str, services: frozenset[str]) -> None:
    observer = Observer(exercise)
    async with asyncio.TaskGroup() as group:
        observing = group.create_task(
            observer.run(MqttBroker(broker), f"{exercise}-exercise-waits"), name="exercise-waits"
        )
        await observer.wait_until(lambda seen: all(seen.is_online(service) for service in services))
        observing.cancel()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("exercise")(exercise)
