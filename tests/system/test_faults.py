"""Whatever breaks on the way: the same picture, byte for byte."""

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.memory import MemoryBroker
from tests.system.chain import Chain, Witness, a_chain, pictures_to_cycle
from tests.system.conftest import LAST_CYCLE
from tests.system.shaky import ShakyBroker
from tests.virtual_time import run_in_virtual_time

Disturb = Callable[[Chain], Awaitable[None]]


def run(
    then: Disturb | None = None, broker: MemoryBroker | None = None, ledger: Path | None = None
) -> Witness:
    return run_in_virtual_time(pictures_to_cycle(LAST_CYCLE, broker=broker, then=then, ledger_folder=ledger))


def test_a_ledger_on_disk_changes_nothing(undisturbed: Witness, tmp_path: Path) -> None:
    assert run(ledger=tmp_path / "ledger").fingerprints() == undisturbed.fingerprints()


@pytest.mark.parametrize("seed", [1, 2])
def test_reports_out_of_order_and_twice_give_the_same_picture(undisturbed: Witness, seed: int) -> None:
    broker = ShakyBroker(seed, delay_s=0.15, twice=0.2)

    witness = run(broker=broker)

    assert broker.count["delayed"] > 300
    assert broker.count["twice"] > 30
    assert witness.fingerprints() == undisturbed.fingerprints()


@pytest.mark.parametrize("after_s", [40.0, 91.0])
def test_a_fusion_that_is_stopped_and_started_gives_the_same_pictures(
    undisturbed: Witness, tmp_path: Path, after_s: float
) -> None:
    async def restart(chain: Chain) -> None:
        await chain.run_for(after_s)
        await chain.stop("fusion")
        await chain.start("fusion")

    witness = run(restart, ledger=tmp_path / "ledger")

    assert witness.fingerprints() == undisturbed.fingerprints()


@pytest.mark.parametrize("after_s", [40.0, 90.76, 126.25])
def test_a_fusion_that_is_killed_and_comes_back_later_gives_the_same_pictures(
    undisturbed: Witness, tmp_path: Path, after_s: float
) -> None:
    async def kill(chain: Chain) -> None:
        await chain.run_for(after_s)
        # What is on the disk at this instant is what a killed process leaves.
        shutil.copytree(tmp_path / "ledger", tmp_path / "left")
        await chain.stop("fusion")
        await chain.run_for(7.0)
        chain.settings = replace(chain.settings, ledger_folder=tmp_path / "left")
        await chain.start("fusion")

    witness = run(kill, ledger=tmp_path / "ledger")

    assert witness.fingerprints() == undisturbed.fingerprints()


@pytest.mark.parametrize(("away_s", "forget"), [(0.1, True), (3.0, True), (3.0, False), (12.0, True)])
def test_a_broker_that_goes_and_comes_back_gives_the_same_pictures(
    undisturbed: Witness, tmp_path: Path, away_s: float, *, forget: bool
) -> None:
    async def take_the_broker_away(chain: Chain) -> None:
        await chain.run_for(92.0)
        chain.broker.stop(forget=forget)
        await chain.run_for(away_s)
        chain.broker.start()

    witness = run(take_the_broker_away, ledger=tmp_path / "ledger")

    assert witness.fingerprints() == undisturbed.fingerprints()


@pytest.mark.parametrize("away_s", [0.0, 4.0])
def test_producers_that_are_stopped_and_started_give_the_same_pictures(
    undisturbed: Witness, away_s: float
) -> None:
    async def restart(chain: Chain) -> None:
        await chain.run_for(100.0)
        await chain.stop("producers")
        await chain.run_for(away_s)
        await chain.start("producers")

    witness = run(restart)

    assert witness.fingerprints() == undisturbed.fingerprints()


def test_reports_that_the_broker_loses_are_sent_again_until_they_are_committed() -> None:
    async def committed(broker: MemoryBroker) -> dict[str, int]:
        """Return how many batches of each source were committed without a gap."""
        async with a_chain(broker=broker) as chain:
            await chain.run_for(60.0)
            await chain.turn_clock("pause")
            # Exercise time stands; what is missing has time to come.
            await chain.run_for(60.0)
            return {source: mark.sequence for source, mark in chain.watermark().marks.items()}

    shaky = ShakyBroker(1, lost=0.1)

    assert run_in_virtual_time(committed(shaky)) == run_in_virtual_time(committed(MemoryBroker()))
    assert shaky.count["lost"] > 10


def test_an_exercise_service_that_is_stopped_and_started_changes_nothing(undisturbed: Witness) -> None:
    async def restart(chain: Chain) -> None:
        await chain.run_for(100.0)
        await chain.stop("exercise")
        await chain.run_for(20.0)
        await chain.start("exercise")

    assert run(restart).fingerprints() == undisturbed.fingerprints()


def test_a_pause_of_thirty_minutes_changes_nothing(undisturbed: Witness) -> None:
    async def pause(chain: Chain) -> None:
        await chain.run_for(100.0)
        await chain.turn_clock("pause")
        await chain.run_for(1800.0)
        await chain.turn_clock("resume")

    witness = run(pause)

    assert witness.fingerprints() == undisturbed.fingerprints()
