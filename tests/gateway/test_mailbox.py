"""The conflating mailbox: the newest waits, nothing grows, nobody who puts is held up."""

import asyncio

import pytest

from contracts.control import ClockState
from gateway.frames import rows_of
from gateway.mailbox import WORDS_MAX, Mailbox
from gateway.messages import StreamError
from gateway.shown import ShownPicture
from tests.gateway.pictures import EXERCISE, STARTEX_S, WALL_S, a_picture
from tests.gateway.test_frames import a_held


def a_shown(cycle: int) -> ShownPicture:
    return ShownPicture(a_held(a_picture(tracks=1, cycle=cycle)), None, with_delta=False)


def a_clock(revision: int) -> ClockState:
    return ClockState(
        exercise=EXERCISE,
        startex_s=STARTEX_S,
        wall_at_s=WALL_S,
        exercise_at_s=STARTEX_S,
        running=True,
        revision=revision,
    )


def test_a_newer_picture_replaces_one_that_still_waits() -> None:
    mailbox = Mailbox()

    mailbox.put_picture(a_shown(1))
    mailbox.put_picture(a_shown(2))
    mailbox.put_picture(a_shown(3))

    taken = mailbox.take_picture()
    assert taken is not None
    assert (taken.held.cycle, mailbox.pictures_replaced) == (3, 2)
    assert mailbox.take_picture() is None


def test_only_the_newest_clock_waits() -> None:
    mailbox = Mailbox()

    mailbox.put_clock(a_clock(1))
    mailbox.put_clock(a_clock(2))

    assert (mailbox.take_clock(), mailbox.take_clock()) == (a_clock(2), None)


def test_of_too_many_words_the_oldest_go_and_are_counted() -> None:
    mailbox = Mailbox()

    for number in range(WORDS_MAX + 10):
        mailbox.put_word(StreamError(wanted="sense", got=str(number)))

    words = [word for word in mailbox.take_words() if isinstance(word, StreamError)]
    assert (len(words), words[0].got, mailbox.words_dropped) == (WORDS_MAX, "10", 10)


async def test_a_taker_waits_until_there_is_something_and_again_when_all_is_taken() -> None:
    mailbox = Mailbox()
    taker = asyncio.create_task(mailbox.wait())
    await asyncio.sleep(0)
    assert not taker.done()

    mailbox.put_clock(a_clock(1))
    await taker
    mailbox.take_clock()

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(mailbox.wait(), 0.001)


def test_rows_are_made_once_for_all_who_look() -> None:
    shown = a_shown(1)

    assert shown.rows is shown.rows
    assert shown.snapshot is shown.snapshot
    assert rows_of(shown.held.picture) is not shown.rows
