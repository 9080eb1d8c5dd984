"""The corridor's own reports through the service: whatever order they come in, the pictures are the same."""

import asyncio
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.rehearsal import Rehearsal
from contracts.memory import MemoryBroker
from contracts.reports import ReportBatch
from producers.scenario import load_scenario
from tests.fusion.chain import a_clock, feed, fusion_running, introduce, settings_for
from tests.fusion.sky import START_S
from tests.virtual_time import run_in_virtual_time, virtual_clock

CORRIDOR: Final = load_scenario(Path(__file__).parents[2] / "scenarios" / "corridor.toml")
PLAYED_S: Final = 60.0
REPORTS: Final = [
    batch for cycle in Rehearsal(CORRIDOR, seed=1, duration_s=PLAYED_S).cycles() for batch in cycle.batches
]
ON_TIME: Final = [(batch.measured_to_s - CORRIDOR.startex_s + START_S, batch) for batch in REPORTS]


async def exercise(sends: list[tuple[float, ReportBatch]]) -> dict[int, str]:
    """The hash of each cycle's picture when these batches are sent at these times."""
    broker, clock = MemoryBroker(), virtual_clock()
    startex_s = CORRIDOR.startex_s
    started = a_clock().model_copy(update={"startex_s": startex_s, "exercise_at_s": startex_s})
    await introduce(broker, REPORTS, started)
    async with fusion_running(broker, clock, settings_for(scopes=("ALL",))) as listener:
        await feed(broker, clock, sends)
        await asyncio.sleep(10.0)
    return {cycle: picture.picture_sha256 for (_, cycle), picture in listener.pictures.items()}


@cache
def undisturbed() -> dict[int, str]:
    """What comes of the reports when each is sent at once, in order."""
    return run_in_virtual_time(exercise(ON_TIME))


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_shuffled_doubled_and_delayed_reports_of_the_corridor_give_the_same_pictures(seed: int) -> None:
    chance = np.random.default_rng(seed)
    # A batch may be late by less than the allowed lateness; so batches overtake each other.
    late = [(at_s + float(chance.uniform(0.0, 0.2)), batch) for at_s, batch in ON_TIME]
    again = [(at_s + float(chance.uniform(0.0, 9.0)), batch) for at_s, batch in late if chance.random() < 0.3]
    sends = [late[k] for k in chance.permutation(len(late))] + again

    got = run_in_virtual_time(exercise(sends))

    assert len(got) >= 2
    assert got == undisturbed()
