"""The stages of an inject's way, with times on both clocks."""

import pytest

from contracts.control import InjectAction
from contracts.labels import SCOPES
from exercise.sights import Sight
from exercise.stages import begun, reached, shown_by
from tests.exercise.builders import STARTEX_S, a_clock, a_new_track, an_inject
from tests.exercise.pictures import a_picture, published
from tests.virtual_time import EPOCH_S

CLOCK = a_clock(rate=2.0)


def test_the_stages_stand_in_the_order_in_which_they_are_passed() -> None:
    names = [(stage, scope) for stage, scope in begun(a_new_track(), CLOCK) if scope in (None, "ALL")]

    assert [stage for stage, _ in names] == [
        "requested",
        "accepted",
        "effective",
        "truth",
        "measured",
        "produced",
        "fused",
        "published",
        "presented",
    ]


def test_every_scope_has_its_own_fused_published_and_presented() -> None:
    stages = begun(a_new_track(), CLOCK)

    assert [scope for stage, scope in stages if stage == "presented"] == list(SCOPES)


@pytest.mark.parametrize("action", InjectAction)
def test_only_appearing_and_going_show_in_the_truth(action: InjectAction) -> None:
    truth = begun(an_inject(action=action), CLOCK)["truth", None]

    shows = action in (InjectAction.NEW_TRACK, InjectAction.REMOVE)
    assert truth.state == ("waiting" if shows else "not-applicable")
    assert bool(truth.detail) != shows


def test_the_other_clocks_time_is_reckoned_from_the_one_that_is_known() -> None:
    from_wall = reached("produced", CLOCK, wall_s=EPOCH_S + 5.0)
    from_exercise = reached("measured", CLOCK, exercise_s=STARTEX_S + 10.0)

    assert from_wall.exercise_at_s == STARTEX_S + 10.0
    assert from_exercise.wall_at_s == EPOCH_S + 5.0


def test_while_the_clock_stands_exercise_time_has_no_wall_time() -> None:
    assert reached("measured", a_clock(running=False), exercise_s=STARTEX_S).wall_at_s is None


def test_a_long_detail_is_cut() -> None:
    assert len(reached("fused", CLOCK, wall_s=EPOCH_S, detail="x" * 500).detail) == 200


def test_a_stage_shown_by_a_picture_names_scope_cycle_and_track() -> None:
    picture = published(a_picture(scope="JPN", cycle=7))

    stage = shown_by("fused", picture, CLOCK, EPOCH_S + 30.0, Sight("track 1042 (confirmed)", 1042))

    assert (stage.scope, stage.cycle, stage.track_number) == ("JPN", 7, 1042)
    assert stage.detail == "track 1042 (confirmed)"
