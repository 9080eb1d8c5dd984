"""``triptych fusion``: reports in, one picture per scope out, every cycle."""

from pathlib import Path
from typing import Annotated

import typer

from contracts.mqtt import MqttBroker
from triptych.lifetime import run_service
from triptych.options import BrokerOption, CycleOption, ExerciseOption, settings_checked

LedgerOption = Annotated[
    Path | None,
    typer.Option(
        "--ledger",
        envvar="TRIPTYCH_LEDGER",
        show_default="none: nothing outlives the process",
        help="Folder of the ledger and the checkpoints: what is committed there survives a kill.",
    ),
]


def fusion(
    broker: BrokerOption,
    exercise: ExerciseOption,
    cycle_s: CycleOption = 30.0,
    ledger: LedgerOption = None,
) -> None:
    """Run the fusion."""
    from contracts.wall import LoopClock
    from fusion.service import run_fusion
    from fusion.settings import FusionSettings
    from fusion.warm import warm

    with settings_checked():
        settings = FusionSettings(exercise=exercise, cycle_s=cycle_s, ledger_folder=ledger)

    # The kernels are loaded now: on the way of the first reports they made the first picture seconds late.
    warm()

    async def serve() -> None:
        await run_fusion(MqttBroker(broker), LoopClock(), settings)

    run_service(serve)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(fusion)
