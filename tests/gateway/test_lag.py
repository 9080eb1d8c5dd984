"""Lag statistics against numpy's own, and what counts as a sample."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.picture import Picture, SourceKind
from gateway.lag import STAGES, LagBook, Samples, ShownFrame, StageSummary, contributions_of
from tests.gateway.pictures import WALL_S, a_picture, a_published
from tests.gateway.words import a_clock

MILLISECOND = 1e-3


def a_frame(*, presented_s: float = 0.5, clock_error_s: float = 0.001, fresh: bool = True) -> ShownFrame:
    return ShownFrame(
        due_at_s=WALL_S,
        sent_at_s=WALL_S + 0.1,
        decoded_at_s=WALL_S + 0.15,
        drawn_at_s=WALL_S + 0.2,
        presented_at_s=WALL_S + presented_s,
        clock_error_s=clock_error_s,
        fresh=fresh,
    )


def stages(book: LagBook) -> dict[str, StageSummary]:
    return {stage.stage: stage for stage in book.summaries()}


def one_track(*latest_s: float) -> Picture:
    """Return a picture of one track; times of its newest contributions, counted from valid_from_s."""
    picture = a_picture(tracks=1)
    column = picture.valid_from_s + np.array([latest_s])
    return Picture(**(dict(picture) | {"last_contribution_s": column}))


@given(st.lists(st.lists(st.floats(0.0, 100.0), max_size=40), max_size=20), st.integers(10, 300))
def test_the_window_holds_the_newest_samples(parts: list[list[float]], samples_max: int) -> None:
    samples = Samples(samples_max)
    everything = [value for part in parts for value in part]

    for part in parts:
        samples.add(np.array(part))

    assert sorted(samples.values()) == sorted(everything[-samples_max:])
    assert samples.count == len(everything)


def test_percentiles_come_from_the_samples_themselves() -> None:
    book = LagBook(1000)
    lags_s = np.random.default_rng(1).gamma(2.0, 0.01, 500)

    for lag_s in lags_s.tolist():
        book.sent(WALL_S, WALL_S + lag_s)

    stage = stages(book)["received_to_sent"]
    assert stage.count == 500
    assert stage.p95_s == pytest.approx(np.percentile(lags_s, 95), abs=MILLISECOND)
    assert stage.p99_s == pytest.approx(np.percentile(lags_s, 99), abs=MILLISECOND)
    assert stage.max_s == pytest.approx(lags_s.max(), abs=MILLISECOND)
    assert stage.mean_s == pytest.approx(lags_s.mean(), abs=MILLISECOND)


def test_a_stage_without_samples_has_no_numbers() -> None:
    book = LagBook(10)

    assert {(stage.count, stage.p50_s, stage.max_s) for stage in book.summaries()} == {(0, None, None)}


def test_stages_are_told_in_the_order_of_the_way() -> None:
    names = [stage.stage for stage in LagBook(10).summaries()]

    assert names == [stage.name for stage in STAGES]
    assert names[0] == "produced_to_received"


def test_a_picture_gives_the_stages_up_to_its_arrival() -> None:
    book = LagBook(100)
    picture = a_picture(tracks=1)

    book.picture(a_published(picture), WALL_S + 0.009)

    taken = stages(book)
    assert taken["due_to_closed"].max_s == pytest.approx(0.004, abs=1e-6)
    assert taken["closed_to_published"].max_s == pytest.approx(0.002, abs=1e-6)
    assert taken["published_to_received"].max_s == pytest.approx(0.003, abs=1e-6)
    assert taken["produced_to_received"].count == len(picture.sources)
    assert taken["received_to_committed"].p50_s == pytest.approx(0.055)


def test_a_picture_of_a_backlog_says_nothing_of_the_tick() -> None:
    book = LagBook(100)

    book.picture(a_published(a_picture(tracks=1), caught_up=False), WALL_S + 400.0)

    assert stages(book)["due_to_closed"].count == 0


def test_a_presented_frame_gives_the_stages_in_the_browser() -> None:
    book = LagBook(100)

    taken = book.presented(a_frame(), contributions_of(a_picture()), a_clock())

    lag = stages(book)
    assert taken
    assert lag["sent_to_decoded"].max_s == pytest.approx(0.05, abs=MILLISECOND)
    assert lag["decoded_to_drawn"].max_s == pytest.approx(0.05, abs=MILLISECOND)
    assert lag["drawn_to_presented"].max_s == pytest.approx(0.3, abs=MILLISECOND)
    assert lag["due_to_presented"].max_s == pytest.approx(0.5, abs=MILLISECOND)


def test_sensor_to_glass_is_presented_minus_measured_for_each_kind_of_source() -> None:
    book = LagBook(100)
    picture = one_track(20.0, 10.0, np.nan, np.nan)
    clock = a_clock(wall_at_s=WALL_S - 60.0, exercise_at_s=picture.valid_at_s - 60.0)

    book.presented(a_frame(presented_s=0.5), contributions_of(picture), clock)

    lag = stages(book)
    assert lag["sensor_to_glass_wall_radar"].max_s == pytest.approx(10.5, abs=MILLISECOND)
    assert lag["sensor_to_glass_wall_intercept"].max_s == pytest.approx(20.5, abs=MILLISECOND)
    assert lag["sensor_to_glass_wall_self_report"].count == 0


def test_sensor_to_glass_is_told_in_exercise_and_in_wall_seconds() -> None:
    book = LagBook(100)
    picture = one_track(10.0, np.nan, np.nan, np.nan)
    clock = a_clock(wall_at_s=WALL_S - 60.0, exercise_at_s=picture.valid_at_s - 600.0, rate=10.0)

    book.presented(a_frame(presented_s=0.5), contributions_of(picture), clock)

    lag = stages(book)
    assert lag["sensor_to_glass_exercise_radar"].max_s == pytest.approx(25.0, abs=MILLISECOND)
    assert lag["sensor_to_glass_wall_radar"].max_s == pytest.approx(2.5, abs=MILLISECOND)


def test_only_what_is_new_in_the_cycle_counts() -> None:
    picture = one_track(-5.0, 5.0, 0.0, np.nan)

    fresh = contributions_of(picture).measured_at_s

    assert [fresh[kind].size for kind in SourceKind] == [0, 1, 0, 0]


def test_what_was_measured_before_the_clock_changed_has_no_wall_time() -> None:
    book = LagBook(100)
    picture = one_track(10.0, np.nan, np.nan, np.nan)
    clock = a_clock(wall_at_s=WALL_S - 1.0, exercise_at_s=picture.valid_at_s - 1.0)

    book.presented(a_frame(), contributions_of(picture), clock)

    lag = stages(book)
    assert (lag["sensor_to_glass_exercise_radar"].count, lag["sensor_to_glass_wall_radar"].count) == (1, 0)


def test_what_was_measured_after_it_was_shown_is_no_lag() -> None:
    book = LagBook(100)
    picture = one_track(10.0, np.nan, np.nan, np.nan)
    clock = a_clock(wall_at_s=WALL_S, exercise_at_s=picture.valid_from_s)

    book.presented(a_frame(presented_s=0.5), contributions_of(picture), clock)

    assert (stages(book)["sensor_to_glass_exercise_radar"].count, book.refused) == (0, 1)


def test_while_the_clock_stands_there_is_no_sensor_to_glass() -> None:
    book = LagBook(100)

    book.presented(a_frame(), contributions_of(a_picture()), a_clock(running=False))

    assert stages(book)["sensor_to_glass_wall_radar"].count == 0


def test_a_frame_presented_before_it_was_drawn_is_refused() -> None:
    book = LagBook(100)

    taken = book.presented(a_frame(presented_s=-0.5), contributions_of(a_picture()), None)

    assert (taken, book.refused, stages(book)["due_to_presented"].count) == (False, 1, 0)


def test_a_clock_error_of_the_browser_is_borne_with() -> None:
    book = LagBook(100)

    assert book.presented(a_frame(presented_s=0.1, clock_error_s=0.1), contributions_of(a_picture()), None)
