"""``triptych exercise``: the exercise clock and the inject desk."""

from pathlib import Path
from typing import Annotated

import typer

from contracts.mqtt import MqttBroker
from triptych.lifetime import run_service
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


def exercise(
    broker: BrokerOption,
    scenario: ScenarioOption,
    exercise: ExerciseOverride = None,
    rate: RateOption = 1.0,
    autostart: AutostartOption = True,
    recording: RecordingOption = None,
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
        await run_exercise(MqttBroker(broker), LoopClock(), settings)

    run_service(serve)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("exercise")(exercise)
