"""Times as people read them."""

from triptych.times import zulu, zulu_clock

STARTEX_S = 1_936_483_200.0
"""2031-05-14T00:00:00Z, from a calendar."""


def test_a_time_is_printed_in_zulu_to_the_millisecond() -> None:
    assert zulu(STARTEX_S + 330.25) == "2031-05-14T00:05:30.250Z"


def test_a_time_of_day_leaves_the_date_out() -> None:
    assert zulu_clock(STARTEX_S + 330.25) == "00:05:30.250"
