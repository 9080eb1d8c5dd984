"""``triptych exercise``: the exercise clock and the inject desk."""

from typing import Annotated

import typer

from contracts.mqtt import MqttBroker
from triptych.lifetime import run_service
from triptych.options import (
    BrokerOption,
    ExerciseOverride,
    RateOption,
    ScenarioOption,
    read_scenario,
    settings_checked,
)

AutostartOption = Annotated[
    bool,
    typer.Option(
        "--autostart/--no-autostart", help="Start the clock at once, or wait for `triptych clock start`."
    ),
]


def exercise(
    broker: BrokerOption,
    scenario: ScenarioOption,
    exercise: ExerciseOverride = None,
    rate: RateOption = 1.0,
    autostart: AutostartOption = True,
) -> None:
    """Run the white cell's desk: the exercise clock and the injects."""
    from contracts.wall import LoopClock
    from exercise.service import run_exercise
    from exercise.settings import ExerciseSettings

    plan = read_scenario(scenario)
    with settings_checked():
        settings = ExerciseSettings(
            exercise=exercise or plan.exercise, startex_s=plan.startex_s, rate=rate, autostart=autostart
        )

    async def serve() -> None:
        await run_exercise(MqttBroker(broker), LoopClock(), settings)

    run_service(serve)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("exercise")(exercise)
