"""What a producer process plays: its sources for a run, and the truth if it tells it."""

from dataclasses import dataclass, replace
from typing import Protocol

from contracts.codec import Encoding
from contracts.control import ClockState, Inject, SensorStatus, TruthStates
from contracts.labels import Nation
from contracts.topics import Discipline
from producers.feed import Source
from producers.fleet import Fleet
from producers.produced import Produced
from producers.sensors import Sensor, sensors_of
from producers.settings import DispatchSettings, ProducerSettings
from producers.truth import truth_states
from producers.world import World, build_world, plan_fleet


class Plan(Protocol):
    """What the service plays; a scenario or a recording."""

    @property
    def exercise(self) -> str:
        """Name of the exercise."""
        ...

    @property
    def instance(self) -> str:
        """This process's name as a service."""
        ...

    @property
    def encoding(self) -> Encoding:
        """How messages are written."""
        ...

    @property
    def dispatch(self) -> DispatchSettings:
        """Bounds of sending."""
        ...

    def sources(self, startex_s: float, injects: tuple[Inject, ...]) -> tuple[Source, ...]:
        """Return the sources of a run whose world has these injects."""
        ...

    def truth(self, at_s: float) -> TruthStates | None:
        """Return the truth at a time, for the white cell; None where this process does not tell it."""
        ...

    def ignored(self) -> int:
        """Return how many injects name nothing that exists here."""
        ...

    def own_clock(self, wall_s: float) -> ClockState:
        """Return a clock to start the exercise with, where nobody else has."""
        ...


@dataclass(frozen=True, slots=True)
class SensorSource:
    """A sensor in a world."""

    sensor: Sensor
    world: World

    @property
    def name(self) -> str:
        """The sensor's name."""
        return self.sensor.name

    @property
    def nation(self) -> Nation:
        """Whose sensor it is."""
        return self.sensor.row.nation

    @property
    def discipline(self) -> Discipline:
        """The feed that it belongs to."""
        return self.sensor.discipline

    @property
    def begin_s(self) -> float:
        """Batch 0 begins at STARTEX."""
        return self.world.startex_s

    @property
    def step_s(self) -> float:
        """Exercise time that one batch covers."""
        return self.sensor.step_s

    @property
    def batches(self) -> int | None:
        """Simulated sensors never end; the exercise clock does."""
        return None

    def delay_s(self, at_s: float) -> float:
        """Return how long an attack holds the batch of a time back."""
        return self.sensor.delay_s(self.world, at_s)

    def produce(self, sequence: int, produced_at_s: float) -> Produced:
        """Return a batch."""
        return self.sensor.produce(self.world, sequence, produced_at_s)

    def status(self, exercise_now_s: float, at_s: float) -> SensorStatus:
        """Return what the sensor says of itself."""
        return self.sensor.status(self.world, exercise_now_s, at_s)


class ScenarioPlan:
    """A scenario, played with some of its feeds."""

    def __init__(self, settings: ProducerSettings) -> None:
        self._settings = settings
        self._scenario = replace(settings.scenario, exercise=settings.exercise)
        self._sensors = tuple(
            sensor
            for sensor in sensors_of(self._scenario)
            if sensor.discipline in settings.feeds
            and (not settings.sensors or sensor.name in settings.sensors)
        )
        self._fleet: Fleet | None = None
        self._world: World | None = None

    @property
    def exercise(self) -> str:
        """Name of the exercise."""
        return self._settings.exercise

    @property
    def instance(self) -> str:
        """This process's name as a service."""
        return self._settings.instance

    @property
    def encoding(self) -> Encoding:
        """How messages are written."""
        return self._settings.encoding

    @property
    def dispatch(self) -> DispatchSettings:
        """Bounds of sending."""
        return self._settings.dispatch

    def sources(self, startex_s: float, injects: tuple[Inject, ...]) -> tuple[Source, ...]:
        """Make the world anew and return its sensors."""
        if self._fleet is None:
            self._fleet = plan_fleet(self._scenario, self._settings.seed)
        self._world = build_world(self._scenario, self._settings.seed, injects, startex_s, self._fleet)
        return tuple(SensorSource(sensor, self._world) for sensor in self._sensors)

    def truth(self, at_s: float) -> TruthStates | None:
        """Return the truth, if this process runs the world."""
        if "world" not in self._settings.feeds or self._world is None:
            return None
        return truth_states(self._world, at_s)

    def ignored(self) -> int:
        """Return how many injects name nothing that exists in the scenario."""
        return 0 if self._world is None else len(self._world.ignored)

    def own_clock(self, wall_s: float) -> ClockState:
        """Return a clock that starts now at the scenario's STARTEX."""
        startex_s = self._scenario.startex_s
        return ClockState(
            exercise=self.exercise,
            startex_s=startex_s,
            wall_at_s=wall_s,
            exercise_at_s=startex_s,
            running=True,
            run=int(wall_s * 1000.0),
        )
