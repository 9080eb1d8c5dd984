"""How the command line speaks to the white cell over the broker: ask, and wait for the answer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from contracts import topics
from contracts.broker import Broker, Session
from contracts.codec import MalformedMessage, decode, encode
from contracts.control import ClockCommand, ClockState, DeadLetter, InjectAck, InjectRequest, Trace

ASK_AGAIN_S: Final = 2.0
"""Wall time after which an unanswered request is sent again; the desk answers the same id once."""


class Refusal(ValueError):
    """The white cell refuses; its text says what was wanted and what came."""


class NoAnswer(TimeoutError):
    """Nobody answered in time."""

    def __init__(self, exercise: str, wait_s: float) -> None:
        super().__init__(
            f"no answer within {wait_s:g} s: is the exercise service of {exercise!r} running? "
            "(`triptych status` says who is)"
        )


async def put_inject(broker: Broker, request: InjectRequest, client_id: str, wait_s: float) -> InjectAck:
    """Put an inject to the desk and return its answer.

    Raises:
        BrokerLost: the broker cannot be reached.
        NoAnswer: the desk did not answer in time.
    """
    topic = topics.inject_acks(request.exercise)
    async with broker.connect(client_id) as session:
        await session.subscribe(topic)
        try:
            async with asyncio.timeout(wait_s):
                while True:
                    await session.publish(topics.inject_requests(request.exercise), encode(request, "json"))
                    if (ack := await _answer_to(session, request.request_id)) is not None:
                        return ack
        except TimeoutError as error:
            raise NoAnswer(request.exercise, wait_s) from error


async def turn_clock(broker: Broker, command: ClockCommand, client_id: str, wait_s: float) -> ClockState:
    """Give the clock a command and return the clock that has obeyed it.

    Raises:
        BrokerLost: the broker cannot be reached.
        Refusal: the command makes no sense.
        NoAnswer: the exercise service did not answer in time.
    """
    exercise = command.exercise
    async with broker.connect(client_id) as session:
        await session.subscribe(topics.clock(exercise), topics.deadletter(exercise))
        await session.publish(topics.clock_commands(exercise), encode(command, "json"))
        try:
            async with asyncio.timeout(wait_s):
                async for delivery in session.messages():
                    if delivery.topic == topics.deadletter(exercise):
                        _raise_refusal(delivery.payload, topics.clock_commands(exercise))
                    elif _obeys(state := decode(delivery.payload, ClockState), command):
                        return state
        except TimeoutError as error:
            raise NoAnswer(exercise, wait_s) from error
    raise AssertionError("a session's messages end only by an exception")


async def read_clock(broker: Broker, exercise: str, client_id: str, wait_s: float) -> ClockState:
    """Return the exercise clock.

    Raises:
        BrokerLost: the broker cannot be reached.
        NoAnswer: the broker has kept none.
    """
    async with broker.connect(client_id) as session:
        await session.subscribe(topics.clock(exercise))
        try:
            async with asyncio.timeout(wait_s):
                async for delivery in session.messages():
                    return decode(delivery.payload, ClockState)
        except TimeoutError as error:
            raise NoAnswer(exercise, wait_s) from error
    raise AssertionError("a session's messages end only by an exception")


async def watch_trace(broker: Broker, exercise: str, inject_id: str, client_id: str) -> AsyncIterator[Trace]:
    """Yield a trace as the broker has kept it, then as it goes on; put a timeout around it."""
    async with broker.connect(client_id) as session:
        await session.subscribe(topics.trace(exercise, inject_id))
        async for delivery in session.messages():
            if delivery.payload:
                yield decode(delivery.payload, Trace)


async def _answer_to(session: Session, request_id: str) -> InjectAck | None:
    """Return the answer to a request; None when it is time to ask again."""
    try:
        async with asyncio.timeout(ASK_AGAIN_S):
            async for delivery in session.messages():
                ack = decode(delivery.payload, InjectAck)
                if ack.request_id == request_id:
                    return ack
    except TimeoutError:
        pass
    return None


def _obeys(state: ClockState, command: ClockCommand) -> bool:
    """Return whether a clock is as the command wants it; the broker may first tell the one of before."""
    running = {"start": True, "resume": True, "pause": False}.get(command.command, state.running)
    return state.running == running and command.rate in (None, state.rate)


def _raise_refusal(payload: bytes, asked_on: str) -> None:
    try:
        letter = decode(payload, DeadLetter)
    except MalformedMessage:
        return
    if letter.topic == asked_on:
        raise Refusal(f"{letter.field}: {letter.detail}" if letter.field else letter.detail)
