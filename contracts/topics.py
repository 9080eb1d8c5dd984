"""The topic grammar: every MQTT topic is built and read here, nowhere else.

``triptych/v1/{exercise}/`` then

========================================  ========  ==========================================
``{nation}/{discipline}/{sensor}/reports``          report batches of one sensor
``{nation}/{discipline}/{sensor}/status``  retained  the sensor's status; its last will
``deadletter``                                      rejected reports with the reason
``clock``                                  retained  the exercise clock
``clock/commands``                                  start, pause, resume, rate
``injects``                                retained  every accepted inject of the exercise
``injects/requests``                                what testers ask for
``injects/acks``                                    accepted (with id) or refused (with reason)
``traces/{inject_id}``                     retained  the way an inject took (white cell only)
``picture/{scope}``                        retained  the newest picture of a scope
``provenance/{scope}/questions``                    which reports made a track of a scope
``provenance/{scope}/answers``                      what the fusion of that scope says
``watermark/{consumer}``                   retained  what the consumer has committed, per source
``services/{service}/status``              retained  a service's status and counters; its last will
``presented``                                       what browsers have shown, and when
``truth/states``                           retained  where everything really is (white cell only)
``truth/attributions``                              which plot was whose (white cell only)
========================================  ========  ==========================================
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from contracts.labels import Scope

PREFIX: Final = "triptych/v1"
Discipline = Literal["radar", "sigint", "cyber"]
DISCIPLINES: Final[tuple[Discipline, ...]] = ("radar", "sigint", "cyber")
NAME_PATTERN: Final = r"^[a-z0-9][a-z0-9-]{0,39}$"
"""Exercises, sensors and services: lower case, digits and hyphens, at most 40 characters."""

_SENSOR_TOPIC: Final = re.compile(
    rf"^{PREFIX}/(?P<exercise>[a-z0-9-]+)/(?P<nation>[A-Z]{{3}})/(?P<discipline>[a-z]+)/(?P<sensor>[a-z0-9-]+)"
    r"/(?P<leaf>reports|status)$"
)


@dataclass(frozen=True, slots=True)
class SensorTopic:
    """A sensor's topic, taken apart."""

    exercise: str
    nation: str
    discipline: str
    sensor: str
    leaf: str


def sensor_topic(topic: str) -> SensorTopic | None:
    """Take a sensor's topic apart; None when it is not one."""
    match = _SENSOR_TOPIC.match(topic)
    return SensorTopic(**match.groupdict()) if match else None


def matches(pattern: str, topic: str) -> bool:
    """Return whether an MQTT pattern (``+`` one level, ``#`` the rest) asks for a topic."""
    if pattern == topic:
        return True
    wanted, levels = pattern.split("/"), topic.split("/")
    for place, part in enumerate(wanted):
        if part == "#":
            return True
        if place >= len(levels) or part not in ("+", levels[place]):
            return False
    return len(wanted) == len(levels)


def reports(exercise: str, nation: str, discipline: str, sensor: str) -> str:
    """Topic of a sensor's report batches; ``+`` in any place subscribes to all."""
    return f"{PREFIX}/{exercise}/{nation}/{discipline}/{sensor}/reports"


def sensor_status(exercise: str, nation: str, discipline: str, sensor: str) -> str:
    """Topic of a sensor's retained status."""
    return f"{PREFIX}/{exercise}/{nation}/{discipline}/{sensor}/status"


def deadletter(exercise: str) -> str:
    """Topic of rejected reports."""
    return f"{PREFIX}/{exercise}/deadletter"


def clock(exercise: str) -> str:
    """Topic of the retained exercise clock."""
    return f"{PREFIX}/{exercise}/clock"


def clock_commands(exercise: str) -> str:
    """Topic of commands to the exercise clock."""
    return f"{PREFIX}/{exercise}/clock/commands"


def injects(exercise: str) -> str:
    """Topic of the retained list of accepted injects."""
    return f"{PREFIX}/{exercise}/injects"


def inject_requests(exercise: str) -> str:
    """Topic on which testers ask for injects."""
    return f"{PREFIX}/{exercise}/injects/requests"


def inject_acks(exercise: str) -> str:
    """Topic on which the inject desk answers."""
    return f"{PREFIX}/{exercise}/injects/acks"


def trace(exercise: str, inject_id: str) -> str:
    """Topic of the way an inject took; ``+`` subscribes to all."""
    return f"{PREFIX}/{exercise}/traces/{inject_id}"


def picture(exercise: str, scope: Scope | Literal["+"]) -> str:
    """Topic of a scope's newest picture."""
    return f"{PREFIX}/{exercise}/picture/{scope}"


def provenance_questions(exercise: str, scope: Scope | Literal["+"]) -> str:
    """Topic on which a scope asks which reports made a track."""
    return f"{PREFIX}/{exercise}/provenance/{scope}/questions"


def provenance_answers(exercise: str, scope: Scope | Literal["+"]) -> str:
    """Topic on which the fusion answers a scope."""
    return f"{PREFIX}/{exercise}/provenance/{scope}/answers"


def watermark(exercise: str, consumer: str) -> str:
    """Topic of what a consumer has committed."""
    return f"{PREFIX}/{exercise}/watermark/{consumer}"


def service_status(exercise: str, service: str) -> str:
    """Topic of a service's retained status."""
    return f"{PREFIX}/{exercise}/services/{service}/status"


def presented(exercise: str) -> str:
    """Topic of the frames that browsers have presented."""
    return f"{PREFIX}/{exercise}/presented"


def truth_states(exercise: str) -> str:
    """Topic of the retained truth (white cell only)."""
    return f"{PREFIX}/{exercise}/truth/states"


def truth_attributions(exercise: str) -> str:
    """Topic that says which plot was whose (white cell only)."""
    return f"{PREFIX}/{exercise}/truth/attributions"
