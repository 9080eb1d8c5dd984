"""A picture on its way in: what is taken, and what is refused with which words."""

import hashlib
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.codec import MalformedMessage, encode
from contracts.picture import Picture, PublishedPicture
from gateway.frames import delta, rows_of, snapshot
from gateway.geojson import feature_collection
from gateway.held import take
from gateway.provenance import track_view
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


def remade(**columns: object) -> PublishedPicture:
    """Return a picture with other columns, whole and rightly hashed."""
    return a_published(Picture(**(dict(a_picture(tracks=3)) | columns)))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("name", [0, 1, 9]),
        ("caveats", [0, 0, 2]),
        ("lob_source", [99] * 12),
        ("track_number", [1, 3, 2]),
        ("track_number", [1, 1, 2]),
    ],
)
def test_a_picture_that_points_nowhere_or_is_out_of_order_is_refused(column: str, values: list[int]) -> None:
    with pytest.raises(MalformedMessage, match=f"invalid-field: {column}: wanted"):
        taking(remade(**{column: values}))


@pytest.mark.parametrize("start", [[1, 2, 3], [0, 9, 3], [0, 0, 0]])
def test_contributions_must_belong_to_tracks(start: list[int]) -> None:
    rows = len(a_picture(tracks=3).contribution_source)

    with pytest.raises(MalformedMessage, match="contribution_start: wanted rising offsets"):
        taking(remade(contribution_start=[*start, rows + (start == [0, 0, 0])]))


def test_lags_that_are_no_numbers_are_refused() -> None:
    published = a_published(a_picture()).model_copy(update={"arrivals": {"x": (1, math.nan, 0.0)}})

    with pytest.raises(MalformedMessage, match="arrivals: wanted finite numbers"):
        taking(published)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 1.0, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8)
)
def test_a_garbled_picture_is_refused_or_can_be_shown_to_its_end(damage: list[tuple[float, int]]) -> None:
    payload = bytearray(encode(a_picture(tracks=4, lobs=2)))
    for place, byte in damage:
        payload[int(place * len(payload))] = byte
    published = a_published(a_picture(tracks=4)).model_copy(
        update={"picture": bytes(payload), "picture_sha256": hashlib.sha256(payload).hexdigest()}
    )

    shown_or_refused(encode(published))


def shown_or_refused(payload: bytes) -> None:
    try:
        held = take(payload, exercise=EXERCISE, scope="ALL", received_at_s=WALL_S)
    except MalformedMessage:
        return
    rows = rows_of(held.picture)
    assert snapshot(held, rows).rows == held.picture.tracks
    assert delta(held, rows, rows).rows == 0
    assert feature_collection(held.picture)
    for row in range(held.picture.tracks):
        assert track_view(held.picture, row, {}).simulated
