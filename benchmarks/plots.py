"""Radar batches for the ingest bench: made-up plots of a made-up radar, every batch another."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from contracts.codec import encode
from contracts.control import ClockState, SensorStatus
from contracts.labels import Classification, Label
from contracts.reports import RadarScan

EXERCISE: Final = "bench-ingest"
SENSOR: Final = "bench-radar"
STARTEX_S: Final = 1_936_483_200.0
"""2031-05-14T00:00:00Z."""
_STEP_S: Final = 0.001
_RANGE_MAX_M: Final = 400_000.0
_LABEL: Final = Label(classification=Classification.RESTRICTED, releasable_to=("USA", "JPN", "KOR"))


def scan(sequence: int, plots: int, seed: int) -> RadarScan:
    """Return one batch of so many plots; its noise is of its own."""
    chance = np.random.default_rng([seed, sequence])
    from_s = STARTEX_S + sequence * _STEP_S
    return RadarScan(
        exercise=EXERCISE,
        nation="JPN",
        sensor=SENSOR,
        sequence=sequence,
        measured_from_s=from_s,
        measured_to_s=from_s + _STEP_S,
        produced_at_s=from_s,
        label=_LABEL,
        site_lat_deg=33.5,
        site_lon_deg=129.4,
        site_height_m=250.0,
        scan=sequence,
        revolution_s=4.0,
        range_max_m=_RANGE_MAX_M,
        range_sigma_m=50.0,
        azimuth_sigma_rad=0.003,
        elevation_sigma_rad=0.005,
        range_rate_sigma_m_per_s=2.0,
        measured_at_s=np.sort(chance.uniform(from_s, from_s + _STEP_S, plots)),
        range_m=chance.uniform(1_000.0, _RANGE_MAX_M, plots).astype(np.float32),
        azimuth_rad=chance.uniform(0.0, 6.28, plots).astype(np.float32),
        elevation_rad=chance.uniform(0.0, 0.2, plots).astype(np.float32),
        height_m=np.full(plots, np.nan, np.float32),
        range_rate_m_per_s=chance.normal(0.0, 100.0, plots).astype(np.float32),
        snr_db=chance.uniform(10.0, 40.0, plots).astype(np.float32),
    )


def payloads(batches: int, plots: int, seed: int) -> Iterator[bytes]:
    """Yield the encoded batches, MessagePack."""
    for sequence in range(batches):
        yield encode(scan(sequence, plots, seed))


def clock(run: int, batches: int) -> ClockState:
    """Return a clock that stands where all batches have been measured."""
    now_s = STARTEX_S + batches * _STEP_S
    return ClockState(
        exercise=EXERCISE, startex_s=STARTEX_S, wall_at_s=0.0, exercise_at_s=now_s, running=False, run=run
    )


def status() -> SensorStatus:
    """Return how the radar introduces itself."""
    return SensorStatus(
        exercise=EXERCISE,
        nation="JPN",
        discipline="radar",
        sensor=SENSOR,
        sensor_kind="radar",
        state="online",
        at_s=0.0,
        label=_LABEL,
    )
