"""A rehearsal is a pure function: the scenario's reports in the order of the fold, cycle by cycle."""

from dataclasses import replace

from benchmarks.rehearsal import Rehearsal, within
from contracts.codec import encode
from producers.scenario import Scenario, load_scenario
from triptych.places import scenarios_folder

MINIMAL = load_scenario(scenarios_folder() / "minimal.toml")


def a_rehearsal(scenario: Scenario = MINIMAL, seed: int = 1, duration_s: float = 60.0) -> Rehearsal:
    return Rehearsal(scenario, seed, cycle_s=10.0, duration_s=duration_s)


def test_the_same_seed_plays_the_same_bytes() -> None:
    first, second = (
        [encode(batch) for cycle in a_rehearsal().cycles() for batch in cycle.batches] for _ in range(2)
    )

    assert first == second


def test_another_seed_plays_something_else() -> None:
    first, second = (
        [encode(batch) for cycle in a_rehearsal(seed=seed).cycles() for batch in cycle.batches]
        for seed in (1, 2)
    )

    assert first != second


def test_batches_come_in_the_order_of_the_fold_and_in_the_cycle_that_they_end_in() -> None:
    for cycle in a_rehearsal().cycles():
        keys = [(batch.measured_to_s, batch.source, batch.sequence) for batch in cycle.batches]
        assert keys == sorted(keys)
        assert all(cycle.from_s < batch.measured_to_s <= cycle.end_s for batch in cycle.batches)


def test_no_batch_of_any_sensor_is_left_out() -> None:
    sequences: dict[str, list[int]] = {}
    for cycle in a_rehearsal().cycles():
        for batch in cycle.batches:
            sequences.setdefault(batch.source, []).append(batch.sequence)

    assert set(sequences) == {row.name for row in MINIMAL.sensors}
    assert all(found == list(range(len(found))) for found in sequences.values())


def test_the_truth_is_told_at_the_end_of_each_cycle() -> None:
    cycles = list(a_rehearsal().cycles())

    assert [cycle.truth.at_s for cycle in cycles] == [cycle.end_s for cycle in cycles]
    assert cycles[-1].end_s == MINIMAL.startex_s + 60.0


def test_a_scope_has_only_the_sensors_that_it_may_see() -> None:
    seen = within(MINIMAL, "KOR")

    assert {row.name for row in MINIMAL.sensors} - {row.name for row in seen.sensors} == {"watchful-ear"}


def test_a_sensor_that_is_attacked_delivers_late_and_its_batches_are_folded_when_they_come() -> None:
    row = MINIMAL.effects[0].model_validate(
        {
            "name": "held-back",
            "kind": "cyber-attack",
            "sensor": "headland",
            "effect": "delay",
            "magnitude": 15.0,
            "from_min": 0.0,
        }
    )
    delayed = replace(MINIMAL, effects=(row,))

    ends_s = {
        batch.sequence: cycle.end_s
        for cycle in a_rehearsal(delayed).cycles()
        for batch in cycle.batches
        if batch.source == "headland"
    }

    measured_to_s = MINIMAL.startex_s + 1.0
    assert ends_s[0] >= measured_to_s + 14.75
