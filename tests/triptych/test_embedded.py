"""The embedded broker: which one runs, and how it is set up."""

import socket
from pathlib import Path

import pytest

from contracts.broker import INBOX_MAX
from triptych import embedded
from triptych.embedded import BrokerSettings, NoMosquitto, choose, free_port, mosquitto_configuration


def lines_of(settings: BrokerSettings) -> list[str]:
    return mosquitto_configuration(settings).splitlines()


@pytest.fixture
def no_mosquitto(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "find_mosquitto", lambda: None)


@pytest.fixture
def with_mosquitto(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "find_mosquitto", lambda: "/usr/sbin/mosquitto")


@pytest.mark.usefixtures("no_mosquitto")
def test_without_mosquitto_amqtt_does_it() -> None:
    assert choose("auto") == "amqtt"


@pytest.mark.usefixtures("no_mosquitto")
def test_asking_for_mosquitto_where_there_is_none_says_how_to_get_it() -> None:
    with pytest.raises(NoMosquitto, match="apt-get install mosquitto"):
        choose("mosquitto")


@pytest.mark.usefixtures("with_mosquitto")
def test_mosquitto_is_taken_when_it_is_here_unless_amqtt_is_asked_for() -> None:
    assert [choose(kind) for kind in ("auto", "mosquitto", "amqtt")] == ["mosquitto", "mosquitto", "amqtt"]


def test_mosquitto_listens_where_it_is_told_and_nowhere_else(tmp_path: Path) -> None:
    lines = lines_of(BrokerSettings("127.0.0.1", 4321, tmp_path))

    assert [line for line in lines if line.startswith(("listener", "port", "bind"))] == [
        "listener 4321 127.0.0.1"
    ]


def test_mosquitto_sends_at_once_and_queues_as_much_as_our_own_inbox(tmp_path: Path) -> None:
    lines = lines_of(BrokerSettings("127.0.0.1", 4321, tmp_path))

    assert {"set_tcp_nodelay true", f"max_queued_messages {INBOX_MAX}"} <= set(lines)


def test_a_password_file_shuts_out_the_anonymous(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"

    open_lines = lines_of(BrokerSettings("127.0.0.1", 4321, tmp_path))
    shut_lines = lines_of(BrokerSettings("127.0.0.1", 4321, tmp_path, passwords))

    assert "allow_anonymous true" in open_lines
    assert {"allow_anonymous false", f"password_file {passwords}"} <= set(shut_lines)


def test_a_free_port_can_be_bound() -> None:
    port = free_port()

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", port))


def test_a_port_that_is_taken_is_not_given() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        taken = listening.getsockname()[1]

        assert free_port(wanted=taken) != taken


def test_a_wanted_port_that_is_free_is_given() -> None:
    wanted = free_port()

    assert free_port(wanted=wanted) == wanted
