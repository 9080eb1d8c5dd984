"""Asking the gateway over HTTP, against a server of this test's own."""

import json
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from triptych.gateway_client import BadGatewayUrl, GatewayLost, ask_gateway
from triptych.white_cell import Refusal


class _Handler(BaseHTTPRequestHandler):
    """Answers by path, and says what it was asked."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        pass

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        status, fields = {
            "/refuses": (422, {"detail": "lat_deg: wanted with new-track, got nothing"}),
            "/down": (503, {"detail": "the broker is away"}),
            "/plain": (500, None),
        }.get(
            self.path,
            (200, {"token": self.headers.get("Authorization"), "body": json.loads(body or b"null")}),
        )
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"<html>" if fields is None else json.dumps(fields).encode())


@pytest.fixture
def url() -> Generator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="gateway")
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_body_is_posted_with_the_token(url: str) -> None:
    token = "white-cell"  # noqa: S105 - known to this test alone

    answer = ask_gateway(url + "/", "/echo", {"action": "remove"}, token=token)

    assert answer == {"token": "Bearer white-cell", "body": {"action": "remove"}}


def test_without_a_body_it_is_a_question(url: str) -> None:
    assert ask_gateway(url, "/echo") == {"token": None, "body": None}


def test_a_refusal_says_what_the_gateway_says(url: str) -> None:
    with pytest.raises(Refusal, match="lat_deg: wanted with new-track, got nothing"):
        ask_gateway(url, "/refuses", {})


def test_a_gateway_without_its_broker_is_lost(url: str) -> None:
    with pytest.raises(GatewayLost, match="the broker is away"):
        ask_gateway(url, "/down", {})


def test_an_answer_that_is_no_json_is_told_by_its_reason(url: str) -> None:
    with pytest.raises(GatewayLost, match="Internal Server Error"):
        ask_gateway(url, "/plain", {})


def test_a_gateway_that_is_not_there_is_lost() -> None:
    with pytest.raises(GatewayLost, match=r"no answer from the gateway at http://127\.0\.0\.1:9"):
        ask_gateway("http://127.0.0.1:9", "/echo", wait_s=1.0)


@pytest.mark.parametrize("url", ["ftp://here", "here:80", "http://", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BadGatewayUrl, match="--gateway must be"):
        ask_gateway(url, "/echo")
