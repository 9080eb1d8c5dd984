"""Small worlds for tests: builders that show only what matters."""

from typing import Any

from contracts.control import Inject, InjectRequest
from producers.scenario import Scenario
from producers.scenario_rows import (
    EffectRow,
    InterceptRow,
    PlatformRow,
    RadarRow,
    SelfReportRow,
    TrafficRow,
    WatchFloorRow,
)
from producers.world import World, build_world

Rows = dict[str, Any]
STARTEX_S = 1_936_483_200.0
SEED = 7
EVERYONE = ("USA", "JPN", "KOR")


def a_platform(**changes: Any) -> PlatformRow:
    keys: dict[str, Any] = {
        "name": "lantern",
        "type": "cargo-ship",
        "side": "neutral",
        "route": ((33.0, 129.0),),
    }
    return PlatformRow(**(keys | changes))


def a_fighter(**changes: Any) -> PlatformRow:
    keys: dict[str, Any] = {
        "name": "swift",
        "type": "fighter",
        "side": "hostile",
        "route": ((33.5, 129.5),),
        "course_deg": 270.0,
        "speed_kn": 400.0,
        "height_m": 8_000.0,
        "at_end": "hold",
        "emissions": (),
    }
    return a_platform(**(keys | changes))


def a_lane(**changes: Any) -> TrafficRow:
    keys: dict[str, Any] = {
        "name": "lane",
        "types": {"cargo-ship": 1.0},
        "count": 10,
        "lane": ((30.0, 125.0), (31.0, 126.0)),
        "width_km": 10.0,
        "speed_kn": (10.0, 15.0),
    }
    return TrafficRow(**(keys | changes))


def a_radar(**changes: Any) -> RadarRow:
    keys: dict[str, Any] = {
        "name": "headland",
        "nation": "JPN",
        "classification": "restricted",
        "releasable_to": EVERYONE,
        "lat": 33.0,
        "lon": 129.5,
        "height_m": 250.0,
        "sees": ("surface", "air"),
        "revolution_s": 4.0,
        "sectors": 4,
        "range_km": 150.0,
        "small_target_km": 60.0,
        "range_sigma_m": 40.0,
        "azimuth_sigma_deg": 0.3,
        "range_rate_sigma_m_per_s": 1.0,
        "clutter_per_revolution": 0.0,
    }
    if "platform" in changes:
        del keys["lat"], keys["lon"]
    return RadarRow(**(keys | changes))


def an_intercept_site(**changes: Any) -> InterceptRow:
    keys: dict[str, Any] = {
        "name": "ear",
        "nation": "USA",
        "classification": "secret",
        "releasable_to": ("USA", "JPN"),
        "lat": 33.0,
        "lon": 129.5,
        "height_m": 250.0,
        "range_km": 200.0,
        "bearing_sigma_deg": 1.5,
        "band_ghz": (1.0, 12.0),
        "intercept_probability": 1.0,
    }
    if "platform" in changes:
        del keys["lat"], keys["lon"]
    return InterceptRow(**(keys | changes))


def a_receiver(**changes: Any) -> SelfReportRow:
    keys: dict[str, Any] = {
        "name": "radio",
        "nation": "KOR",
        "classification": "unclassified",
        "releasable_to": EVERYONE,
        "lat": 33.0,
        "lon": 129.5,
        "height_m": 250.0,
        "range_km": 200.0,
        "receive_probability": 1.0,
    }
    return SelfReportRow(**(keys | changes))


def a_watch_floor(**changes: Any) -> WatchFloorRow:
    keys: dict[str, Any] = {
        "name": "floor",
        "nation": "JPN",
        "classification": "confidential",
        "releasable_to": EVERYONE,
        "discovery_s": 60.0,
        "discovery_probability": 1.0,
        "false_alarms_per_hour": 0.0,
        "step_s": 30.0,
    }
    return WatchFloorRow(**(keys | changes))


def an_effect(**changes: Any) -> EffectRow:
    keys: dict[str, Any] = {
        "name": "trouble",
        "kind": "cyber-attack",
        "sensor": "headland",
        "effect": "loss",
        "from_min": 1.0,
        "to_min": 2.0,
    }
    return EffectRow(**(keys | changes))


def a_scenario(**rows: Any) -> Scenario:
    return Scenario(exercise="test", title="A test", startex_s=STARTEX_S, duration_s=3600.0, **rows)


def a_world(*, seed: int = SEED, injects: tuple[Inject, ...] = (), **rows: Any) -> World:
    return build_world(a_scenario(**rows), seed, injects)


def an_inject(action: str, *, number: int = 1, after_s: float = 60.0, **request: Any) -> Inject:
    return Inject(
        exercise="test",
        inject_id=f"inj-{number:04d}",
        effective_at_s=STARTEX_S + after_s,
        accepted_at_s=STARTEX_S,
        request=InjectRequest(
            exercise="test",
            request_id=f"request-{number}",
            action=action,
            requested_at_s=STARTEX_S,
            **request,
        ),
    )
