"""Pictures to frames: whole, as differences, aligned; read by one who knows only the document."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.codec import encode
from contracts.control import ClockState
from contracts.picture import Picture
from contracts.platforms import Affiliation, Domain
from gateway.frames import LOB_COLUMNS, TRACK_COLUMNS, Block, delta, frame, rows_of, snapshot, symbol
from gateway.held import HeldPicture, take
from tests.gateway.pictures import EXERCISE, STARTEX_S, WALL_S, a_picture, a_published, changed
from tests.gateway.unframed import Frame, Screen, read_frame

A_CLOCK = ClockState(
    exercise="x" * 40,
    startex_s=STARTEX_S + 0.123456789,
    wall_at_s=WALL_S + 0.123456789,
    exercise_at_s=STARTEX_S + 0.987654321,
    rate=3599.123456789,
    running=False,
    revision=2**53,
)


def a_held(picture: Picture) -> HeldPicture:
    payload = encode(a_published(picture))
    return take(payload, exercise=EXERCISE, scope=picture.scope, received_at_s=WALL_S + 0.01)


def a_snapshot(picture: Picture) -> Frame:
    return read_frame(a_frame(snapshot(a_held(picture), rows_of(picture))))


def a_delta(before: Picture, after: Picture) -> Frame:
    return read_frame(a_frame(delta(a_held(after), rows_of(after), rows_of(before)), seq=2, base_seq=1))


def a_frame(block: Block, *, seq: int = 1, base_seq: int = 0) -> bytes:
    return frame(block, seq=seq, base_seq=base_seq, sent_at_s=WALL_S + 0.02, clock=b"null")


def test_a_snapshot_holds_every_column_of_the_picture() -> None:
    picture = a_picture(tracks=50)

    shown = a_snapshot(picture)

    for shape in (*TRACK_COLUMNS[:-1], *LOB_COLUMNS):
        np.testing.assert_array_equal(shown.columns[shape.name], getattr(picture, shape.name), shape.name)


def test_the_header_tells_the_pictures_stamps() -> None:
    picture = a_picture(tracks=3, cycle=7)
    published = a_published(picture)

    header = a_snapshot(picture).header

    assert (header.type, header.seq, header.base_seq, header.cycle) == ("snapshot", 1, 0, 7)
    assert (header.tracks, header.rows, header.simulated) == (3, 3, True)
    assert (header.due_at_s, header.closed_at_s) == (published.due_at_s, published.closed_at_s)
    assert (header.received_at_s, header.sent_at_s) == (WALL_S + 0.01, WALL_S + 0.02)
    assert header.sensors == picture.sensors


def test_every_column_begins_at_a_multiple_of_eight() -> None:
    shown = a_snapshot(a_picture(tracks=7, lobs=3))

    assert shown.header_bytes % 8 == 0
    assert [column.offset % 8 for column in shown.header.columns] == [0] * len(shown.header.columns)
    assert shown.header.columns[0].offset == 8 + shown.header_bytes


def test_an_unknown_value_stays_unknown() -> None:
    picture = a_picture(tracks=30)

    shown = a_snapshot(picture)

    assert np.isnan(shown.columns["last_contribution_s"]).any()
    np.testing.assert_array_equal(np.isnan(shown.columns["height_sigma_m"]), np.isnan(picture.height_sigma_m))


def test_index_columns_point_into_the_frames_own_tables() -> None:
    picture = a_picture(tracks=40)

    shown = a_snapshot(picture)

    assert shown.words("name", shown.header.names) == [picture.names[i] for i in picture.name.tolist()]
    assert shown.words("caveats", shown.header.caveat_sets) == [()] * 40
    assert {len(code) for code in shown.words("sidc", shown.header.sidcs)} == {20}


def test_a_picture_without_tracks_is_a_frame_too() -> None:
    shown = a_snapshot(a_picture(tracks=0, lobs=0))

    assert (shown.header.tracks, shown.columns["track_number"].size) == (0, 0)


def test_the_longest_clock_and_numbers_fit_the_room_in_the_header() -> None:
    block = snapshot(a_held(a_picture(tracks=1)), rows_of(a_picture(tracks=1)))

    shown = read_frame(
        frame(
            block,
            seq=2**53,
            base_seq=2**53 - 1,
            sent_at_s=1_800_000_000.1234567,
            clock=A_CLOCK.model_dump_json().encode(),
        )
    )

    assert shown.header.clock == A_CLOCK


def test_a_delta_to_the_same_picture_has_no_rows() -> None:
    picture = a_picture(tracks=25)

    shown = a_delta(picture, picture)

    assert (shown.header.type, shown.header.rows, shown.header.tracks) == ("delta", 0, 25)
    assert shown.columns["removed"].size == 0


def test_a_delta_has_only_the_rows_that_changed() -> None:
    before = a_picture(tracks=200)
    after = changed(before, share=0.2)
    moved = np.flatnonzero(before.lat_deg != after.lat_deg)

    shown = a_delta(before, after)

    assert shown.columns["track_number"].tolist() == before.track_number[moved].tolist()


def test_a_delta_names_the_tracks_that_are_gone() -> None:
    before = a_picture(tracks=50)
    after = changed(before, share=0.0, gone=5)

    shown = a_delta(before, after)

    assert shown.columns["removed"].tolist() == sorted(
        set(before.track_number.tolist()) - set(after.track_number.tolist())
    )
    assert shown.header.rows == 0


def test_a_delta_is_smaller_in_proportion_to_what_changed() -> None:
    before = a_picture(tracks=2000)
    after = changed(before, share=0.1)
    whole = len(a_frame(snapshot(a_held(after), rows_of(after))))

    part = len(a_frame(delta(a_held(after), rows_of(after), rows_of(before))))

    assert part < 0.25 * whole


def test_names_in_another_order_are_no_change() -> None:
    before = a_picture(tracks=10)
    order = np.roll(np.arange(len(before.names)), 3)
    place = np.argsort(order)
    after = Picture(
        **(
            dict(before)
            | {
                "names": tuple(before.names[i] for i in order.tolist()),
                "name": place[before.name].astype(np.uint16),
            }
        )
    )

    shown = a_delta(before, after)

    assert shown.header.rows == 0


def test_a_new_name_is_a_change() -> None:
    before = a_picture(tracks=10)
    names = list(before.names)
    names[int(before.name.max())] = "MV RENAMED"
    after = Picture(**(dict(before) | {"names": tuple(names)}))

    shown = a_delta(before, after)

    assert shown.words("name", shown.header.names) == ["MV RENAMED"]


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000),
    tracks=st.integers(0, 60),
    share=st.floats(0.0, 1.0),
    gone=st.integers(0, 20),
    new=st.integers(0, 20),
)
def test_a_delta_on_the_old_picture_shows_the_new_one(
    seed: int, tracks: int, share: float, gone: int, new: int
) -> None:
    before = a_picture(tracks=tracks, seed=seed)
    after = changed(before, seed=seed + 1, share=share, gone=min(gone, tracks), new=new)
    stepped, fresh = Screen(), Screen()

    stepped.apply(a_snapshot(before))
    stepped.apply(a_delta(before, after))
    fresh.apply(a_snapshot(after))

    assert stepped.tracks == fresh.tracks


@pytest.mark.parametrize(
    ("domain", "symbol_set"),
    [(Domain.AIR, "01"), (Domain.SURFACE, "30"), (Domain.SUBSURFACE, "35"), (Domain.LAND, "10")],
)
def test_a_track_of_unknown_type_is_drawn_in_its_domain(domain: Domain, symbol_set: str) -> None:
    code = symbol(Affiliation.HOSTILE, domain, 0)

    assert (len(code), code[:4], code[4:6], code[10:16]) == (20, "1026", symbol_set, "000000")


def test_symbols_are_always_of_a_simulation() -> None:
    picture = a_picture(tracks=100)

    codes = a_snapshot(picture).header.sidcs

    assert {code[2] for code in codes} == {"2"}
