"""``triptych inject --gateway``: the same through HTTP, against a gateway and an exercise service."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from typer.testing import CliRunner, Result

from contracts.memory import MemoryBroker
from contracts.wall import LoopClock
from exercise.service import run_exercise
from tests.exercise.builders import EXERCISE, the_settings
from tests.gateway.servers import Served, a_gateway
from triptych.cli import app

NEW_TRACK = ("--at", "34.1,128.9", "--course", "210", "--speed", "24kn", "--type", "patrol-boat")


@asynccontextmanager
async def a_gateway_with_an_exercise(**settings: object) -> AsyncGenerator[Served]:
    broker = MemoryBroker()
    exercise = asyncio.create_task(run_exercise(broker, LoopClock(), the_settings(take_up_s=0.05)))
    try:
        async with a_gateway(broker, exercise=EXERCISE, **settings) as gateway:
            yield gateway
    finally:
        exercise.cancel()
        await asyncio.gather(exercise, return_exceptions=True)


async def triptych(*words: str) -> Result:
    """Run a command beside the services, which live in this loop."""
    return await asyncio.to_thread(CliRunner().invoke, app, list(words))


async def test_an_inject_through_the_gateway_is_accepted() -> None:
    async with a_gateway_with_an_exercise() as gateway:
        result = await triptych("inject", "new-track", *NEW_TRACK, "--gateway", gateway.url, "--json")

    assert result.exit_code == 0, result.output
    inject = json.loads(result.stdout)
    assert inject["inject_id"] == "inj-0001"
    assert inject["request"]["exercise"] == EXERCISE


async def test_a_refusal_through_the_gateway_says_why_and_ends_with_two() -> None:
    async with a_gateway_with_an_exercise() as gateway:
        result = await triptych("inject", "new-track", "--type", "tanker", "--gateway", gateway.url)

    assert result.exit_code == 2
    assert "lat_deg, lon_deg: wanted with new-track, got nothing" in result.output


async def test_without_the_white_cells_token_the_gateway_refuses() -> None:
    tokens = {"tokyo-token": ["JPN"], "white-cell-token": ["ALL"]}
    async with a_gateway_with_an_exercise(tokens=tokens) as gateway:
        words = ("inject", "new-track", *NEW_TRACK, "--gateway", gateway.url)
        nobody = await triptych(*words)
        tokyo = await triptych(*words, "--token", "tokyo-token")
        white_cell = await triptych(*words, "--token", "white-cell-token")

    assert [nobody.exit_code, tokyo.exit_code, white_cell.exit_code] == [2, 2, 0]


async def test_a_gateway_that_is_not_there_is_not_reached() -> None:
    result = await triptych("inject", "remove", "x", "--gateway", "http://127.0.0.1:9")

    assert result.exit_code == 3
    assert "Not reached" in result.output
