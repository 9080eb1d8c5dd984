"""The exercise service: carries messages between the broker and the white cell's desk.

What must not be forgotten, the clock, the accepted injects and their traces, is retained on the
broker: a service that starts again takes it up from there, and a broker that has lost it gets it
again. All that is decided is decided in :mod:`exercise.whitecell`.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Final

from contracts.broker import Broker, BrokerLost, Delivery, Session, Will, stay_connected
from contracts.clock import WallClock
from contracts.codec import encode
from exercise.settings import ExerciseSettings
from exercise.whitecell import SERVICE, Said, WhiteCell

_GOODBYE_S: Final = 1.0

_log = logging.getLogger(__name__)


async def run_exercise(broker: Broker, clock: WallClock, settings: ExerciseSettings) -> None:
    """Run the exercise service until it is cancelled."""
    service = _Service(clock, settings)
    await stay_connected(broker, f"{SERVICE}-{settings.exercise}", service.serve, will=service.will)


class _Service:
    """Serves one session with the broker after another; the white cell outlives them."""

    def __init__(self, clock: WallClock, settings: ExerciseSettings) -> None:
        self._clock = clock
        self._settings = settings
        self._cell = WhiteCell(settings, clock.now_s())
        self._began = False

    def will(self) -> Will:
        """Return what the broker says when this service is lost."""
        said = self._cell.status(online=False, wall_s=self._clock.now_s())
        return Will(said.topic, _payload(said))

    async def serve(self, session: Session) -> None:
        """Serve one session until it breaks or the service is cancelled."""
        await session.subscribe(*self._cell.subscriptions())
        waiting = [] if self._began else await self._take_up(session)
        await self._say(session, self._cell.everything())
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear(session, waiting), name="exercise-hear")
                group.create_task(self._report(session), name="exercise-report")
        except asyncio.CancelledError:
            await self._say_goodbye(session)
            raise

    async def _take_up(self, session: Session) -> list[Delivery]:
        """Take up what the broker has kept; return what else came meanwhile and waits to be heard."""
        kept: list[Delivery] = []
        waiting: list[Delivery] = []
        try:
            # Nothing tells that a broker keeps nothing, so it gets a fixed time to say what it keeps.
            async with asyncio.timeout(self._settings.take_up_s):
                async for delivery in session.messages():
                    (kept if self._cell.is_own(delivery.topic) else waiting).append(delivery)
        except TimeoutError:
            pass
        news = self._cell.take_up(kept, self._clock.now_s())
        _log.info("%s exercise=%s", news, self._settings.exercise)
        self._began = True
        return waiting

    async def _hear(self, session: Session, waiting: list[Delivery]) -> None:
        for delivery in waiting:
            await self._say(session, self._cell.hear(delivery, self._clock.now_s()))
        async for delivery in session.messages():
            await self._say(session, self._cell.hear(delivery, self._clock.now_s()))

    async def _report(self, session: Session) -> None:
        """Tell the status at a steady pace."""
        while True:
            self._cell.counters["inbox_dropped"] = session.dropped
            wall_s = self._clock.now_s()
            await self._say(
                session, [*self._cell.tick(wall_s), self._cell.status(online=True, wall_s=wall_s)]
            )
            await asyncio.sleep(self._settings.status_every_s)

    async def _say(self, session: Session, said: Iterable[Said]) -> None:
        for one in said:
            if one.news:
                _log.info("%s exercise=%s", one.news, self._settings.exercise)
            await session.publish(one.topic, _payload(one), retain=one.retain)

    async def _say_goodbye(self, session: Session) -> None:
        """A clean end publishes no will, so the service says itself that it is gone."""
        try:
            async with asyncio.timeout(_GOODBYE_S):
                await self._say(session, [self._cell.status(online=False, wall_s=self._clock.now_s())])
        except (BrokerLost, TimeoutError):
            _log.info("no goodbye: the broker is gone exercise=%s", self._settings.exercise)


def _payload(said: Said) -> bytes:
    # JSON, because people read these topics with mosquitto_sub; there are few of them.
    return b"" if said.message is None else encode(said.message, "json")
