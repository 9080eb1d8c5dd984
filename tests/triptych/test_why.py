"""``triptych why`` against a gateway, with a fusion played by the test."""

import json

from contracts.memory import MemoryBroker
from tests.gateway.servers import a_gateway
from tests.gateway.test_why import TOKENS, a_fusion, nothing, told
from tests.triptych.test_inject_through_gateway import triptych


async def test_every_report_of_a_track_is_printed_with_its_id_residual_weight_and_trust() -> None:
    broker = MemoryBroker()
    async with a_gateway(broker) as gateway, a_fusion(broker, told) as asked:
        result = await triptych("why", "7", "--cycle", "8", "--scope", "JPN", "--gateway", gateway.url)

    assert result.exit_code == 0, result.output
    assert (asked[0].track_number, asked[0].cycle, asked[0].scope) == (7, 8, "JPN")
    assert "track 7 (JPN), cycle 8" in result.stdout
    assert "simulated" in result.stdout
    (line,) = (line for line in result.stdout.splitlines() if line.startswith("kor-coast-1"))
    assert line.split()[1:4] == ["1", "42", "3"]
    assert line.split()[-3:] == ["0.8", "0.250", "1.00"]


async def test_the_answer_can_be_had_as_json() -> None:
    broker = MemoryBroker()
    async with a_gateway(broker) as gateway, a_fusion(broker, told):
        result = await triptych("why", "7", "--gateway", gateway.url, "--json")

    assert json.loads(result.stdout)["cycle"] == 9


async def test_a_cycle_that_is_kept_no_more_is_said_and_ends_with_one() -> None:
    broker = MemoryBroker()
    async with a_gateway(broker) as gateway, a_fusion(broker, nothing("expired", 2)):
        result = await triptych("why", "7", "--cycle", "2", "--gateway", gateway.url)

    assert result.exit_code == 1
    assert "kept no more" in result.output


async def test_a_capitals_token_is_not_told_of_another_scope() -> None:
    broker = MemoryBroker()
    async with a_gateway(broker, tokens=TOKENS) as gateway, a_fusion(broker, told) as asked:
        words = ("why", "7", "--gateway", gateway.url, "--token", "tokyo-token-1")
        own, other = await triptych(*words), await triptych(*words, "--scope", "USA")

    assert (own.exit_code, other.exit_code) == (0, 1)
    assert [question.scope for question in asked] == ["JPN"]


async def test_a_gateway_that_is_not_there_is_not_reached() -> None:
    result = await triptych("why", "7", "--gateway", "http://127.0.0.1:9")

    assert result.exit_code == 3
    assert "Not reached" in result.output
