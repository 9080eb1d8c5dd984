"""``triptych inject``, ``trace`` and ``clock`` as a tester types them, against a real broker."""

import asyncio
import json
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner, Result

from contracts.mqtt import MqttBroker
from contracts.wall import LoopClock
from exercise.service import run_exercise
from tests.exercise.builders import EXERCISE, the_settings
from tests.real_broker import READY_S, a_mosquitto, an_amqtt
from triptych.cli import app

BROKERS = [pytest.param("mosquitto", marks=pytest.mark.broker), "amqtt"]


@contextmanager
def an_exercise_in_a_thread(url: str) -> Generator[None]:
    """Run an exercise service beside the command line, which has event loops of its own."""
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def run() -> None:
        service = asyncio.create_task(run_exercise(MqttBroker(url), LoopClock(), the_settings()))
        await stop.wait()
        service.cancel()
        await asyncio.gather(service, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="exercise")
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(READY_S)
        loop.close()


@pytest.fixture(scope="module", params=BROKERS)
def broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    mosquitto = request.param == "mosquitto"
    running = a_mosquitto(tmp_path_factory.mktemp("mosquitto")) if mosquitto else an_amqtt()
    with running as url, an_exercise_in_a_thread(url):
        yield url


def triptych(broker: str, command: str, *arguments: str, exercise: str = EXERCISE) -> Result:
    words = [*command.split(), "--broker", broker, "--exercise", exercise, *arguments]
    return CliRunner().invoke(app, words)


NEW_TRACK = ("--at", "34.1,128.9", "--course", "210", "--speed", "24kn", "--type", "patrol-boat")


def an_accepted_inject(broker: str) -> str:
    """Put a new track and return its id."""
    result = triptych(broker, "inject new-track", *NEW_TRACK, "--identity", "hostile", "--json")
    assert result.exit_code == 0, result.output
    return str(json.loads(result.stdout)["inject_id"])


def test_a_new_track_prints_its_id_and_when_it_takes_effect(broker: str) -> None:
    result = triptych(broker, "inject new-track", *NEW_TRACK, "--identity", "hostile")

    assert result.exit_code == 0, result.output
    assert re.match(r"inj-\d{4}: new-track takes effect at 2031-05-14T00:\d\d:\d\d\.\d{3}Z", result.stdout)


def test_quantities_arrive_in_si(broker: str) -> None:
    result = triptych(broker, "inject new-track", *NEW_TRACK, "--in", "10min", "--for", "1h", "--json")

    request = json.loads(result.stdout)["request"]
    assert request["speed_m_per_s"] == pytest.approx(12.347, abs=0.001)
    assert (request["lat_deg"], request["lon_deg"], request["course_deg"]) == (34.1, 128.9, 210.0)
    assert (request["delay_s"], request["duration_s"]) == (600.0, 3600.0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("new-track", "--type", "tanker"), "lat_deg, lon_deg: wanted with new-track, got nothing"),
        (("new-track", *NEW_TRACK[:-1], "tanker"), "speed_m_per_s: wanted at most 10.3 for a tanker"),
        (("sensor-off", "radar-nowhere"), "subject: wanted a sensor's name"),
        (("remove", "x" * 41), "subject: String should have at most 40 characters"),
    ],
)
def test_a_refused_inject_says_why_and_ends_with_two(
    broker: str, arguments: tuple[str, ...], said: str
) -> None:
    result = triptych(broker, "inject", *arguments)

    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explode",), "'explode' is not one of"),
        (("new-track", "--at", "34.1"), "wanted latitude and longitude"),
        (("new-track", "--speed", "24"), "wanted a speed such as 24kn"),
        (("new-track", "--course", "400"), "less than or equal to 360"),
        (("jam", "--radius", "20kn"), "wanted a length such as 20NM"),
        (("jam", "--for", "long"), "wanted a time such as 90s"),
    ],
)
def test_what_cannot_be_read_is_refused_before_anyone_is_asked(
    broker: str, arguments: tuple[str, ...], said: str
) -> None:
    result = triptych(broker, "inject", *arguments)

    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_an_exercise_that_nobody_runs_gives_no_answer(broker: str) -> None:
    result = triptych(broker, "inject remove x", "--wait", "500ms", exercise="nowhere")

    assert result.exit_code == 1
    assert "is the exercise service of 'nowhere' running?" in result.output


def test_a_broker_that_is_not_there_is_not_reached() -> None:
    result = triptych("mqtt://127.0.0.1:9", "inject remove x")

    assert result.exit_code == 3
    assert "Not reached" in result.output


def test_the_trace_of_an_inject_is_a_table_of_its_stages(broker: str) -> None:
    result = triptych(broker, "trace", an_accepted_inject(broker), "--scope", "JPN")

    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "new-track" in lines[0]
    assert "simulated data" in lines[0]
    assert [line.split()[0] for line in lines[2:]] == [
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


def test_the_trace_of_an_inject_is_json_where_that_is_wanted(broker: str) -> None:
    inject_id = an_accepted_inject(broker)

    trace = json.loads(triptych(broker, "trace", inject_id, "--json").stdout)

    assert trace["inject_id"] == inject_id
    assert trace["stages"][0]["stage"] == "requested"


def test_a_trace_can_be_waited_for(broker: str) -> None:
    result = triptych(broker, "trace", an_accepted_inject(broker), "--wait", "3s", "--json")

    stages = {stage["stage"]: stage["state"] for stage in json.loads(result.stdout)["stages"]}
    assert stages["effective"] == "waiting" or stages["truth"] == "waiting"


def test_a_trace_that_nobody_keeps_is_said_not_to_be(broker: str) -> None:
    result = triptych(broker, "trace", "inj-9999")

    assert result.exit_code == 1
    assert "keeps no trace of 'inj-9999'" in result.output


def test_a_scope_that_is_none_is_refused(broker: str) -> None:
    result = triptych(broker, "trace", "inj-0001", "--scope", "FRA")

    assert result.exit_code == 2
    assert "wanted one of ALL, USA, JPN, KOR" in " ".join(result.output.split())


def test_the_clock_is_paused_shown_and_resumed(broker: str) -> None:
    paused = triptych(broker, "clock pause").stdout
    shown = triptych(broker, "clock show").stdout
    resumed = triptych(broker, "clock resume", "--rate", "2").stdout
    back = triptych(broker, "clock rate", "1").stdout

    assert "paused" in paused
    assert shown == paused
    assert "running at 2x" in resumed
    assert "running at 1x" in back


def test_a_rate_out_of_bounds_is_refused(broker: str) -> None:
    assert triptych(broker, "clock rate", "100").exit_code == 2
