"""The sending side of the ingest bench, a process of its own: ``python -m benchmarks.plot_source``.

It encodes all batches, says ``ready``, and sends them all each time it reads a line.
"""

import argparse
import asyncio
import sys
import time

from benchmarks.plots import EXERCISE, SENSOR, payloads
from contracts import topics
from contracts.broker import Session
from contracts.mqtt import MqttBroker

WINDOW = 100
"""Batches on their way to the broker at a time."""


def main() -> None:
    """Send when told to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--batches", type=int, required=True)
    parser.add_argument("--plots", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    asked = parser.parse_args()
    batches = tuple(payloads(asked.batches, asked.plots, asked.seed))
    asyncio.run(_serve(asked.broker, batches))


async def _serve(url: str, batches: tuple[bytes, ...]) -> None:
    async with MqttBroker(url).connect("bench-source") as session:
        print("ready", sum(len(batch) for batch in batches), flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            cpu_s, began_s = time.process_time(), time.monotonic()
            await _send(session, batches)
            print("sent", time.process_time() - cpu_s, time.monotonic() - began_s, flush=True)


async def _send(session: Session, batches: tuple[bytes, ...]) -> None:
    topic = topics.reports(EXERCISE, "JPN", "radar", SENSOR)
    for first in range(0, len(batches), WINDOW):
        await asyncio.gather(*(session.publish(topic, batch) for batch in batches[first : first + WINDOW]))


if __name__ == "__main__":
    main()
