"""``triptych exercise``: the exercise clock and the inject desk."""

from typing import Annotated

import typer

from contracts.mqtt import MqttBroker
from triptych.lifetime import run_service
from triptych.options import BrokerOption, ExerciseOverride, ScenarioOption, read_scenario

RateOption = Annotated[
    float,
    typer.Option(
        "--rate", envvar="TRIPTYCH_RATE", min=0.1, max=60.0, help="Exercise seconds per wall second."
    ),
]
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
    settings = ExerciseSettings(
        exercise=exercise or plan.exercise, startex_s=plan.startex_s, rate=rate, autostart=autostart
    )

    async def serve() -> None:
        await run_exercise(MqttBroker(broker), LoopClock(), settings)

    run_service(serve)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("exercise")(exercise)
