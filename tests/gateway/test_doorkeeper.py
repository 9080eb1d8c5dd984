"""Every request is looked at first, and every answer marked."""

import pytest

from tests.gateway.servers import an_app


async def test_every_answer_is_marked_as_simulated_and_not_to_be_sniffed() -> None:
    async with an_app() as gateway:
        answer = await gateway.get("/healthz")

    assert answer.headers["x-simulated"] == "true"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
async def test_a_request_for_another_name_is_turned_away(host: str) -> None:
    async with an_app() as gateway:
        answer = await gateway.get("/api/v1/health", headers={"Host": host})

    assert (answer.status_code, answer.json()["field"]) == (403, "Host")


async def test_a_gateway_on_an_open_address_answers_to_any_name() -> None:
    async with an_app(host="0.0.0.0") as gateway:  # noqa: S104
        answer = await gateway.get("/healthz", headers={"Host": "cop.example"})

    assert answer.status_code == 200


async def test_a_strangers_page_may_read_nothing_new_and_change_nothing() -> None:
    stranger = {"Origin": "https://evil.example"}
    async with an_app() as gateway:
        read = await gateway.get("/healthz", headers=stranger)
        changed = await gateway.post("/api/v1/clock", {"command": "pause"}, headers=stranger)

    assert (read.status_code, changed.status_code) == (200, 403)
    assert "access-control-allow-origin" not in read.headers
