"""The picture stream over a real websocket, from a real server."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from gateway.service import WORD_BYTES_MAX
from tests.gateway.pictures import EXERCISE, a_picture, changed
from tests.gateway.servers import PATIENCE_S, Served, a_gateway, frame, word
from tests.gateway.unframed import Screen, read_frame

TOKENS = {"white-cell-token": ["ALL", "USA", "JPN", "KOR"], "tokyo-token-1": ["JPN"]}
LARGE_TRACKS = 20_000
"""Some 3.7 MB a frame: more than the sockets' buffers on both sides take."""


async def test_a_browser_gets_a_greeting_a_snapshot_and_then_deltas() -> None:
    first = a_picture(tracks=500)
    second = changed(first, gone=3, new=2)
    screen = Screen()
    async with a_gateway() as gateway, gateway.browser() as browser:
        hello = await word(browser, "hello")
        await gateway.show(first)
        screen.apply(await frame(browser))
        await gateway.show(second)
        step = await frame(browser)
        screen.apply(step)

    assert (hello["exercise"], hello["scopes"]) == (EXERCISE, ["ALL", "USA", "JPN", "KOR"])
    assert (step.header.type, step.header.base_seq) == ("delta", 1)
    assert sorted(screen.tracks) == second.track_number.tolist()


async def test_a_browser_that_lost_count_asks_and_gets_everything() -> None:
    async with a_gateway() as gateway, gateway.browser() as browser:
        await gateway.show(a_picture(cycle=1))
        await frame(browser)
        await gateway.show(a_picture(cycle=2))
        await frame(browser)
        await browser.send(json.dumps({"type": "resync", "reason": "gap"}))

        again = await frame(browser)

    assert (again.header.type, again.header.seq, again.header.cycle) == ("snapshot", 3, 2)


async def test_a_ping_aligns_the_browsers_clock() -> None:
    async with a_gateway() as gateway, gateway.browser() as browser:
        sent_s = time.time()
        await browser.send(json.dumps({"type": "ping", "client_sent_s": sent_s}))
        pong = await word(browser, "pong")
        received_s = time.time()

    offset_s = (pong["server_received_s"] - sent_s + pong["server_sent_s"] - received_s) / 2.0
    assert abs(offset_s) <= (received_s - sent_s) / 2.0


async def test_a_capital_gets_its_own_picture() -> None:
    async with a_gateway() as gateway, gateway.browser("?scope=KOR") as browser:
        await gateway.show(a_picture(scope="ALL", tracks=9))
        await gateway.show(a_picture(scope="KOR", tracks=4))

        seen = await frame(browser)

    assert (seen.header.scope, seen.header.tracks) == ("KOR", 4)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 401),
        ("?scope=JPN&token=guessed-it", 401),
        ("?scope=ALL&token=tokyo-token-1", 403),
        ("?scope=MARS", 422),
    ],
)
async def test_with_tokens_a_browser_that_may_not_see_is_turned_away(query: str, status: int) -> None:
    async with a_gateway(tokens=TOKENS) as gateway:
        with pytest.raises(InvalidStatus) as refused:
            async with gateway.browser(query):
                pass

    problem = json.loads(refused.value.response.body or b"{}")
    assert (refused.value.response.status_code, problem["status"]) == (status, status)


async def test_with_tokens_a_browser_watches_what_its_token_may_see() -> None:
    async with a_gateway(tokens=TOKENS) as gateway, gateway.browser("?token=tokyo-token-1") as browser:
        hello = await word(browser, "hello")

    assert (hello["scope"], hello["scopes"]) == ("JPN", ["JPN"])


async def test_a_page_from_elsewhere_may_not_open_the_stream() -> None:
    async with a_gateway() as gateway:
        with pytest.raises(InvalidStatus) as refused:
            async with gateway.browser(origin="https://evil.example"):
                pass

    assert refused.value.response.status_code == 403


async def test_when_all_places_are_taken_a_browser_is_told_and_let_go() -> None:
    async with a_gateway(sessions_max=1) as gateway, gateway.browser() as first:
        await word(first, "hello")
        async with gateway.browser() as second:
            bye = await word(second, "bye")
            with pytest.raises(ConnectionClosed) as closed:
                await second.recv()

    assert bye["reason"] == "too-many-sessions"
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013


async def test_a_message_that_is_too_long_closes_the_connection_alone() -> None:
    async with a_gateway() as gateway, gateway.browser() as good, gateway.browser() as bad:
        await bad.send("x" * (WORD_BYTES_MAX + 1))
        with pytest.raises(ConnectionClosed):
            await word(bad, "error")
        await good.send(json.dumps({"type": "ping", "client_sent_s": 1.0}))

        assert (await word(good, "pong"))["client_sent_s"] == 1.0


async def test_a_browser_that_does_not_read_gets_the_newest_picture_when_it_does() -> None:
    async with a_gateway() as gateway, gateway.browser() as quick, a_deaf_browser(gateway) as deaf:
        for cycle in range(1, 7):
            await gateway.show(a_picture(tracks=LARGE_TRACKS, cycle=cycle, seed=cycle))
            await frame(quick)
        sent = stream_counts((await gateway.get("/metrics")).text)

        cycles = await asyncio.to_thread(deaf.cycles_until, 6)

    # The quick one got six; the deaf one what fitted its buffers, and then the newest.
    assert sent <= 6 + 3
    assert cycles[-1] == 6
    assert len(cycles) <= 4


async def test_a_browser_that_never_reads_is_broken_off_and_its_memory_let_go() -> None:
    async with a_gateway(stall_s_min=0.2, stall_cycles=0.001) as gateway, a_deaf_browser(gateway):
        for cycle in range(1, 5):
            await gateway.show(a_picture(tracks=LARGE_TRACKS, cycle=cycle, seed=cycle))

        await gateway.until("/api/v1/health", lambda told: told["sessions"]["open"] == 0)
        metrics = (await gateway.get("/metrics")).text

    assert "triptych_gateway_sessions_stalled_total 1.0" in metrics


async def test_when_the_gateway_closes_browsers_are_told() -> None:
    async with a_gateway() as gateway, gateway.browser() as browser:
        await word(browser, "hello")
        gateway.running.cancel()

        bye = await word(browser, "bye")
        with pytest.raises(ConnectionClosed) as closed:
            await browser.recv()

    assert bye["reason"] == "shutdown"
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001


class DeafBrowser:
    """A browser with small buffers that opens the stream and then reads nothing until it is told to."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        self._socket.settimeout(PATIENCE_S)
        self._socket.connect((host, int(port)))
        self._socket.sendall(
            f"GET /api/v1/stream HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        self._bytes = self._socket.makefile("rb")
        while self._bytes.readline().strip():
            pass

    def cycles_until(self, last: int) -> list[int]:
        """Read frames until one of a cycle; return the cycles seen."""
        cycles: list[int] = []
        while not cycles or cycles[-1] != last:
            kind, payload = self._message()
            if kind == 2:
                cycles.append(read_frame(payload).header.cycle)
        return cycles

    def close(self) -> None:
        """Hang up."""
        self._bytes.close()
        self._socket.close()

    def _message(self) -> tuple[int, bytes]:
        first, length = self._bytes.read(2)
        if length == 126:
            length = int.from_bytes(self._bytes.read(2), "big")
        elif length == 127:
            length = int.from_bytes(self._bytes.read(8), "big")
        return first & 15, self._bytes.read(length)


@asynccontextmanager
async def a_deaf_browser(gateway: Served) -> AsyncGenerator[DeafBrowser]:
    deaf = await asyncio.to_thread(DeafBrowser, gateway.url)
    try:
        yield deaf
    finally:
        deaf.close()


def stream_counts(metrics: str) -> int:
    """Return how many frames were sent to all browsers."""
    lines = dict(line.split(" ") for line in metrics.splitlines() if line.startswith("triptych_gateway_"))
    return int(
        float(lines["triptych_gateway_snapshots_total"]) + float(lines["triptych_gateway_deltas_total"])
    )
