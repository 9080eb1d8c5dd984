"""An hour of exercise, as fast as the machine can: nothing is missed, nothing grows."""

import pytest

from contracts.labels import SCOPES
from tests.system.chain import Witness, a_chain
from tests.virtual_time import run_in_virtual_time

CYCLES = 120
PLATFORMS = 3


@pytest.fixture(scope="module")
def hour() -> tuple[Witness, dict[str, float]]:
    """Run an hour; the clock goes on past the end of the scenario, and so does everything."""

    async def run() -> tuple[Witness, dict[str, float]]:
        async with a_chain(rate=20.0) as chain:
            await chain.run_to_cycle(CYCLES)
            await chain.run_for(6.0)
            return chain.witness, chain.status("fusion").counters

    return run_in_virtual_time(run())


def test_an_hour_has_every_cycle_of_every_scope(hour: tuple[Witness, dict[str, float]]) -> None:
    witness, _ = hour

    cycles = {scope: [cycle for cycle in witness.cycles(scope) if cycle <= CYCLES] for scope in SCOPES}
    assert cycles == {scope: list(range(CYCLES + 1)) for scope in SCOPES}


def test_in_an_hour_nothing_is_late_lost_dropped_or_refused(hour: tuple[Witness, dict[str, float]]) -> None:
    witness, counters = hour

    words = (
        "late_batches",
        "lost_batches",
        "refused_",
        "incoming_dropped",
        "session_dropped",
        "ledger_dropped",
    )
    assert {name: count for name, count in counters.items() if count and name.startswith(words)} == {}
    assert witness.letters == []


def test_in_an_hour_no_tracks_pile_up(hour: tuple[Witness, dict[str, float]]) -> None:
    witness, _ = hour

    assert max(witness.picture(cycle).tracks for cycle in range(CYCLES + 1)) <= 2 * PLATFORMS
