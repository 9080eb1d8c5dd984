"""The track table: it grows, keeps rows in order, and goes through bytes unchanged."""

import numpy as np
import pytest

from fusion.tracks import (
    Tracks,
    bytes_per_track,
    empty_tracks,
    grown,
    keep_rows,
    rows_from_bytes,
    rows_to_bytes,
)


def numbered(count: int) -> Tracks:
    tracks = empty_tracks(count)
    tracks.track_number[:] = np.arange(count)
    tracks.covariance[:] = np.arange(count)[:, None]
    return tracks


def test_a_grown_table_keeps_its_rows() -> None:
    larger = grown(numbered(4), 9)

    assert larger.track_number.tolist() == [0, 1, 2, 3, 0, 0, 0, 0, 0]
    assert len(larger.time_s) == 9


def test_kept_rows_move_to_the_front_in_order() -> None:
    tracks = numbered(6)

    left = keep_rows(tracks, 5, np.array([True, False, True, False, True]))

    assert left == 3
    assert tracks.track_number[:3].tolist() == [0, 2, 4]
    assert tracks.covariance[2, 9] == 4.0


def test_rows_come_back_from_bytes_as_they_were() -> None:
    tracks = numbered(5)

    back = rows_from_bytes(rows_to_bytes(tracks, 4), 4, 16)

    for name in Tracks._fields:
        np.testing.assert_array_equal(getattr(back, name)[:4], getattr(tracks, name)[:4])
    assert len(back.time_s) == 16


def test_a_checkpoint_without_a_column_is_refused_by_its_name() -> None:
    columns = rows_to_bytes(numbered(2), 2)
    del columns["score"]

    with pytest.raises(ValueError, match="wanted the column score"):
        rows_from_bytes(columns, 2, 4)


def test_a_track_takes_less_than_one_and_a_half_kilobytes() -> None:
    assert bytes_per_track() < 1500
