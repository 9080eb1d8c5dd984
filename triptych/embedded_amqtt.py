"""amqtt, the broker that pip brings, with one of its faults mended.

Seen in amqtt 0.12.1: it sends whoever connects everything that is retained for anyone's
subscription; and because that takes a while, during which others change the table that it walks
through, clients who come back together (after it was killed) break each other's sessions.
"""

import asyncio
import logging
from typing import Any, Final

from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig

CLIENTS_MAX: Final = 1000

_log = logging.getLogger(__name__)


class _MendedBroker(Broker):  # type: ignore[misc]  # amqtt has no types
    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Any
    ) -> None:
        """Send what is retained for a subscription, but only to a session that has it."""
        pattern, _ = subscription
        if any(subscriber is session for subscriber, _ in self._subscriptions.get(pattern, [])):
            await super()._publish_retained_messages_for_subscription(subscription, session)


async def run_amqtt(host: str, port: int) -> None:
    """Run amqtt in this process until cancelled."""
    listener = ListenerConfig(bind=f"{host}:{port}", max_connections=CLIENTS_MAX)
    configuration = BrokerConfig(
        listeners={"default": listener},
        plugins={"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    )
    broker = _MendedBroker(configuration)
    await broker.start()
    _log.info("listening broker=amqtt host=%s port=%d", host, port)
    try:
        await asyncio.Event().wait()
    finally:
        await broker.shutdown()
