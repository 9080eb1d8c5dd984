"""Injects and the exercise clock over HTTP, with an inject desk played by the test."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from contracts import topics
from contracts.codec import decode, encode
from contracts.control import ClockCommand, InjectAck, InjectRequest
from contracts.memory import MemoryBroker
from gateway.orders import BODY_BYTES_MAX
from tests.gateway.pictures import EXERCISE
from tests.gateway.servers import an_app
from tests.gateway.words import a_clock, an_inject, injects

Answer = Callable[[InjectRequest], InjectAck | None]
TOKENS = {"white-cell-token": ["ALL", "JPN"], "tokyo-token-1": ["JPN"]}


def accepted(request: InjectRequest) -> InjectAck:
    inject = an_inject(7, request)
    return InjectAck(exercise=EXERCISE, request_id=request.request_id, accepted=True, inject=inject)


def refused(request: InjectRequest) -> InjectAck:
    reason = "subject: wanted one of mv-example, got mv-nowhere"
    return InjectAck(exercise=EXERCISE, request_id=request.request_id, accepted=False, reason=reason)


def silent(_: InjectRequest) -> None:
    return None


@asynccontextmanager
async def a_desk(broker: MemoryBroker, answer: Answer) -> AsyncGenerator[list[InjectRequest]]:
    """Answer injects; yields what was asked."""
    asked: list[InjectRequest] = []

    async def serve() -> None:
        async with broker.connect("desk") as session:
            await session.subscribe(topics.inject_requests(EXERCISE))
            async for delivery in session.messages():
                request = decode(delivery.payload, InjectRequest)
                asked.append(request)
                if (ack := answer(request)) is not None:
                    await session.publish(topics.inject_acks(EXERCISE), encode(ack))

    task = asyncio.create_task(serve())
    try:
        yield asked
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_an_accepted_inject_comes_back_with_its_id() -> None:
    broker = MemoryBroker()
    async with an_app(broker) as gateway, a_desk(broker, accepted) as asked:
        answer = await gateway.post("/api/v1/injects", {"action": "remove", "subject": "mv-example"})

    told = answer.json()
    assert (answer.status_code, told["simulated"], told["inject"]["inject_id"]) == (201, True, "inj-0007")
    assert (asked[0].exercise, asked[0].subject, asked[0].requested_by) == (EXERCISE, "mv-example", "api")
    assert told["request_id"] == asked[0].request_id


async def test_the_askers_own_request_id_is_kept() -> None:
    broker = MemoryBroker()
    async with an_app(broker) as gateway, a_desk(broker, accepted) as asked:
        await gateway.post("/api/v1/injects", {"action": "remove", "request_id": "mine-1"})

    assert asked[0].request_id == "mine-1"


async def test_a_refused_inject_says_why_and_which_field() -> None:
    broker = MemoryBroker()
    async with an_app(broker) as gateway, a_desk(broker, refused):
        answer = await gateway.post("/api/v1/injects", {"action": "remove", "subject": "mv-nowhere"})

    problem = answer.json()
    assert (answer.status_code, problem["field"], problem["got"]) == (422, "subject", "mv-nowhere")
    assert problem["detail"] == "subject: wanted one of mv-example, got mv-nowhere"


async def test_a_silent_desk_is_an_app_timeout() -> None:
    broker = MemoryBroker()
    async with an_app(broker, inject_timeout_s=0.1) as gateway, a_desk(broker, silent):
        answer = await gateway.post("/api/v1/injects", {"action": "remove", "request_id": "mine-2"})

    assert (answer.status_code, answer.json()["got"]) == (504, "mine-2")


async def test_without_a_broker_an_inject_cannot_be_asked_for() -> None:
    broker = MemoryBroker()
    async with an_app(broker) as gateway:
        broker.stop()
        await gateway.until("/healthz", lambda told: not told["ok"])
        answer = await gateway.post("/api/v1/injects", {"action": "remove"})

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "action"),
        ({"action": "explode"}, "action"),
        ({"action": "jam", "lat_deg": 91.0}, "lat_deg"),
        ({"action": "jam", "lat_deg": "north"}, "lat_deg"),
        ({"action": "jam", "colour": "red"}, "colour"),
        ({"action": "jam", "exercise": "harbour"}, "exercise"),
        ({"action": "jam", "request_id": "no spaces"}, "request_id"),
        ([], "body"),
        ("jam", "body"),
    ],
)
async def test_a_wrong_inject_is_answered_with_the_field_and_nobody_is_asked(body: Any, field: str) -> None:
    broker = MemoryBroker()
    async with an_app(broker) as gateway, a_desk(broker, accepted) as asked:
        answer = await gateway.post("/api/v1/injects", body)

    problem = answer.json()
    assert (answer.status_code, problem["field"]) == (422, field)
    assert problem["got"] is not None
    assert asked == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"action": NaN}', b"[" * 50_000])
async def test_what_is_not_json_is_refused(body: bytes) -> None:
    async with an_app() as gateway:
        answer = await gateway.http.post(
            "/api/v1/injects", content=body, headers={"Content-Type": "application/json"}
        )

    assert (answer.status_code, answer.json()["field"]) == (422, "body")


async def test_a_form_or_plain_text_of_another_page_is_refused() -> None:
    async with an_app() as gateway:
        answer = await gateway.http.post(
            "/api/v1/injects", content=b'{"action": "jam"}', headers={"Content-Type": "text/plain"}
        )

    assert (answer.status_code, answer.json()["field"]) == (415, "content-type")


async def test_another_page_may_not_inject() -> None:
    async with an_app() as gateway:
        answer = await gateway.post(
            "/api/v1/injects", {"action": "jam"}, headers={"Origin": "https://evil.example"}
        )

    assert (answer.status_code, answer.json()["field"]) == (403, "Origin")


async def test_a_body_without_end_is_not_read_to_its_end() -> None:
    async def without_end() -> AsyncGenerator[bytes]:
        for _ in range(BODY_BYTES_MAX // 1024 * 3):
            yield b" " * 1024

    async with an_app() as gateway:
        declared = await gateway.http.post(
            "/api/v1/injects",
            content=b" " * (BODY_BYTES_MAX + 1),
            headers={"Content-Type": "application/json"},
        )
        streamed = await gateway.http.post(
            "/api/v1/injects", content=without_end(), headers={"Content-Type": "application/json"}
        )

    assert (declared.status_code, streamed.status_code) == (413, 413)
    assert declared.headers["content-type"] == "application/problem+json"


async def test_accepted_injects_are_listed() -> None:
    broker = MemoryBroker()
    broker.deliver(topics.injects(EXERCISE), encode(injects(an_inject(1), an_inject(2))), retain=True)
    async with an_app(broker) as gateway:
        told = await gateway.until("/api/v1/injects", lambda told: len(told["injects"]) == 2)

    assert [inject["inject_id"] for inject in told["injects"]] == ["inj-0001", "inj-0002"]


async def test_the_clock_tells_what_time_it_is_now() -> None:
    broker = MemoryBroker()
    clock = a_clock(running=False, exercise_at_s=2e9)
    broker.deliver(topics.clock(EXERCISE), encode(clock), retain=True)
    async with an_app(broker) as gateway:
        told = await gateway.until("/api/v1/clock", lambda told: "clock" in told)

    assert (told["exercise_now_s"], told["clock"]["running"], told["simulated"]) == (2e9, False, True)


async def test_a_command_reaches_the_clock() -> None:
    broker = MemoryBroker()
    async with an_app(broker) as gateway, broker.connect("clock") as clock:
        await clock.subscribe(topics.clock_commands(EXERCISE))
        answer = await gateway.post("/api/v1/clock", {"command": "rate", "rate": 10.0})
        heard = decode((await anext(aiter(clock.messages()))).payload, ClockCommand)

    assert (answer.status_code, answer.json()["asked"]) == (202, "rate")
    assert heard == ClockCommand(exercise=EXERCISE, command="rate", rate=10.0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"command": "rewind"}, "command"),
        ({"command": "rate"}, "rate"),
        ({"command": "rate", "rate": 1e9}, "rate"),
        ({"command": "pause", "exercise": "harbour"}, "exercise"),
    ],
)
async def test_a_wrong_command_is_answered_with_the_field(body: dict[str, Any], field: str) -> None:
    async with an_app() as gateway:
        answer = await gateway.post("/api/v1/clock", body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize("path", ["/api/v1/injects", "/api/v1/clock"])
async def test_orders_are_for_the_white_cell(path: str) -> None:
    async with an_app(tokens=TOKENS) as gateway:
        none = await gateway.post(path, {})
        capital = await gateway.post(path, {}, headers={"Authorization": "Bearer tokyo-token-1"})
        white_cell = await gateway.post(path, {}, headers={"Authorization": "Bearer white-cell-token"})

    assert (none.status_code, capital.status_code, white_cell.status_code) == (401, 403, 422)
