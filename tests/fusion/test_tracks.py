"""The track table: it grows, keeps rows in order, and goes through bytes unchanged."""

import numpy as np
import pytest

from fusion.table import from_state, grown, to_state
from fusion.tracks import TRACK, Tracks, empty_tracks, keep_rows


def numbered(count: int) -> Tracks:
    tracks = empty_tracks(count)
    tracks.track_number[:] = np.arange(count)
    tracks.covariance[:] = np.arange(count)[:, None]
    return tracks


def test_a_grown_table_keeps_its_rows() -> None:
    larger = grown(numbered(4), 9)

    assert larger.track_number.tolist() == [0, 1, 2, 3, 0, 0, 0, 0, 0]
    assert len(larger.time_s) == 9


@pytest.mark.parametrize("kept", [0b10101, 0b11111, 0b00000, 0b01110, 0b00001, 0b10000, 0b11010])
def test_the_last_rows_fill_the_gaps_and_the_others_stay(kept: int) -> None:
    tracks, mask = numbered(6), np.array([bool(kept >> bit & 1) for bit in range(5)])

    left = keep_rows(tracks, 5, mask)

    assert left == mask.sum()
    assert sorted(tracks.track_number[:left].tolist()) == np.flatnonzero(mask).tolist()
    for row in np.flatnonzero(mask[:left]):
        assert tracks.track_number[row] == row
    np.testing.assert_array_equal(tracks.covariance[:left, 9], tracks.track_number[:left])


def test_rows_come_back_from_bytes_as_they_were() -> None:
    tracks = numbered(5)

    back = from_state(Tracks, TRACK, to_state(tracks, 4), 16)

    np.testing.assert_array_equal(back[:4], tracks[:4])
    assert len(back.time_s) == 16


def test_a_checkpoint_with_other_columns_is_refused() -> None:
    state = to_state(numbered(2), 2) | {"layout": "[('score', '<f8')]"}

    with pytest.raises(ValueError, match=r"wanted rows of .* got .*score"):
        from_state(Tracks, TRACK, state, 4)


def test_a_track_takes_less_than_one_and_a_half_kilobytes() -> None:
    assert TRACK.itemsize < 1500
