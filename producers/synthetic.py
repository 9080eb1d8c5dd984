"""A scenario of any size for benchmarks: ships and aircraft spread evenly over the corridor's waters.

They go straight on, over land too: it is for measuring machines, not for people to look at.
"""

from typing import Any, Final

import numpy as np

from producers.chance import generator
from producers.scenario import Scenario
from producers.scenario_rows import PlatformRow, RadarRow, SelfReportRow

STARTEX_S: Final = 1_936_483_200.0
"""2031-05-14T00:00:00Z."""
_DURATION_S: Final = 3600.0
_SHIPS: Final = 0.4
"""Part of the platforms that are ships; the others are airliners."""
_LAT_DEG: Final = (25.0, 34.5)
_LON_DEG: Final = (122.0, 131.5)
_MARGIN_S: Final = 600.0

_EVERYONE: Final[dict[str, Any]] = {
    "classification": "restricted",
    "releasable_to": ("USA", "JPN", "KOR"),
}
_NATIONS: Final = ("JPN", "KOR", "USA")
_SITES: Final = ((26.5, 124.0), (26.5, 129.5), (30.0, 124.0), (30.0, 129.5), (33.0, 124.0), (33.0, 129.5))


def synthetic_scenario(platforms: int, seed: int) -> Scenario:
    """Return a scenario with so many platforms, all of them within reach of radars and receivers.

    Half of the airliners and all of the ships report themselves; six air radars and six receivers on
    high ground, far above any real one, see and hear all of the area.

    Raises:
        ValueError: less than one platform.
    """
    if platforms < 1:
        raise ValueError(f"platforms must be at least 1, got {platforms}")
    rng = generator(seed, "synthetic")
    rows = tuple(_platform(place, rng) for place in range(platforms))
    return Scenario(
        exercise="synthetic",
        title=f"{platforms} synthetic platforms",
        startex_s=STARTEX_S,
        duration_s=_DURATION_S,
        platforms=rows,
        radars=tuple(_radar(place) for place in range(len(_SITES))),
        self_reports=tuple(_receiver(place) for place in range(len(_SITES))),
    )


def _platform(place: int, rng: np.random.Generator) -> PlatformRow:
    ship = rng.random() < _SHIPS
    lat, lon = float(rng.uniform(*_LAT_DEG)), float(rng.uniform(*_LON_DEG))
    # A single point and a course: it goes straight on for as long as anyone looks.
    return PlatformRow(
        name=f"synthetic-{place:06d}",
        type="cargo-ship" if ship else "airliner",
        side="neutral",
        route=((lat, lon),),
        course_deg=float(rng.uniform(0.0, 360.0)),
        speed_kn=float(rng.uniform(8.0, 18.0)) if ship else float(rng.uniform(380.0, 480.0)),
        height_m=0.0 if ship else float(rng.integers(26, 40)) * 300.0,
        at_end="hold" if ship else "leave",
        self_report=bool(ship or rng.random() < 0.5),
    )


def _radar(place: int) -> RadarRow:
    lat, lon = _SITES[place]
    return RadarRow(
        name=f"synthetic-radar-{place}",
        nation=_NATIONS[place % 3],
        lat=lat,
        lon=lon,
        height_m=8_000.0,
        range_km=450.0,
        sees=("surface", "air"),
        revolution_s=10.0,
        sectors=10,
        small_target_km=250.0,
        range_sigma_m=80.0,
        azimuth_sigma_deg=0.15,
        height_sigma_m=300.0,
        range_rate_sigma_m_per_s=2.0,
        clutter_per_revolution=20.0,
        **_EVERYONE,
    )


def _receiver(place: int) -> SelfReportRow:
    lat, lon = _SITES[place]
    return SelfReportRow(
        name=f"synthetic-radio-{place}",
        nation=_NATIONS[place % 3],
        lat=lat,
        lon=lon,
        height_m=8_000.0,
        range_km=350.0,
        **_EVERYONE,
    )
