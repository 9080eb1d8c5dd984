"""What a sensor makes of an interval: the report batch, and for the white cell whose each row was."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contracts.columns import IntArray
from contracts.control import TruthAttribution
from contracts.reports import Batch
from producers.world import World

NOBODY: int = -1
"""Whose clutter, forgeries and false alarms are."""


@dataclass(frozen=True, slots=True)
class Produced:
    """One batch and its attribution (none for recorded feeds, where nobody knows the truth)."""

    batch: Batch
    attribution: TruthAttribution | None = None


def attribute(batch: Batch, platforms: IntArray | Sequence[int], world: World) -> Produced:
    """Return a batch with the names of whose its rows are.

    Args:
        batch: of M rows.
        platforms: (M,) places in the fleet, -1 for nobody's.
        world: whose fleet that is.
    """
    own = np.asarray(platforms, dtype=np.int64)
    places = np.unique(own[own >= 0])
    row_platform = np.where(own >= 0, np.searchsorted(places, own), NOBODY)
    return Produced(
        batch=batch,
        attribution=TruthAttribution(
            exercise=batch.exercise,
            sensor=batch.sensor,
            epoch=batch.epoch,
            sequence=batch.sequence,
            name=tuple(world.fleet.name[place] for place in places),
            row_platform=row_platform.astype(np.int32),
            measured_to_s=batch.measured_to_s,
            produced_at_s=batch.produced_at_s,
        ),
    )
