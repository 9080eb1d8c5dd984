"""The made-up batches are what a radar would send: valid, numbered, and no two alike."""

from benchmarks import plots
from contracts import topics
from contracts.broker import Delivery
from contracts.codec import decode, encode
from contracts.reports import RadarScan
from fusion.intake import Admitted, Intake
from fusion.settings import FusionSettings


def test_every_batch_is_valid_and_holds_the_plots_asked_for() -> None:
    made = [decode(payload, RadarScan) for payload in plots.payloads(3, plots=17, seed=1)]

    assert [batch.sequence for batch in made] == [0, 1, 2]
    assert {batch.rows for batch in made} == {17}


def test_no_two_batches_have_the_same_plots() -> None:
    first, second = (decode(payload, RadarScan) for payload in plots.payloads(2, plots=5, seed=1))

    assert first.range_m.tolist() != second.range_m.tolist()


def test_the_same_seed_makes_the_same_bytes() -> None:
    assert list(plots.payloads(2, plots=5, seed=4)) == list(plots.payloads(2, plots=5, seed=4))


def test_the_fusions_edge_takes_every_batch_when_the_clock_stands_after_the_last() -> None:
    intake = Intake(FusionSettings(exercise=plots.EXERCISE))
    status = topics.sensor_status(plots.EXERCISE, "JPN", "radar", plots.SENSOR)
    intake.introduce(Delivery(status, encode(plots.status()), retained=True))
    topic = topics.reports(plots.EXERCISE, "JPN", "radar", plots.SENSOR)
    now_s = plots.clock(run=1, batches=4).exercise_at_s

    outcomes = [
        intake.admit(Delivery(topic, payload, retained=False), 0.0, now_s)
        for payload in plots.payloads(4, plots=5, seed=1)
    ]

    assert all(isinstance(outcome, Admitted) for outcome in outcomes)
