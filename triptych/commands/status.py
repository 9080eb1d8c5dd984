"""``triptych status``: who is there, how old their last word is, what they dropped."""

import asyncio
import time
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from contracts.broker import BrokerLost
from contracts.control import SensorStatus, ServiceStatus
from contracts.mqtt import MqttBroker
from triptych.observer import Observer, Seen
from triptych.options import BrokerOption, ExerciseOption, parse_duration

STALE_S: Final = 30.0
"""A service that has said nothing for so long is not there, whatever it said last."""

BROKER: Final = "broker"
"""Not a service that says anything of itself: it is there when it lets us in."""

ServicesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--service",
        help="Ask only for this service, or for the broker; may be given more than once.",
        show_default="all",
    ),
]
WaitOption = Annotated[
    float,
    typer.Option(
        "--wait",
        parser=parse_duration,
        metavar="DURATION",
        show_default="1s",
        help="How long to listen for what the broker has kept.",
    ),
]


def status(
    broker: BrokerOption,
    exercise: ExerciseOption,
    service: ServicesOption = None,
    wait_s: WaitOption = 1.0,
) -> None:
    """Print who is there. Exit code 0: everyone asked for; 1: someone is not; 3: there is no broker."""
    try:
        seen = asyncio.run(_look(broker, exercise, tuple(service or ()), wait_s))
    except (BrokerLost, TimeoutError) as error:
        typer.echo(f"No broker at {broker}: {error}", err=True)
        raise typer.Exit(3) from error
    now_s = time.time()
    if service:
        states = {name: _state(seen.services.get(name), now_s) for name in service if name != BROKER}
        states |= {BROKER: "online"} if BROKER in service else {}
    else:
        states = {name: _state(status, now_s) for name, status in seen.services.items()}
        states |= {name: sensor.state for name, sensor in seen.sensors.items() if sensor.state == "offline"}
        _print_all(seen, exercise, now_s)
    absent = {name: state for name, state in states.items() if state != "online"}
    if service or absent:
        typer.echo("\n".join(f"{name}: {state}" for name, state in (absent or states).items()))
    if absent or not states:
        raise typer.Exit(1)


async def _look(broker: str, exercise: str, services: tuple[str, ...], wait_s: float) -> Seen:
    """Listen for what the broker has kept; shorter where only services are asked for and all are there."""
    observer = Observer(exercise)
    now_s = time.time()

    def everyone(seen: Seen) -> bool:
        return bool(services) and all(_state(seen.services.get(name), now_s) == "online" for name in services)

    async with MqttBroker(broker).connect(f"status-{now_s:.6f}") as session, asyncio.TaskGroup() as group:
        listening = group.create_task(observer.listen(session), name="status-listen")
        try:
            async with asyncio.timeout(wait_s):
                await observer.wait_until(everyone)
        except TimeoutError:
            pass
        listening.cancel()
    return observer.seen


def _state(status: ServiceStatus | None, now_s: float) -> str:
    if status is None:
        return "unknown"
    if status.state == "online" and now_s - status.at_s > STALE_S:
        return f"silent for {now_s - status.at_s:.0f} s"
    return status.state


def _print_all(seen: Seen, exercise: str, now_s: float) -> None:
    console = Console(highlight=False)
    clock = seen.clock
    running = "unknown" if clock is None else f"running at {clock.rate:g}x" if clock.running else "paused"
    console.print(f"exercise {exercise}: clock {running}; simulated data")
    if seen.newest is not None:
        age_s = now_s - seen.newest.published_at_s
        late_ms = (seen.newest.published_at_s - seen.newest.due_at_s) * 1e3
        console.print(
            f"picture {seen.newest.cycle}: {seen.tracks} tracks, {age_s:.1f} s old, "
            f"published {late_ms:.1f} ms after it was due"
        )
    services = Table("service", "state", "age", "counters", box=None, pad_edge=False)
    for name, service in sorted(seen.services.items()):
        counters = " ".join(f"{key}={value:g}" for key, value in sorted(service.counters.items()) if value)
        services.add_row(name, _state(service, now_s), f"{now_s - service.at_s:.0f} s", counters)
    sensors = Table(
        "sensor", "state", "nation", "kind", "batches", "reports", "outbox", box=None, pad_edge=False
    )
    for _, sensor in sorted(seen.sensors.items()):
        sensors.add_row(*_sensor_row(sensor))
    for table in (services, sensors):
        if table.row_count:
            console.print()
            console.print(table)


def _sensor_row(sensor: SensorStatus) -> tuple[str, ...]:
    return (
        sensor.sensor,
        sensor.state,
        sensor.nation,
        sensor.sensor_kind,
        str(sensor.batches_sent),
        str(sensor.reports_sent),
        str(sensor.outbox),
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(status)
