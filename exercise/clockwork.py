"""How the exercise clock answers to start, pause, resume and rate: pure, and safe to ask twice."""

from contracts.clock import exercise_time_s
from contracts.control import ClockCommand, ClockState
from exercise.settings import ExerciseSettings


class UnfitCommand(ValueError):
    """A clock command that cannot be carried out."""


def begin(settings: ExerciseSettings, wall_s: float, *, revision: int = 0) -> ClockState:
    """Return the clock of a run of the exercise that begins now, going if it starts by itself.

    The run's number is the wall time of its beginning, in milliseconds: no other run has it, and
    nobody needs to remember how many there were.
    """
    return ClockState(
        exercise=settings.exercise,
        startex_s=settings.startex_s,
        wall_at_s=wall_s,
        exercise_at_s=settings.startex_s,
        rate=settings.rate,
        running=settings.autostart,
        revision=revision,
        run=int(wall_s * 1000.0),
    )


def turn(state: ClockState, command: ClockCommand, wall_s: float) -> ClockState:
    """Return the clock after a command; the same clock when it already is as asked.

    ``start`` and ``resume`` set it going from where it stands, at a new rate if one is given;
    ``pause`` stops it there; ``rate`` changes the pace from now on, running or not.

    Raises:
        UnfitCommand: ``rate`` without a rate, or the command is for someone else's exercise.
    """
    if command.exercise != state.exercise:
        raise UnfitCommand(f"exercise: wanted {state.exercise!r}, got {command.exercise!r}")
    if command.command == "rate" and command.rate is None:
        raise UnfitCommand("rate: wanted exercise seconds per second within [0.1, 60], got nothing")
    if command.command == "pause" and command.rate is not None:
        raise UnfitCommand(f"rate: wanted none with 'pause', got {command.rate}")
    running = {"start": True, "resume": True, "pause": False, "rate": state.running}[command.command]
    rate = state.rate if command.rate is None else command.rate
    if running == state.running and rate == state.rate:
        return state
    return state.model_copy(
        update={
            "wall_at_s": wall_s,
            "exercise_at_s": exercise_time_s(state, wall_s),
            "running": running,
            "rate": rate,
            "revision": state.revision + 1,
        }
    )
