"""What can be read over HTTP."""

import json

import httpx
import pytest

from contracts.codec import decode
from contracts.memory import MemoryBroker
from contracts.picture import Picture
from gateway.answers import LagAnswer
from gateway.health import Health
from gateway.lag import STAGES
from gateway.provenance import TrackView
from tests.gateway.pictures import a_picture
from tests.gateway.servers import an_app
from tests.gateway.words import a_sensor, introduce, publish

TOKENS = {"white-cell-token": ["ALL", "USA", "JPN", "KOR"], "tokyo-token-1": ["JPN"]}
WHITE_CELL_ONLY = ("/api/v1/injects", "/metrics")
BY_SCOPE = (
    "/api/v1/picture",
    "/api/v1/picture.geojson",
    "/api/v1/tracks/1",
    "/api/v1/health",
    "/api/v1/lag",
)


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def two_scopes() -> MemoryBroker:
    broker = MemoryBroker()
    publish(broker, a_picture(tracks=9, scope="ALL"))
    publish(broker, a_picture(tracks=4, scope="JPN"))
    return broker


async def test_the_picture_is_json_of_the_contracts_model() -> None:
    picture = a_picture(tracks=9, scope="ALL")
    async with an_app(two_scopes()) as gateway:
        answer = await gateway.get("/api/v1/picture")

    read = decode(answer.content, Picture)
    assert (read.tracks, read.cycle, read.simulated) == (9, 3, True)
    assert read.lat_deg.tolist() == picture.lat_deg.tolist()
    assert answer.headers["x-cycle"] == "3"


async def test_a_picture_that_the_asker_has_is_not_sent_again() -> None:
    async with an_app(two_scopes()) as gateway:
        first = await gateway.get("/api/v1/picture")
        again = await gateway.get("/api/v1/picture", headers={"If-None-Match": first.headers["etag"]})
        other = await gateway.get(
            "/api/v1/picture?scope=JPN", headers={"If-None-Match": first.headers["etag"]}
        )

    assert (first.status_code, again.status_code, again.content, other.status_code) == (200, 304, b"", 200)


async def test_a_scope_that_is_asked_for_is_the_one_that_comes() -> None:
    async with an_app(two_scopes()) as gateway:
        picture = (await gateway.get("/api/v1/picture?scope=JPN")).json()
        collection = (await gateway.get("/api/v1/picture.geojson?scope=JPN")).json()

    assert (picture["scope"], len(picture["track_number"])) == ("JPN", 4)
    assert (collection["scope"], collection["simulated"]) == ("JPN", True)


async def test_a_track_comes_with_its_provenance() -> None:
    broker = two_scopes()
    introduce(broker, a_sensor("kor-coast-1"), a_sensor("jpn-long-1", nation="JPN"))
    async with an_app(broker) as gateway:
        await gateway.until("/api/v1/health", lambda told: len(told["sensors"]) == 2)
        view = TrackView.model_validate_json((await gateway.get("/api/v1/tracks/5")).content)

    assert (view.track_number, view.scope) == (5, "ALL")
    assert len(view.contributions) >= 1


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/api/v1/tracks/77", 404, "track_number"),
        ("/api/v1/tracks/many", 422, "track_number"),
        ("/api/v1/tracks/-1", 422, "track_number"),
        ("/api/v1/tracks/99999999999", 422, "track_number"),
        ("/api/v1/picture?scope=MARS", 422, "scope"),
        ("/api/v1/picture?scope=KOR", 503, None),
        ("/api/v1/clock", 503, None),
        ("/api/v1/nothing", 404, None),
    ],
)
async def test_an_error_names_the_field_what_was_wanted_and_what_came(
    path: str, status: int, field: str | None
) -> None:
    async with an_app(two_scopes()) as gateway:
        answer = await gateway.get(path)

    problem = answer.json()
    assert (answer.status_code, problem["status"], problem.get("field")) == (status, status, field)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["simulated"] is True
    assert problem["detail"]


async def test_health_and_lag_are_as_documented() -> None:
    async with an_app(two_scopes()) as gateway:
        told = Health.model_validate_json((await gateway.get("/api/v1/health")).content)
        lag = LagAnswer.model_validate_json((await gateway.get("/api/v1/lag?scope=JPN")).content)

    assert [picture.tracks for picture in told.pictures] == [9, None, 4, None]
    assert (lag.scope, [stage.stage for stage in lag.stages]) == ("JPN", [stage.name for stage in STAGES])


async def test_healthz_says_whether_the_broker_is_there() -> None:
    broker = MemoryBroker()
    async with an_app(broker) as gateway:
        well = await gateway.get("/healthz")
        broker.stop()
        await gateway.until("/healthz", lambda told: not told["ok"])
        ill = await gateway.get("/healthz")

    assert (well.status_code, ill.status_code) == (200, 503)


async def test_every_answer_says_that_it_is_simulated() -> None:
    paths = ("/healthz", "/", "/docs", "/openapi.json", "/nothing", "/metrics", *WHITE_CELL_ONLY, *BY_SCOPE)
    async with an_app(two_scopes()) as gateway:
        answers = [await gateway.get(path) for path in paths]

    assert {answer.headers.get("x-simulated") for answer in answers} == {"true"}


@pytest.mark.parametrize("path", [*BY_SCOPE, *WHITE_CELL_ONLY])
async def test_with_tokens_nothing_is_told_without_one(path: str) -> None:
    async with an_app(two_scopes(), tokens=TOKENS) as gateway:
        none = await gateway.get(path)
        wrong = await gateway.get(path, headers=bearing("guessed-it"))

    assert (none.status_code, wrong.status_code) == (401, 401)
    assert none.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", BY_SCOPE)
async def test_a_capitals_token_sees_its_own_scope_alone(path: str) -> None:
    async with an_app(two_scopes(), tokens=TOKENS) as gateway:
        own = await gateway.get(f"{path}?scope=JPN", headers=bearing("tokyo-token-1"))
        by_default = await gateway.get(path, headers=bearing("tokyo-token-1"))
        others = [
            await gateway.get(f"{path}?scope={scope}", headers=bearing("tokyo-token-1"))
            for scope in ("ALL", "USA", "KOR")
        ]

    assert (own.status_code, by_default.status_code) == (200, 200)
    assert {answer.status_code for answer in others} == {403}


@pytest.mark.parametrize("path", WHITE_CELL_ONLY)
async def test_what_tells_the_truth_is_for_the_white_cell(path: str) -> None:
    async with an_app(two_scopes(), tokens=TOKENS) as gateway:
        capital = await gateway.get(path, headers=bearing("tokyo-token-1"))
        white_cell = await gateway.get(path, headers=bearing("white-cell-token"))

    assert (capital.status_code, white_cell.status_code) == (403, 200)


async def test_nothing_that_a_capital_gets_depends_on_what_it_may_not_see() -> None:
    async def everything(broker: MemoryBroker) -> list[bytes]:
        async with an_app(broker, tokens=TOKENS) as gateway:
            answers = [
                await gateway.get(path, headers=bearing("tokyo-token-1"))
                for path in ("/api/v1/picture", "/api/v1/picture.geojson", "/api/v1/tracks/1")
            ]
            told = json.loads((await gateway.get("/api/v1/health", headers=bearing("tokyo-token-1"))).content)
        seen = {name: told[name] for name in ("sensors", "dead_letters", "watermarks", "refused")}
        return [*(answer.content for answer in answers), json.dumps(seen).encode()]

    plain, richer = two_scopes(), two_scopes()
    publish(richer, a_picture(tracks=500, scope="USA", seed=9))
    publish(richer, a_picture(tracks=700, scope="ALL", seed=9))
    introduce(richer, a_sensor("usa-secret-1", nation="USA", seen_by=("USA",)))

    assert await everything(plain) == await everything(richer)


async def test_the_api_describes_itself_without_a_network() -> None:
    async with an_app() as gateway:
        page = (await gateway.get("/docs")).text
        assets = [await gateway.get(path) for path in _own_addresses(page)]
        described = (await gateway.get("/openapi.json")).json()

    assert "http://" not in page
    assert "https://" not in page
    assert {answer.status_code for answer in assets} == {200}
    assert set(BY_SCOPE) - {"/api/v1/tracks/1"} <= set(described["paths"])


async def test_a_configured_origin_may_read_from_its_page() -> None:
    origin = {"Origin": "https://friend.example"}
    async with an_app(two_scopes(), origins=["https://friend.example"]) as gateway:
        friend = await gateway.get("/api/v1/health", headers=origin)
    async with an_app(two_scopes()) as gateway:
        stranger = await gateway.get("/api/v1/health", headers=origin)

    assert friend.headers["access-control-allow-origin"] == "https://friend.example"
    assert "access-control-allow-origin" not in stranger.headers


def _own_addresses(page: str) -> list[str]:
    parts = page.replace("'", '"').split('"')
    return [httpx.URL(part).path for part in parts if part.startswith("/docs/")]
