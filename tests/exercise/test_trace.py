"""The way an inject takes, stage by stage."""

from typing import Any

import pytest

from contracts.control import InjectAction, Trace, TraceStage
from contracts.labels import SCOPES, Scope
from exercise.trace import (
    REPORTS_MAX,
    Followed,
    close,
    follow,
    hear_attribution,
    hear_cyber,
    hear_truth,
    pass_time,
    resume,
    see_picture,
    see_presented,
    trace_of,
)
from tests.exercise.builders import STARTEX_S, a_clock, an_inject, the_truth
from tests.exercise.pictures import a_frame, a_health, a_picture, an_attribution, published, some_cyber
from tests.virtual_time import EPOCH_S

MILLISECOND = 1e-3
OPEN_FOR_S = 1800.0
CLOCK = a_clock()
NEW_TRACK = an_inject(1, requested_by="white cell")


def stage(followed: Followed, name: str, scope: Scope | None = None) -> TraceStage:
    (found,) = (s for s in trace_of(followed).stages if (s.stage, s.scope) == (name, scope))
    return found


def hear(
    followed: Followed, attribution: Any, kind: Any = "radar", wall_s: float = EPOCH_S + 15.2
) -> Followed:
    return hear_attribution(followed, attribution, kind, CLOCK, wall_s)


def show(followed: Followed, tracks: Any = None, **changes: Any) -> Followed:
    picture = a_picture(tracks, **changes)
    return see_picture(followed, published(picture), picture, CLOCK)


def test_a_new_inject_was_requested_and_accepted_and_waits_for_the_rest() -> None:
    followed = follow(NEW_TRACK, CLOCK)

    assert stage(followed, "requested").wall_at_s == EPOCH_S
    assert stage(followed, "requested").detail == "by white cell"
    assert stage(followed, "accepted").exercise_at_s == STARTEX_S
    assert stage(followed, "effective").exercise_at_s == STARTEX_S + 10.0
    assert {s.state for s in trace_of(followed).stages[2:]} == {"waiting"}


def test_a_new_track_goes_through_every_stage_in_order() -> None:
    followed = follow(NEW_TRACK, CLOCK)

    followed = hear_truth(followed, the_truth("inj-0001", at_s=STARTEX_S + 11.0), CLOCK)
    followed = hear(followed, an_attribution(sequence=7, rows={3: "inj-0001"}))
    followed = pass_time(followed, CLOCK, EPOCH_S + 20.0, OPEN_FOR_S)
    followed = show(followed, {1042: [("radar-jeju", 7, 3)]})
    followed = see_presented(followed, a_frame(cycle=1), CLOCK)

    done = [s for s in trace_of(followed).stages if s.state == "done"]
    assert [(s.stage, round((s.wall_at_s or 0.0) - EPOCH_S, 3)) for s in done] == [
        ("requested", 0.0),
        ("accepted", 0.0),
        ("effective", 10.0),
        ("truth", 11.0),
        ("measured", 15.0),
        ("produced", 15.1),
        ("fused", 30.26),
        ("published", 30.27),
        ("presented", 31.0),
    ]
    assert stage(followed, "measured").detail == "radar-jeju batch 7 row 3"
    assert stage(followed, "fused", "ALL").track_number == 1042
    assert stage(followed, "fused", "ALL").cycle == 1
    assert stage(followed, "presented", "ALL").detail == "session s-1, measured, +/- 0.5 ms"


@pytest.mark.parametrize("requested_at_s", [0.0, EPOCH_S - 1.0, 1e11])
def test_a_time_of_request_that_cannot_be_is_shown_without_exercise_time(requested_at_s: float) -> None:
    inject = an_inject(1, requested_at_s=requested_at_s)

    requested = stage(follow(inject, a_clock(rate=60.0)), "requested")

    assert requested.wall_at_s == requested_at_s
    assert requested.exercise_at_s is None


@pytest.mark.parametrize("presented_at_s", [0.5, 1e11])
def test_a_browser_whose_clock_is_wrong_breaks_nothing(presented_at_s: float) -> None:
    followed = hear(follow(NEW_TRACK, CLOCK), an_attribution(sequence=7, rows={3: "inj-0001"}))
    followed = show(followed, {1042: [("radar-jeju", 7, 3)]})

    followed = see_presented(followed, a_frame(cycle=1, presented_at_s=presented_at_s), CLOCK)

    assert stage(followed, "presented", "ALL").exercise_at_s is None


def test_what_was_measured_before_the_clock_was_turned_has_no_wall_time_made_up() -> None:
    turned = a_clock(wall_at_s=EPOCH_S + 100.0, exercise_at_s=STARTEX_S + 100.0, rate=10.0)

    followed = hear_attribution(
        follow(NEW_TRACK, CLOCK), an_attribution(rows={3: "inj-0001"}), "radar", turned, EPOCH_S + 101.0
    )

    assert stage(followed, "measured").exercise_at_s == STARTEX_S + 15.0
    assert stage(followed, "measured").wall_at_s is None


def test_each_scope_passes_its_stages_by_itself() -> None:
    followed = hear(follow(NEW_TRACK, CLOCK), an_attribution(sequence=7, rows={3: "inj-0001"}))

    followed = show(followed, {1042: [("radar-jeju", 7, 3)]}, scope="KOR")

    assert stage(followed, "fused", "KOR").state == "done"
    assert stage(followed, "fused", "JPN").state == "waiting"


def test_truth_of_before_the_effect_does_not_count() -> None:
    followed = hear_truth(follow(NEW_TRACK, CLOCK), the_truth("inj-0001", at_s=STARTEX_S + 9.0), CLOCK)

    assert stage(followed, "truth").state == "waiting"


def test_a_report_of_someone_else_does_not_count() -> None:
    followed = hear(follow(NEW_TRACK, CLOCK), an_attribution(rows={3: "Amber Star"}))

    assert stage(followed, "measured").state == "waiting"


def test_only_the_first_report_is_the_stage_but_later_ones_find_the_track() -> None:
    followed = hear(follow(NEW_TRACK, CLOCK), an_attribution(sequence=7, rows={3: "inj-0001"}))
    followed = hear(
        followed, an_attribution(sequence=8, rows={5: "inj-0001"}, measured_to_s=STARTEX_S + 20.0)
    )

    followed = show(followed, {1042: [("radar-jeju", 8, 5)]})

    assert stage(followed, "measured").detail == "radar-jeju batch 7 row 3"
    assert stage(followed, "fused", "ALL").state == "done"


def test_of_very_many_reports_the_newest_find_the_track() -> None:
    followed = follow(NEW_TRACK, CLOCK)
    for sequence in range(REPORTS_MAX + 10):
        followed = hear(followed, an_attribution(sequence=sequence, rows={3: "inj-0001"}))

    followed = show(followed, {1042: [("radar-jeju", REPORTS_MAX + 9, 3)]})

    assert len(followed.reports) == REPORTS_MAX
    assert stage(followed, "fused", "ALL").track_number == 1042


def test_an_attribution_without_times_is_dated_when_it_was_heard() -> None:
    attribution = an_attribution(rows={3: "inj-0001"}, measured_to_s=None, produced_at_s=None)

    followed = hear(follow(NEW_TRACK, CLOCK), attribution, wall_s=EPOCH_S + 16.0)

    assert stage(followed, "measured").exercise_at_s == pytest.approx(STARTEX_S + 16.0, abs=MILLISECOND)
    assert stage(followed, "produced").wall_at_s == EPOCH_S + 16.0


def test_a_frame_of_an_earlier_cycle_has_not_shown_it() -> None:
    followed = hear(follow(NEW_TRACK, CLOCK), an_attribution(sequence=7, rows={3: "inj-0001"}))
    followed = show(followed, {1042: [("radar-jeju", 7, 3)]}, cycle=5)

    followed = see_presented(followed, a_frame(cycle=4), CLOCK)

    assert stage(followed, "presented", "ALL").state == "waiting"


def test_a_frame_counts_only_for_its_scope() -> None:
    followed = hear(follow(NEW_TRACK, CLOCK), an_attribution(sequence=7, rows={3: "inj-0001"}))
    followed = show(followed, {1042: [("radar-jeju", 7, 3)]})

    followed = see_presented(followed, a_frame(cycle=1, scope="USA"), CLOCK)

    assert stage(followed, "presented", "USA").state == "waiting"


REMOVE = an_inject(2, action="remove", subject="Amber Star")


def test_a_removal_is_told_by_the_last_report_and_a_track_that_goes() -> None:
    followed = follow(REMOVE, CLOCK)
    followed = hear(
        followed, an_attribution(sequence=5, rows={1: "Amber Star"}, measured_to_s=STARTEX_S + 4.0)
    )
    followed = hear(
        followed, an_attribution(sequence=6, rows={2: "Amber Star"}, measured_to_s=STARTEX_S + 9.0)
    )
    followed = show(followed, {1042: [("radar-jeju", 6, 2)]}, valid_at_s=STARTEX_S + 9.5)
    followed = hear_truth(followed, the_truth("Amber Star", at_s=STARTEX_S + 9.0), CLOCK)
    followed = hear_truth(followed, the_truth(at_s=STARTEX_S + 10.0), CLOCK)

    followed = show(followed, {}, cycle=2)

    assert stage(followed, "truth").exercise_at_s == STARTEX_S + 10.0
    assert stage(followed, "measured").detail == "last report: radar-jeju batch 6 row 2"
    assert stage(followed, "fused", "ALL").detail == "track 1042 is gone"
    assert stage(followed, "fused", "ALL").cycle == 2


def test_spoofing_is_told_by_the_first_self_report_after_it() -> None:
    followed = follow(an_inject(3, action="spoof-ais", subject="Amber Star", offset_m=900.0), CLOCK)

    followed = hear(followed, an_attribution("radar-jeju", rows={1: "Amber Star"}), "radar")
    followed = hear(
        followed,
        an_attribution("ais-fukue", 1, rows={0: "Amber Star"}, measured_to_s=STARTEX_S + 9.0),
        "self-report",
    )
    followed = hear(
        followed,
        an_attribution("ais-fukue", 2, rows={0: "Amber Star"}, measured_to_s=STARTEX_S + 12.0),
        "self-report",
    )

    assert stage(followed, "measured").detail == "ais-fukue batch 2 row 0"


def test_an_attack_is_told_by_the_first_cyber_event_on_its_asset() -> None:
    followed = follow(an_inject(4, action="cyber-attack", subject="radar-jeju", effect="loss"), CLOCK)

    followed = hear_cyber(followed, some_cyber("radar-other"), CLOCK)
    followed = hear_cyber(followed, some_cyber("radar-jeju", "ev-2"), CLOCK)

    assert "event ev-2" in stage(followed, "measured").detail
    assert stage(followed, "produced").wall_at_s == EPOCH_S + 18.2


def test_an_event_that_ended_before_the_attack_is_not_about_it() -> None:
    followed = follow(an_inject(4, action="cyber-attack", subject="radar-jeju", effect="loss"), CLOCK)

    followed = hear_cyber(followed, some_cyber("radar-jeju", last_seen_s=STARTEX_S + 9.0), CLOCK)

    assert stage(followed, "measured").state == "waiting"


def test_an_event_named_after_the_inject_is_about_it_whatever_its_asset() -> None:
    followed = follow(an_inject(5, action="jam", lat_deg=34.0, lon_deg=129.0, radius_m=9e3), CLOCK)

    followed = hear_cyber(followed, some_cyber("440123456", "inj-0005-ev"), CLOCK)

    assert stage(followed, "measured").state == "done"


def test_a_sensor_switched_off_is_told_by_its_last_batch() -> None:
    followed = follow(an_inject(6, action="sensor-off", subject="radar-jeju"), CLOCK)

    followed = hear(followed, an_attribution(sequence=1, measured_to_s=STARTEX_S + 8.0))
    followed = hear(followed, an_attribution("radar-other", 9, measured_to_s=STARTEX_S + 9.0))
    followed = hear(followed, an_attribution(sequence=2, size=0, measured_to_s=STARTEX_S + 9.0))

    assert stage(followed, "measured").detail == "last report: radar-jeju batch 1"


def test_a_sensor_switched_off_is_seen_in_the_first_whole_cycle_without_its_reports() -> None:
    followed = follow(an_inject(6, action="sensor-off", subject="radar-jeju"), CLOCK)
    silent = (a_health("radar-jeju", STARTEX_S + 90.0, reports=7),)

    for cycle in (1, 2, 3):
        followed = show(followed, cycle=cycle, valid_at_s=STARTEX_S + 30.0 * cycle, sensors=silent)

    assert stage(followed, "fused", "ALL").cycle == 2
    assert stage(followed, "fused", "ALL").detail == "radar-jeju sent no report"


@pytest.mark.parametrize(
    ("action", "changes", "not_applicable"),
    [
        (InjectAction.JAM, {"lat_deg": 34.0, "lon_deg": 129.0, "radius_m": 9e3}, {"truth"}),
        (InjectAction.CYBER_ATTACK, {"subject": "radar-jeju", "effect": "loss"}, {"truth"}),
        (
            InjectAction.EMITTER_OFF,
            {"subject": "Amber Star"},
            {"truth", "fused", "published", "presented"},
        ),
        (InjectAction.NEW_TRACK, {}, set()),
    ],
)
def test_a_stage_that_an_action_does_not_have_says_why(
    action: InjectAction, changes: dict[str, Any], not_applicable: set[str]
) -> None:
    trace = trace_of(follow(an_inject(7, action=action, **changes), CLOCK))

    stages = [s for s in trace.stages if s.state == "not-applicable"]
    assert {s.stage for s in stages} == not_applicable
    assert all(s.detail for s in stages)


def test_a_trace_that_is_complete_is_closed() -> None:
    followed = hear(follow(NEW_TRACK, CLOCK), an_attribution(sequence=7, rows={3: "inj-0001"}))
    followed = hear_truth(followed, the_truth("inj-0001", at_s=STARTEX_S + 11.0), CLOCK)
    for scope in SCOPES:
        followed = show(followed, {1042: [("radar-jeju", 7, 3)]}, scope=scope)
        followed = see_presented(followed, a_frame(scope=scope), CLOCK)

    followed = pass_time(followed, CLOCK, EPOCH_S + 40.0, OPEN_FOR_S)

    assert not trace_of(followed).open


def test_a_trace_that_grows_too_old_is_closed_with_what_it_missed() -> None:
    followed = follow(NEW_TRACK, CLOCK)

    followed = pass_time(followed, CLOCK, EPOCH_S + OPEN_FOR_S + 11.0, OPEN_FOR_S)

    assert not followed.open
    assert stage(followed, "truth").state == "missed"
    assert stage(followed, "effective").state == "done"


def test_a_paused_clock_keeps_the_trace_open_and_the_effect_waiting() -> None:
    followed = pass_time(follow(NEW_TRACK, CLOCK), a_clock(running=False), EPOCH_S + 1e6, OPEN_FOR_S)

    assert followed.open
    assert stage(followed, "effective").state == "waiting"


def test_a_closed_trace_changes_no_more() -> None:
    closed = close(follow(NEW_TRACK, CLOCK), "enough")

    after = hear_truth(closed, the_truth("inj-0001", at_s=STARTEX_S + 11.0), CLOCK)
    after = hear(after, an_attribution(rows={3: "inj-0001"}))
    after = show(after, {1042: [("radar-jeju", 7, 3)]})

    assert trace_of(after) == trace_of(closed)


def test_a_kept_trace_goes_on_where_it_was() -> None:
    followed = hear(follow(NEW_TRACK, CLOCK), an_attribution(sequence=7, rows={3: "inj-0001"}))
    followed = show(followed, {1042: [("radar-jeju", 7, 3)]})
    kept = Trace.model_validate_json(trace_of(followed).model_dump_json())

    resumed = see_presented(resume(kept, NEW_TRACK, CLOCK), a_frame(cycle=2), CLOCK)

    assert trace_of(resume(kept, NEW_TRACK, CLOCK)) == trace_of(followed)
    assert stage(resumed, "presented", "ALL").track_number == 1042
