"""The ingest bench on a few small batches: everything sent is taken in, both ways. No pace is asserted."""

from pathlib import Path

import pytest

from benchmarks.host import host_now
from benchmarks.ingest_bench import IngestBench, IngestResult, Turn, measure_alone, run_ingest_bench
from benchmarks.results import save
from tests.real_broker import a_mosquitto

PLOTS, BATCHES = 10, 20


def a_bench(folder: Path, broker: str = "") -> IngestBench:
    return IngestBench(broker, folder, plots=PLOTS, batches=BATCHES, repetitions=1)


@pytest.mark.broker
async def test_all_batches_are_taken_in_both_ways_through_a_real_broker(tmp_path: Path) -> None:
    turns: list[Turn] = []

    with a_mosquitto(tmp_path) as broker:
        result = await run_ingest_bench(a_bench(tmp_path, broker), turns.append)

    assert [turn.way for turn in turns] == ["received", "committed"]
    assert result.plots_per_s("committed").count == 1
    assert result.payload_bytes > PLOTS * BATCHES * 32


def test_pace_is_plots_over_time_and_the_first_repetition_is_left_to_the_bench(tmp_path: Path) -> None:
    turn = Turn("committed", took_s=0.5, cpu_s=0.1, source_cpu_s=0.02, source_s=0.3)

    result = IngestResult(a_bench(tmp_path), payload_bytes=1_000_000, turns=(turn,), alone=())

    assert result.plots_per_s("committed").p50 == PLOTS * BATCHES / 0.5
    assert result.megabytes_per_s("committed").p50 == 2.0
    assert result.cpu_ns_per_plot("committed").p50 == pytest.approx(0.1e9 / (PLOTS * BATCHES))
    assert not result.good


def test_every_step_is_measured_by_itself_and_leaves_no_file_behind(tmp_path: Path) -> None:
    alone = measure_alone(a_bench(tmp_path))

    assert [one.ns_per_plot > 0.0 for one in alone] == [True] * 4
    assert list(tmp_path.iterdir()) == []


def test_a_result_is_kept_with_what_was_asked_and_the_host(tmp_path: Path) -> None:
    result = IngestResult(a_bench(tmp_path), payload_bytes=1, turns=(), alone=())

    path = save("ingest", host_now(), result.asked(), result.found(), tmp_path)

    text = path.read_text(encoding="utf-8")
    assert '"simulated": true' in text
    assert "NaN" not in text
    assert path.name.startswith("ingest-")
