"""Many measurements in a few numbers: always the count and the spread beside the middle."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contracts.columns import FloatArray


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles of a full sample, in the sample's own unit; nan where there is none."""

    count: int
    p50: float
    p95: float
    p99: float
    least: float
    most: float
    mean: float


def spread_of(values: Sequence[float] | FloatArray) -> Spread:
    """Return the spread of a sample."""
    sample = np.asarray(values, dtype=np.float64)
    if not sample.size:
        return Spread(0, *[float("nan")] * 6)
    p50, p95, p99 = np.percentile(sample, (50, 95, 99)).tolist()
    return Spread(sample.size, p50, p95, p99, float(sample.min()), float(sample.max()), float(sample.mean()))
