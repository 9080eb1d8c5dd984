"""``triptych clock``: start, pause, resume, or set the rate of the exercise clock; or show it."""

import asyncio
import os
import time
from collections.abc import Coroutine
from typing import Annotated, Any, Final, Literal

import typer

from contracts.broker import Broker, BrokerLost
from contracts.clock import exercise_time_s
from contracts.control import ClockCommand, ClockState
from contracts.mqtt import MqttBroker
from triptych.options import BrokerOption, ExerciseOption
from triptych.times import zulu
from triptych.white_cell import NoAnswer, Refusal, read_clock, turn_clock

WAIT_S: Final = 5.0

RateOption = Annotated[
    float | None,
    typer.Option("--rate", min=0.1, max=60.0, help="Exercise seconds per wall second from now on."),
]
RateArgument = Annotated[float, typer.Argument(min=0.1, max=60.0, help="Exercise seconds per wall second.")]


def start(broker: BrokerOption, exercise: ExerciseOption, rate: RateOption = None) -> None:
    """Set the clock going; it goes on from where it stands."""
    _turn(broker, exercise, "start", rate)


def pause(broker: BrokerOption, exercise: ExerciseOption) -> None:
    """Stop exercise time; every sensor and every picture stands still with it."""
    _turn(broker, exercise, "pause", None)


def resume(broker: BrokerOption, exercise: ExerciseOption, rate: RateOption = None) -> None:
    """Go on after a pause."""
    _turn(broker, exercise, "resume", rate)


def rate(broker: BrokerOption, exercise: ExerciseOption, rate: RateArgument) -> None:
    """Set how many exercise seconds pass in a second."""
    _turn(broker, exercise, "rate", rate)


def show(broker: BrokerOption, exercise: ExerciseOption) -> None:
    """Print what the clock says now."""
    _print(_run(read_clock(_broker(broker), exercise, _client_id(), WAIT_S)))


def _turn(
    broker: str, exercise: str, command: Literal["start", "pause", "resume", "rate"], rate: float | None
) -> None:
    order = ClockCommand(exercise=exercise, command=command, rate=rate)
    _print(_run(turn_clock(_broker(broker), order, _client_id(), WAIT_S)))


def _run(asking: Coroutine[Any, Any, ClockState]) -> ClockState:
    """Return the answer, or end the command: 2 refused, 1 nobody answered, 3 no broker."""
    try:
        return asyncio.run(asking)
    except Refusal as error:
        typer.echo(f"Refused: {error}", err=True)
        raise typer.Exit(2) from error
    except NoAnswer as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except BrokerLost as error:
        typer.echo(f"Not reached: {error}", err=True)
        raise typer.Exit(3) from error


def _broker(url: str) -> Broker:
    return MqttBroker(url)


def _client_id() -> str:
    return f"clock-{os.getpid()}"


def _print(state: ClockState) -> None:
    now_s = exercise_time_s(state, time.time())
    how = f"running at {state.rate:g}x" if state.running else f"paused, {state.rate:g}x when it goes on"
    typer.echo(f"{zulu(now_s)} exercise time (STARTEX + {now_s - state.startex_s:.1f} s), {how}")


def register(app: typer.Typer) -> None:
    """Add the command and its sub-commands."""
    clock = typer.Typer(help="Turn the exercise clock, or show it.", no_args_is_help=True)
    for command in (start, pause, resume, rate, show):
        clock.command()(command)
    app.add_typer(clock, name="clock")
