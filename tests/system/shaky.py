"""A broker in memory that treats reports badly: late, twice, out of order, or not at all; from a seed."""

import asyncio

import numpy as np

from contracts.memory import MemoryBroker
from contracts.topics import sensor_topic


class ShakyBroker(MemoryBroker):
    """Delays every report batch by chance, delivers some twice and loses some."""

    def __init__(self, seed: int, *, delay_s: float = 0.0, twice: float = 0.0, lost: float = 0.0) -> None:
        """Set how bad it is.

        Args:
            seed: of the chance.
            delay_s: longest delay; each message has its own, so they overtake each other.
            twice: share of messages that come twice.
            lost: share of messages that do not come.
        """
        super().__init__()
        self._random = np.random.default_rng(seed)
        self._delay_s, self._twice, self._lost = delay_s, twice, lost
        self.count = {"delayed": 0, "twice": 0, "lost": 0}

    def deliver(self, topic: str, payload: bytes, *, retain: bool) -> None:
        """Hand a message to everyone who asked for it, a report in its own time."""
        place = sensor_topic(topic)
        if place is None or place.leaf != "reports":
            super().deliver(topic, payload, retain=retain)
            return
        if self._random.random() < self._lost:
            self.count["lost"] += 1
            return
        times = 1 + int(self._random.random() < self._twice)
        self.count["twice"] += times - 1
        self.count["delayed"] += 1
        for _ in range(times):
            delay_s = float(self._random.uniform(0.0, self._delay_s))
            asyncio.get_running_loop().call_later(delay_s, self._deliver_late, topic, payload)

    def _deliver_late(self, topic: str, payload: bytes) -> None:
        if self.up:
            super().deliver(topic, payload, retain=False)
