"""Reports hold nothing that identifies a platform except what a real sensor would know."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.reports import Batch
from producers.scenario import load_scenario
from producers.sensors import Sensor, sensors_of
from producers.world import World, build_world

CORRIDOR = build_world(load_scenario(Path("scenarios/corridor.toml")), 1)
SENSORS = sensors_of(CORRIDOR.scenario)
MOMENT_S = 26 * 60.0


def some_batches(sensor: Sensor, world: World) -> Iterator[Batch]:
    first = int(MOMENT_S / sensor.step_s)
    for sequence in range(first, first + 12):
        yield sensor.produce(world, sequence, 0.0).batch


@pytest.mark.parametrize("sensor", SENSORS, ids=lambda sensor: sensor.name)
def test_no_report_names_a_platform_or_an_effect(sensor: Sensor) -> None:
    secrets = {*CORRIDOR.fleet.name, *(effect.name for effect in CORRIDOR.effects)}
    sensors = {row.name for row in CORRIDOR.scenario.sensors}

    texts = [batch.model_dump_json() for batch in some_batches(sensor, CORRIDOR)]

    words = {word for text in texts for word in re.findall(r'"([^"]+)"', text)}
    assert words & secrets <= sensors


@pytest.mark.parametrize("sensor", SENSORS, ids=lambda sensor: sensor.name)
def test_batches_say_only_what_the_contract_has(sensor: Sensor) -> None:
    batch = next(some_batches(sensor, CORRIDOR))

    assert set(json.loads(batch.model_dump_json())) == set(type(batch).model_fields)


def test_the_order_of_rows_does_not_follow_the_fleet() -> None:
    # Were rows in the order of the fleet, one revolution's order would tell who is who in the next.
    for sensor in SENSORS[:10]:
        for sequence in range(100, 110):
            produced = sensor.produce(CORRIDOR, sequence, 0.0)
            times = produced.batch.measured_at_s.tolist()  # type: ignore[attr-defined]
            assert times == sorted(times)


def test_every_row_is_attributed() -> None:
    for sensor in SENSORS:
        produced = sensor.produce(CORRIDOR, int(MOMENT_S / sensor.step_s), 0.0)
        assert produced.attribution is not None
        assert len(produced.attribution.row_platform) == produced.batch.rows
        assert produced.attribution.sequence == produced.batch.sequence
        assert produced.attribution.measured_to_s == produced.batch.measured_to_s
