"""Why a track is what it is, over HTTP, with a fusion played by the test."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest

from contracts import topics
from contracts.codec import decode, encode
from contracts.memory import MemoryBroker
from contracts.provenance import Credit, ProvenanceAnswer, ProvenanceQuestion, TrackCycle
from tests.gateway.pictures import EXERCISE, STARTEX_S
from tests.gateway.servers import an_app
from tests.gateway.words import a_sensor, introduce

Answer = Callable[[ProvenanceQuestion], ProvenanceAnswer | None]
TOKENS = {"white-cell-token": ["ALL", "JPN"], "tokyo-token-1": ["JPN"]}
END_S = STARTEX_S + 60.0


def a_credit(source: str = "kor-coast-1", measured_at_s: float = END_S - 5.0, **fields: object) -> Credit:
    known = {
        "source": source, "epoch": 1, "sequence": 42, "row": 3, "measured_at_s": measured_at_s,
        "residual_sigma": 0.8, "weight": 0.25, "trust": 1.0,
    }  # fmt: skip
    return Credit.model_validate({**known, **fields})


def told(question: ProvenanceQuestion) -> ProvenanceAnswer:
    return ProvenanceAnswer(
        exercise=EXERCISE, request_id=question.request_id, scope=question.scope,
        track_number=question.track_number, state="told", cycle=question.cycle or 9, valid_at_s=END_S,
        track_id="0123456789abcdef0123456789abcdef",
        cycles=(TrackCycle(cycle=8, valid_at_s=END_S - 30.0), TrackCycle(cycle=9, valid_at_s=END_S)),
        credits=(a_credit(measured_at_s=END_S - 20.0), a_credit("usa-secret-1")),
    )  # fmt: skip


def nothing(state: str, cycle: int | None) -> Answer:
    def say(question: ProvenanceQuestion) -> ProvenanceAnswer:
        fields = {"exercise": EXERCISE, "state": state, "cycle": cycle}
        return ProvenanceAnswer.model_validate(
            fields | question.model_dump(include={"request_id", "scope", "track_number"})
        )

    return say


def silent(_: ProvenanceQuestion) -> None:
    return None


@asynccontextmanager
async def a_fusion(broker: MemoryBroker, answer: Answer) -> AsyncGenerator[list[ProvenanceQuestion]]:
    """Answer questions; yields what was asked."""
    asked: list[ProvenanceQuestion] = []

    async def serve() -> None:
        async with broker.connect("fusion") as session:
            await session.subscribe(topics.provenance_questions(EXERCISE, "+"))
            async for delivery in session.messages():
                question = decode(delivery.payload, ProvenanceQuestion)
                assert delivery.topic == topics.provenance_questions(EXERCISE, question.scope)
                asked.append(question)
                if (said := answer(question)) is not None:
                    await session.publish(topics.provenance_answers(EXERCISE, said.scope), encode(said))

    task = asyncio.create_task(serve())
    await asyncio.sleep(0)
    try:
        yield asked
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_reports_of_a_track_come_newest_first_with_residual_weight_and_trust() -> None:
    broker = MemoryBroker()
    introduce(broker, a_sensor("kor-coast-1"))
    async with an_app(broker) as gateway, a_fusion(broker, told) as asked:
        await gateway.until("/api/v1/health", lambda health: len(health["sensors"]) == 1)
        answer = await gateway.get("/api/v1/tracks/7/provenance?cycle=8")

    said = answer.json()
    assert (answer.status_code, said["simulated"], said["scope"]) == (200, True, "ALL")
    assert (asked[0].track_number, asked[0].cycle) == (7, 8)
    assert said["track_id"] == "01234567-89ab-cdef-0123-456789abcdef"
    assert [one["cycle"] for one in said["cycles"]] == [8, 9]
    assert [one["age_s"] for one in said["credits"]] == [5.0, 20.0]
    newest, older = said["credits"]
    assert (older["source"], older["nation"], older["sensor_kind"]) == ("kor-coast-1", "KOR", "radar")
    assert (older["epoch"], older["sequence"], older["row"]) == (1, 42, 3)
    assert (older["residual_sigma"], older["weight"], older["trust"]) == (0.8, 0.25, 1.0)
    assert (newest["source"], newest["nation"]) == ("usa-secret-1", None)


async def test_without_a_cycle_the_newest_is_asked_for() -> None:
    broker = MemoryBroker()
    async with an_app(broker) as gateway, a_fusion(broker, told) as asked:
        answer = await gateway.get("/api/v1/tracks/7/provenance")

    assert (asked[0].cycle, answer.json()["cycle"]) == (None, 9)


async def test_what_a_sensor_says_to_others_is_not_joined_in() -> None:
    broker = MemoryBroker()
    introduce(broker, a_sensor("kor-coast-1", seen_by=("KOR",)))
    async with an_app(broker) as gateway, a_fusion(broker, told):
        await gateway.until("/api/v1/health", lambda health: len(health["sensors"]) == 1)
        answer = await gateway.get("/api/v1/tracks/7/provenance?scope=JPN")

    assert {one["nation"] for one in answer.json()["credits"]} == {None}


@pytest.mark.parametrize(
    ("state", "cycle", "status", "field"),
    [
        ("no-track", 9, 404, "track_number"),
        ("not-yet", 12, 404, "cycle"),
        ("not-yet", None, 404, "cycle"),
        ("expired", 2, 410, "cycle"),
    ],
)
async def test_what_is_not_there_is_answered_with_the_field(
    state: str, cycle: int | None, status: int, field: str
) -> None:
    broker = MemoryBroker()
    async with an_app(broker) as gateway, a_fusion(broker, nothing(state, cycle)):
        answer = await gateway.get("/api/v1/tracks/7/provenance")

    assert (answer.status_code, answer.json()["field"]) == (status, field)


async def test_a_silent_fusion_is_a_timeout() -> None:
    broker = MemoryBroker()
    async with an_app(broker, question_timeout_s=0.05) as gateway, a_fusion(broker, silent):
        answer = await gateway.get("/api/v1/tracks/7/provenance")

    assert answer.status_code == 504
    assert "fusion service" in answer.json()["detail"]


async def test_without_a_broker_nobody_can_be_asked() -> None:
    broker = MemoryBroker()
    async with an_app(broker) as gateway:
        broker.stop()
        await gateway.until("/healthz", lambda health: not health["ok"])
        answer = await gateway.get("/api/v1/tracks/7/provenance")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_only_so_many_questions_are_open_at_once_and_their_places_come_free() -> None:
    broker = MemoryBroker()
    async with an_app(broker, questions_max=2, question_timeout_s=0.2) as gateway:
        async with a_fusion(broker, silent) as asked:
            paths = [f"/api/v1/tracks/{number}/provenance" for number in range(5)]
            answers = await asyncio.gather(*(gateway.get(path) for path in paths))
        async with a_fusion(broker, told):
            later = await gateway.get("/api/v1/tracks/7/provenance")

    statuses = sorted(answer.status_code for answer in answers)
    assert (statuses, len(asked)) == ([503, 503, 503, 504, 504], 2)
    assert later.status_code == 200


async def test_a_capital_asks_its_own_fusion_alone() -> None:
    broker = MemoryBroker()
    headers = {"Authorization": "Bearer tokyo-token-1"}
    async with an_app(broker, tokens=TOKENS) as gateway, a_fusion(broker, told) as asked:
        own = await gateway.get("/api/v1/tracks/7/provenance", headers=headers)
        other = await gateway.get("/api/v1/tracks/7/provenance?scope=USA", headers=headers)
        nobody = await gateway.get("/api/v1/tracks/7/provenance")

    assert (own.status_code, other.status_code, nobody.status_code) == (200, 403, 401)
    assert [question.scope for question in asked] == ["JPN"]


async def test_an_answer_for_another_scope_is_not_taken_for_ours() -> None:
    def of_all(question: ProvenanceQuestion) -> ProvenanceAnswer:
        return told(question).model_copy(update={"scope": "ALL"})

    broker = MemoryBroker()
    async with an_app(broker, question_timeout_s=0.05) as gateway, a_fusion(broker, of_all):
        answer = await gateway.get("/api/v1/tracks/7/provenance?scope=JPN")

    assert answer.status_code == 504


@pytest.mark.parametrize("path", ["x/provenance", "7/provenance?cycle=-1", "7/provenance?cycle=new"])
async def test_a_wrong_number_is_refused_before_anyone_is_asked(path: str) -> None:
    broker = MemoryBroker()
    async with an_app(broker) as gateway, a_fusion(broker, told) as asked:
        answer = await gateway.get(f"/api/v1/tracks/{path}")

    assert (answer.status_code, asked) == (422, [])
