"""Brokers to test with: the twin in memory, and a real Mosquitto with the settings of the embedded one."""

import uuid
from collections.abc import Generator
from typing import Final

import pytest

from contracts.broker import Broker
from contracts.memory import MemoryBroker
from contracts.mqtt import MqttBroker
from tests.contracts.mosquitto import Mosquitto

INBOX_SMALL: Final = 20


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Generator[Mosquitto]:
    """Run a Mosquitto on a free loopback port."""
    broker = Mosquitto(tmp_path_factory.mktemp("mosquitto"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(params=["memory", pytest.param("mosquitto", marks=pytest.mark.broker)])
def broker(request: pytest.FixtureRequest) -> Broker:
    """Return each kind of broker in turn; all must behave alike."""
    if request.param == "memory":
        return MemoryBroker(inbox_max=INBOX_SMALL)
    running: Mosquitto = request.getfixturevalue("mosquitto")
    return MqttBroker(running.url, inbox_max=INBOX_SMALL)


@pytest.fixture
def prefix() -> str:
    """Return topics that no other test uses."""
    return f"test/{uuid.uuid4().hex[:8]}"
