"""One browser: its own sender, which always sends the newest picture, and what the browser says back.

Nobody waits for a browser but its own session. The sender takes the next picture only when the
socket has let go of the one before, so a slow browser costs one frame of memory and gets, when it
is ready, what is newest then. A browser that takes nothing for two cycles is closed.
"""

import asyncio
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from pydantic import ValidationError

from contracts.control import Presented
from contracts.labels import Scope
from gateway.frames import frame
from gateway.hub import Hub
from gateway.lag import Contributions, ShownFrame
from gateway.mailbox import Mailbox
from gateway.messages import (
    BROWSER_MESSAGE,
    BrowserMessage,
    ServerMessage,
    StreamBye,
    StreamClock,
    StreamError,
    StreamHello,
    StreamPing,
    StreamPong,
    StreamPresented,
    StreamResync,
)
from gateway.shown import ShownPicture

UNPRESENTED_MAX: Final = 4
"""Sent frames remembered until the browser says that it presented them."""

_WANTED: Final = "ping, resync or presented as in docs/reference/stream.md"
_PEACE_S: Final = 30.0
"""A session's length of a cycle before the first picture tells the real one."""

Ending = Literal["gone", "stalled", "shutdown", "too-many-sessions"]
"""How a session ended."""


class BrowserGone(ConnectionError):
    """The browser closed the connection, or it broke."""


class Socket(Protocol):
    """The connection to one browser."""

    async def send(self, message: str | bytes) -> None:
        """Hand over a text or binary message; waits while an earlier one has not left.

        Raises:
            BrowserGone: there is nobody any more.
        """
        ...

    async def drained(self) -> None:
        """Wait until what was sent has left this process."""
        ...

    async def receive(self) -> str | bytes:
        """Return the next message.

        Raises:
            BrowserGone: there will be none.
        """
        ...

    def abort(self) -> None:
        """Break the connection off at once and forget what was not sent."""
        ...


@dataclass(frozen=True, slots=True)
class _Sent:
    """A frame on its way to the glass."""

    cycle: int
    due_at_s: float
    received_at_s: float
    sent_at_s: float
    contributions: Contributions
    fresh: bool


class BrowserSession:
    """One browser that watches one scope."""

    def __init__(self, hub: Hub, scope: Scope, scopes: tuple[Scope, ...]) -> None:
        """Prepare a session.

        Args:
            hub: where pictures come from.
            scope: what the browser watches.
            scopes: what it might watch.
        """
        self.name = uuid.uuid4().hex[:12]
        self.scope: Scope = scope
        self.mailbox = Mailbox()
        self._hub = hub
        self._scopes = scopes
        self._seq = 0
        self._last_serial: int | None = None
        self._sent: OrderedDict[int, _Sent] = OrderedDict()

    async def serve(self, socket: Socket) -> Ending:
        """Serve the browser until it goes or stalls, or we close; say which."""
        tally, ending = self._hub.tally, "gone"
        tally.sessions += 1
        tally.open[self.scope] += 1
        self.mailbox.put_word(self._hello())
        try:
            with self._hub.watching(self.scope, self.mailbox):
                ending = await self._serve(socket)
        finally:
            tally.open[self.scope] -= 1
            tally.endings[ending] += 1
            tally.pictures_replaced += self.mailbox.pictures_replaced
            tally.words_dropped += self.mailbox.words_dropped
        return ending

    async def _serve(self, socket: Socket) -> Ending:
        ending: Ending = "gone"
        try:
            async with asyncio.TaskGroup() as group:
                reader = group.create_task(self._read(socket), name=f"session-read-{self.name}")
                ending = await self._send(socket)
                reader.cancel()
        except* BrowserGone:
            pass
        return ending

    async def _send(self, socket: Socket) -> Ending:
        while True:
            await self.mailbox.wait()
            try:
                async with asyncio.timeout(self._stall_s()):
                    ending = await self._send_waiting(socket)
            except TimeoutError:
                # What is stuck in the socket would stay in memory for as long as the browser likes.
                socket.abort()
                return "stalled"
            if ending is not None:
                return ending

    async def _send_waiting(self, socket: Socket) -> Ending | None:
        """Send what waits; return how the session ends, if a goodbye was among it."""
        for word in self.mailbox.take_words():
            await socket.drained()  # so that a pong is stamped when it goes
            await socket.send(self._stamped(word).model_dump_json())
            if isinstance(word, StreamBye):
                return word.reason
        if (clock := self.mailbox.take_clock()) is not None:
            await socket.send(StreamClock(clock=clock).model_dump_json())
        await socket.drained()  # so that the picture is the newest one when it goes
        if (picture := self.mailbox.take_picture()) is not None:
            message = self._frame(picture)
            self._hub.tally.bytes_sent += len(message)
            await socket.send(message)
            await socket.drained()
        return None

    def _frame(self, picture: ShownPicture) -> bytes:
        fresh = self._last_serial is not None and not picture.kept
        whole = picture.delta is None or picture.base_serial != self._last_serial
        block = picture.snapshot if picture.delta is None or whole else picture.delta
        base_seq = 0 if whole else self._seq
        self._seq += 1
        self._last_serial = picture.serial
        self._hub.tally.snapshots += whole
        self._hub.tally.deltas += not whole
        sent_at_s = self._hub.wall.now_s()
        self._remember(picture, sent_at_s, fresh=fresh)
        if fresh:
            self._hub.scopes[self.scope].lag.sent(picture.held.received_at_s, sent_at_s)
        clock = self._hub.clock
        return frame(
            block,
            seq=self._seq,
            base_seq=base_seq,
            sent_at_s=sent_at_s,
            clock=clock.model_dump_json().encode() if clock is not None else b"null",
        )

    def _remember(self, picture: ShownPicture, sent_at_s: float, *, fresh: bool) -> None:
        published, received_at_s = picture.held.published, picture.held.received_at_s
        self._sent[self._seq] = _Sent(
            published.cycle, published.due_at_s, received_at_s, sent_at_s, picture.contributions, fresh
        )
        while len(self._sent) > UNPRESENTED_MAX:
            self._sent.popitem(last=False)

    def _stamped(self, word: ServerMessage) -> ServerMessage:
        """Return a pong with the time at which it really goes."""
        if isinstance(word, StreamPong):
            return word.model_copy(update={"server_sent_s": self._hub.wall.now_s()})
        return word

    def _stall_s(self) -> float:
        picture = self._hub.scopes[self.scope].picture
        cycle_s = picture.held.published.cycle_s if picture is not None else _PEACE_S
        return self._hub.settings.stall_s(cycle_s)

    async def _read(self, socket: Socket) -> None:
        while True:
            raw = await socket.receive()
            received_at_s = self._hub.wall.now_s()
            message = self._understood(raw)
            if message is not None:
                self._hear(message, received_at_s)

    def _understood(self, raw: str | bytes) -> BrowserMessage | None:
        try:
            if isinstance(raw, str):
                return BROWSER_MESSAGE.validate_json(raw)
            got = f"{len(raw)} bytes of a binary message"
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            got = f"{field}: {first['msg']}" if field else first["msg"]
        self._hub.tally.words_refused += 1
        self.mailbox.put_word(StreamError(wanted=_WANTED, got=got[:300]))
        return None

    def _hear(self, message: BrowserMessage, received_at_s: float) -> None:
        match message:
            case StreamPing():
                self.mailbox.put_word(
                    StreamPong(
                        client_sent_s=message.client_sent_s,
                        server_received_s=received_at_s,
                        server_sent_s=received_at_s,
                    )
                )
            case StreamResync():
                self._hub.tally.resyncs += 1
                self._last_serial = None
                picture = self._hub.scopes[self.scope].picture
                if picture is not None:
                    self.mailbox.put_picture(picture)
            case StreamPresented():
                self._presented(message)

    def _presented(self, message: StreamPresented) -> None:
        tally = self._hub.tally
        sent = self._sent.pop(message.seq, None)
        if sent is None or sent.cycle != message.cycle:
            tally.presented_refused += 1
            return
        shown = ShownFrame(
            due_at_s=sent.due_at_s,
            sent_at_s=sent.sent_at_s,
            decoded_at_s=message.decoded_at_s,
            drawn_at_s=message.drawn_at_s,
            presented_at_s=message.presented_at_s,
            clock_error_s=message.clock_error_s,
            fresh=sent.fresh,
        )
        if not self._hub.scopes[self.scope].lag.presented(shown, sent.contributions, self._hub.clock):
            tally.presented_refused += 1
            return
        tally.presented += 1
        self._hub.present(
            Presented(
                exercise=self._hub.settings.exercise,
                scope=self.scope,
                session=self.name,
                cycle=message.cycle,
                received_at_s=sent.received_at_s,
                sent_at_s=sent.sent_at_s,
                decoded_at_s=message.decoded_at_s,
                drawn_at_s=message.drawn_at_s,
                presented_at_s=message.presented_at_s,
                clock_error_s=message.clock_error_s,
                estimated=message.estimated,
                tracks=message.tracks,
            )
        )

    def _hello(self) -> StreamHello:
        hub = self._hub
        picture = hub.scopes[self.scope].picture
        return StreamHello(
            session=self.name,
            exercise=hub.settings.exercise,
            scope=self.scope,
            scopes=self._scopes,
            server_time_s=hub.wall.now_s(),
            cycle_s=picture.held.published.cycle_s if picture is not None else None,
            ping_s=hub.settings.ping_s,
        )
