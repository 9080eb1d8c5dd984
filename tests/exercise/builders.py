"""What the white cell hears and is asked: messages of which a test names only what matters."""

import json
from typing import Any

from contracts.control import (
    ClockCommand,
    ClockState,
    Inject,
    InjectAction,
    InjectRequest,
    SensorStatus,
    TruthStates,
)
from contracts.labels import Classification, Label
from exercise.settings import ExerciseSettings
from tests.virtual_time import EPOCH_S

EXERCISE = "keel"
STARTEX_S = 1_936_483_200.0
"""2031-05-14T00:00:00Z."""

LABEL = Label(classification=Classification.RESTRICTED, releasable_to=("USA", "JPN", "KOR"))


def the_settings(**changes: Any) -> ExerciseSettings:
    fields: dict[str, Any] = {"exercise": EXERCISE, "startex_s": STARTEX_S}
    return ExerciseSettings(**(fields | changes))


def a_clock(**changes: Any) -> ClockState:
    fields: dict[str, Any] = {
        "exercise": EXERCISE,
        "startex_s": STARTEX_S,
        "wall_at_s": EPOCH_S,
        "exercise_at_s": STARTEX_S,
        "running": True,
    }
    return ClockState(**(fields | changes))


def a_command(command: str, rate: float | None = None, exercise: str = EXERCISE) -> ClockCommand:
    return ClockCommand.model_validate({"exercise": exercise, "command": command, "rate": rate})


def a_request(action: str = "new-track", **changes: Any) -> InjectRequest:
    fields: dict[str, Any] = {
        "exercise": EXERCISE,
        "request_id": "r-1",
        "action": action,
        "requested_at_s": EPOCH_S,
    }
    if action == "new-track":
        fields |= {"platform": "patrol-boat", "lat_deg": 34.1, "lon_deg": 128.9}
    return InjectRequest(**(fields | changes))


def an_inject(number: int = 1, *, effective_at_s: float = STARTEX_S + 10.0, **changes: Any) -> Inject:
    return Inject(
        exercise=EXERCISE,
        inject_id=f"inj-{number:04d}",
        effective_at_s=effective_at_s,
        accepted_at_s=EPOCH_S,
        request=a_request(**({"request_id": f"earlier-{number}"} | changes)),
    )


def a_new_track(number: int = 1, **changes: Any) -> Inject:
    return an_inject(number, action=InjectAction.NEW_TRACK, **changes)


def a_sensor(sensor: str = "radar-jeju", sensor_kind: str = "radar", **changes: Any) -> SensorStatus:
    discipline = {"radar": "radar", "watch-floor": "cyber"}.get(sensor_kind, "sigint")
    fields: dict[str, Any] = {
        "exercise": EXERCISE,
        "nation": "KOR",
        "discipline": discipline,
        "sensor": sensor,
        "sensor_kind": sensor_kind,
        "state": "online",
        "at_s": EPOCH_S,
        "label": LABEL,
    }
    return SensorStatus(**(fields | changes))


def the_truth(
    *names: str, at_s: float = STARTEX_S, inject_ids: tuple[str, ...] = (), **changes: Any
) -> TruthStates:
    count = len(names)
    fields: dict[str, Any] = {
        "exercise": EXERCISE,
        "at_s": at_s,
        "name": names,
        "side": ("neutral",) * count,
        "inject_id": inject_ids,
        "platform": [15] * count,
        "detectable": [1] * count,
        "lat_deg": [34.0] * count,
        "lon_deg": [128.0] * count,
        "height_m": [0.0] * count,
        "v_east_m_per_s": [0.0] * count,
        "v_north_m_per_s": [0.0] * count,
    }
    return TruthStates(**(fields | changes))


def as_json(**fields: Any) -> bytes:
    return json.dumps(fields).encode()
