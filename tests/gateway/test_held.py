"""A picture on its way in: what is taken, and what is refused with which words."""

import pytest

from contracts.codec import MalformedMessage, encode
from contracts.picture import PublishedPicture
from gateway.held import take
from tests.gateway.pictures import EXERCISE, WALL_S, a_picture, a_published


def taking(published: PublishedPicture, *, exercise: str = EXERCISE, scope: str = "ALL") -> None:
    take(encode(published), exercise=exercise, scope=scope, received_at_s=WALL_S)


def test_a_whole_picture_is_decoded_once_and_its_bytes_are_let_go() -> None:
    published = a_published(a_picture(tracks=5))

    held = take(encode(published), exercise=EXERCISE, scope="ALL", received_at_s=WALL_S)

    assert (held.picture.tracks, held.published.picture, held.cycle, held.scope) == (5, b"", 3, "ALL")
    assert held.size_bytes > len(published.picture)


def test_a_picture_of_another_exercise_is_refused() -> None:
    with pytest.raises(MalformedMessage, match="other-exercise: exercise: wanted harbour, got corridor"):
        taking(a_published(a_picture()), exercise="harbour")


def test_a_picture_on_another_scopes_topic_is_refused() -> None:
    with pytest.raises(MalformedMessage, match="wrong-topic: scope: wanted JPN"):
        taking(a_published(a_picture()), scope="JPN")


def test_a_picture_that_is_not_what_was_hashed_is_refused() -> None:
    published = a_published(a_picture(tracks=2))
    damaged = published.model_copy(update={"picture": published.picture[:-1] + b"\x07"})

    with pytest.raises(MalformedMessage, match="picture: wanted sha256"):
        taking(damaged)


def test_a_picture_inside_the_wrong_envelope_is_refused() -> None:
    outside = a_published(a_picture(cycle=4))
    inside = a_published(a_picture(cycle=3))
    mixed = outside.model_copy(update={"picture": inside.picture, "picture_sha256": inside.picture_sha256})

    with pytest.raises(MalformedMessage, match=r"picture\.cycle: wanted 4 as outside, got 3"):
        taking(mixed)


def test_half_a_message_is_refused() -> None:
    half = encode(a_published(a_picture()))[:1000]

    with pytest.raises(MalformedMessage, match="unreadable"):
        take(half, exercise=EXERCISE, scope="ALL", received_at_s=WALL_S)
