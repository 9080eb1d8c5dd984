"""The browser's stand-in reads the frames that the gateway writes."""

import pytest

from benchmarks.stream_client import BadFrame, decode_frame
from contracts.codec import decode, encode
from contracts.picture import Picture
from gateway.frames import frame
from gateway.held import take
from gateway.shown import ShownPicture
from tests.benchmarks.test_lag_recorder import published


def a_frame() -> tuple[bytes, Picture]:
    """The frame of a picture, and the picture."""
    sent = published(7)
    picture = decode(sent.picture, Picture)
    held = take(encode(sent), exercise="test", scope="ALL", received_at_s=100.3)
    block = ShownPicture(held, None, with_delta=False).snapshot
    return frame(block, seq=1, base_seq=0, sent_at_s=100.4, clock=b"null"), picture


def test_a_frames_stamps_are_read_from_its_header() -> None:
    message, _ = a_frame()

    header, _ = decode_frame(message)

    assert (header["cycle"], header["received_at_s"], header["sent_at_s"]) == (7, 100.3, 100.4)


def test_a_frames_columns_are_the_pictures() -> None:
    message, picture = a_frame()

    _, columns = decode_frame(message)

    assert columns["track_number"].tolist() == picture.track_number.tolist()
    assert columns["lat_deg"].tolist() == picture.lat_deg.tolist()


@pytest.mark.parametrize("message", [b"", b"abc", b"not a frame at all"])
def test_what_is_no_frame_is_refused(message: bytes) -> None:
    with pytest.raises(BadFrame, match="wanted"):
        decode_frame(message)
