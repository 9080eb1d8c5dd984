from producers.plan import ScenarioPlan
from producers.settings import FeedName, ProducerSettings
from tests.producers.builders import (
    STARTEX_S,
    a_platform,
    a_radar,
    a_receiver,
    a_scenario,
    a_watch_floor,
    an_inject,
    an_intercept_site,
)

SCENARIO = a_scenario(
    platforms=(a_platform(),),
    radars=(a_radar(), a_radar(name="other")),
    intercepts=(an_intercept_site(),),
    self_reports=(a_receiver(),),
    watch_floors=(a_watch_floor(),),
)


def a_plan(*feeds: FeedName, sensors: tuple[str, ...] = (), exercise: str = "test") -> ScenarioPlan:
    return ScenarioPlan(
        ProducerSettings(exercise=exercise, scenario=SCENARIO, seed=1, feeds=feeds, sensors=sensors)
    )


def names(plan: ScenarioPlan) -> list[str]:
    return [source.name for source in plan.sources(STARTEX_S, ())]


def test_a_process_runs_the_sensors_of_its_feeds() -> None:
    assert names(a_plan("radar")) == ["headland", "other"]
    assert names(a_plan("sigint")) == ["ear", "radio"]
    assert names(a_plan("cyber")) == ["floor"]
    assert names(a_plan("world")) == []


def test_a_process_may_run_a_few_sensors_only() -> None:
    assert names(a_plan("radar", "sigint", sensors=("other", "ear"))) == ["other", "ear"]


def test_truth_is_told_by_the_process_that_runs_the_world() -> None:
    teller, other = a_plan("world"), a_plan("radar")
    for plan in (teller, other):
        plan.sources(STARTEX_S, ())

    truth = teller.truth(STARTEX_S)

    assert truth is not None
    assert truth.name == ("lantern",)
    assert other.truth(STARTEX_S) is None


def test_reports_belong_to_the_exercise_that_is_played() -> None:
    plan = a_plan("radar", exercise="evening-run")

    source = plan.sources(STARTEX_S, ())[0]

    assert source.produce(0, 0.0).batch.exercise == "evening-run"
    assert source.status(STARTEX_S, 0.0).exercise == "evening-run"


def test_injects_for_nobody_are_counted() -> None:
    plan = a_plan("radar")

    plan.sources(STARTEX_S, (an_inject("remove", subject="ghost"),))

    assert plan.ignored() == 1


def test_a_plan_can_start_a_clock() -> None:
    clock = a_plan("world").own_clock(1_900_000_000.0)

    assert (clock.startex_s, clock.exercise_at_s, clock.running) == (STARTEX_S, STARTEX_S, True)
