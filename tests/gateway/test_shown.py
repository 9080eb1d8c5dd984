"""A picture made ready once for all browsers."""

from gateway.shown import ShownPicture
from tests.gateway.pictures import a_picture, changed
from tests.gateway.test_frames import a_held


def test_pictures_of_a_scope_are_numbered_and_a_delta_knows_its_base() -> None:
    first_picture = a_picture(tracks=20)
    first = ShownPicture(a_held(first_picture), None, with_delta=True)
    second = ShownPicture(a_held(changed(first_picture)), first, with_delta=True)

    assert (first.serial, first.base_serial, first.delta) == (1, None, None)
    assert (second.serial, second.base_serial) == (2, 1)
    assert second.delta is not None


def test_where_nobody_watches_no_delta_is_made() -> None:
    first = ShownPicture(a_held(a_picture()), None, with_delta=False)
    second = ShownPicture(a_held(a_picture(cycle=4)), first, with_delta=False)

    assert (second.delta, second.serial) == (None, 2)


def test_a_picture_does_not_keep_the_one_before() -> None:
    first = ShownPicture(a_held(a_picture()), None, with_delta=False)
    second = ShownPicture(a_held(a_picture(cycle=4)), first, with_delta=True)

    assert first not in vars(second).values()
