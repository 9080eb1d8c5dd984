"""Many injects followed at once, and what is remembered of before."""

from contracts.control import Trace
from exercise.recorder import MEMORY_BATCHES_MAX, OPEN_MAX, Recorder
from tests.exercise.builders import STARTEX_S, a_clock, a_new_track, a_sensor, an_inject, the_truth
from tests.exercise.pictures import a_frame, a_picture, an_attribution, published
from tests.virtual_time import EPOCH_S

CLOCK = a_clock()
OPEN_FOR_S = 1800.0


def a_recorder(traces_max: int = 500) -> Recorder:
    recorder = Recorder(traces_max, OPEN_FOR_S)
    recorder.know_sensors(
        {"radar-jeju": a_sensor("radar-jeju"), "ais-fukue": a_sensor("ais-fukue", "self-report")}
    )
    return recorder


def states(trace: Trace | None) -> dict[str, str]:
    """Return the state of each stage, of scope ALL where scopes have their own."""
    assert trace is not None
    return {stage.stage: stage.state for stage in trace.stages if stage.scope in (None, "ALL")}


def test_a_trace_is_told_when_it_begins_and_only_when_it_changes() -> None:
    recorder = a_recorder()
    recorder.begin(a_new_track(1), CLOCK, EPOCH_S)

    first, second = recorder.take_changed(), recorder.take_changed()
    recorder.hear_truth(the_truth("inj-0001", at_s=STARTEX_S + 11.0), CLOCK)
    third = recorder.take_changed()

    assert list(first) == ["inj-0001"]
    assert second == {}
    assert states(third["inj-0001"])["truth"] == "done"


def test_a_platforms_track_is_known_from_what_was_said_before_it_was_removed() -> None:
    recorder = a_recorder()
    before = an_attribution(sequence=3, rows={2: "Amber Star"}, measured_to_s=STARTEX_S + 2.0)
    recorder.hear_attribution(before, CLOCK, EPOCH_S + 2.0)
    seen = a_picture({1042: [("radar-jeju", 3, 2)]}, valid_at_s=STARTEX_S + 6.0, cycle=0)
    recorder.see_picture(published(seen), CLOCK)

    recorder.begin(an_inject(1, action="remove", subject="Amber Star"), CLOCK, EPOCH_S + 8.0)
    recorder.see_picture(published(a_picture({}, cycle=1)), CLOCK)

    trace = recorder.take_changed()["inj-0001"]
    assert trace is not None
    assert "track 1042 is gone" in [stage.detail for stage in trace.stages]


def test_two_injects_are_told_apart_in_one_batch() -> None:
    recorder = a_recorder()
    recorder.begin(a_new_track(1), CLOCK, EPOCH_S)
    recorder.begin(a_new_track(2), CLOCK, EPOCH_S)
    recorder.hear_attribution(an_attribution(sequence=7, rows={3: "inj-0002"}), CLOCK, EPOCH_S + 15.0)

    changed = recorder.take_changed()

    assert states(changed["inj-0001"])["measured"] == "waiting"
    assert states(changed["inj-0002"])["measured"] == "done"


def test_an_old_trace_makes_room_for_a_new_one() -> None:
    recorder = a_recorder(traces_max=2)
    for number in (1, 2):
        recorder.begin(a_new_track(number), CLOCK, EPOCH_S)
    recorder.take_changed()

    recorder.begin(a_new_track(3), CLOCK, EPOCH_S)
    changed = recorder.take_changed()

    assert changed["inj-0001"] is None
    assert changed["inj-0003"] is not None
    assert [trace.inject_id for trace in recorder.all_traces()] == ["inj-0002", "inj-0003"]


def test_of_more_open_traces_than_can_be_followed_the_oldest_is_closed() -> None:
    recorder = a_recorder()
    for number in range(1, OPEN_MAX + 2):
        recorder.begin(a_new_track(number), CLOCK, EPOCH_S)

    oldest = recorder.take_changed()["inj-0001"]

    assert recorder.open_count == OPEN_MAX
    assert oldest is not None
    assert not oldest.open
    assert states(oldest)["truth"] == "missed"


def test_what_is_remembered_is_bounded() -> None:
    recorder = a_recorder()
    for sequence in range(MEMORY_BATCHES_MAX + 50):
        recorder.hear_attribution(an_attribution(sequence=sequence, rows={0: "Amber Star"}), CLOCK, EPOCH_S)

    assert len(recorder._attributions) == MEMORY_BATCHES_MAX
    assert recorder._attributions[0].sequence == 50


def test_large_batches_are_bounded_by_their_rows() -> None:
    recorder = a_recorder()
    for sequence in range(12):
        recorder.hear_attribution(an_attribution(sequence=sequence, size=100_000), CLOCK, EPOCH_S)

    assert len(recorder._attributions) == 5


def test_kept_traces_are_taken_up_and_go_on() -> None:
    before = a_recorder()
    before.begin(a_new_track(1), CLOCK, EPOCH_S)
    before.hear_attribution(an_attribution(sequence=7, rows={3: "inj-0001"}), CLOCK, EPOCH_S + 15.0)
    before.see_picture(published(a_picture({1042: [("radar-jeju", 7, 3)]})), CLOCK)

    after = a_recorder()
    after.take_up(before.all_traces(), (a_new_track(1),), CLOCK)
    after.see_presented(a_frame(cycle=1), CLOCK)

    assert states(after.take_changed()["inj-0001"])["presented"] == "done"


def test_a_trace_kept_of_no_known_inject_is_let_go() -> None:
    before = a_recorder()
    before.begin(a_new_track(1), CLOCK, EPOCH_S)

    after = a_recorder()
    after.take_up(before.all_traces(), (), CLOCK)

    assert after.all_traces() == []


def test_time_passes_for_everyone_followed() -> None:
    recorder = a_recorder()
    recorder.begin(a_new_track(1), CLOCK, EPOCH_S)

    recorder.pass_time(CLOCK, EPOCH_S + 11.0)

    assert states(recorder.take_changed()["inj-0001"])["effective"] == "done"
