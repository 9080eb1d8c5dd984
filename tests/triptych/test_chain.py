"""The processes of a demo: who runs what."""

import itertools
from pathlib import Path

import pytest

from triptych.chain import ChainSettings, broker_process, service_processes


def a_chain(broker: str = "mqtt://127.0.0.1:4321", recording: Path | None = None) -> ChainSettings:
    return ChainSettings(
        broker=broker,
        exercise="corridor",
        scenario=Path("/some where/corridor.toml"),
        recording=recording,
        seed=7,
        cycle_s=30.0,
        rate=2.0,
        port=8321,
        data=Path("/some where/data"),
    )


def test_every_service_is_a_process_and_every_feed_is_one() -> None:
    names = [spec.name for spec in service_processes(a_chain())]

    assert names == [
        "fusion",
        "gateway",
        "producers-world",
        "producers-radar",
        "producers-sigint",
        "producers-cyber",
        "exercise",
    ]


def test_the_exercise_begins_when_all_others_are_there() -> None:
    *others, exercise = service_processes(a_chain())

    after = [word for flag, word in itertools.pairwise(exercise.command) if flag == "--after"]

    assert after == [spec.name for spec in others]


def test_a_recording_is_played_in_place_of_the_scenario() -> None:
    chain = a_chain(recording=Path("/some where/solent.csv"))

    specs = service_processes(chain)

    assert [spec.name for spec in specs] == ["fusion", "gateway", "recorded-ais-recording", "exercise"]
    assert not any("--scenario" in spec.command for spec in specs)
    assert ["/some where/solent.csv" in spec.command for spec in specs] == [False, False, True, True]


def test_a_password_of_the_broker_is_in_no_argument() -> None:
    chain = a_chain("mqtt://white-cell:secret@broker.example:1883")

    specs = service_processes(chain)

    assert not any("secret" in argument for spec in specs for argument in spec.command)
    assert {spec.environment["TRIPTYCH_BROKER"] for spec in specs} == {chain.broker}


def test_the_seed_goes_to_those_who_make_noise() -> None:
    seeded = [spec.name for spec in service_processes(a_chain()) if "--seed" in spec.command]

    assert seeded == ["producers-world", "producers-radar", "producers-sigint", "producers-cyber"]


@pytest.mark.parametrize("kind", ["auto", "mosquitto", "amqtt"])
def test_the_embedded_broker_is_the_kind_that_was_asked_for(kind: str) -> None:
    command = broker_process(4321, Path("/data"), kind).command  # type: ignore[arg-type]  # one of the three

    assert command[-2:] == ("--kind", kind)
