"""The lag bench on a small chain of real processes. No lag is asserted, only that each stage was measured."""

from pathlib import Path

import pytest

from benchmarks.host import host_now
from benchmarks.lag_bench import LagBench, run_lag_bench
from benchmarks.results import save

NOT_WITHOUT_A_BROWSER = {"decoded_to_drawn", "drawn_to_presented", "tick_to_presented", "sensor_to_glass"}


@pytest.mark.broker
async def test_every_stage_to_the_decoded_frame_is_measured_through_real_processes(tmp_path: Path) -> None:
    steps: list[str] = []

    result = await run_lag_bench(LagBench(tmp_path, tracks=20, cycles=2, cycle_s=2.0), steps.append)

    counts = {name: spread.count for name, spread in result.table().items()}
    assert {name for name, count in counts.items() if count == 0} == NOT_WITHOUT_A_BROWSER
    assert counts["tick_to_decoded"] == 2
    assert "no browser" in result.how
    assert {"fusion", "gateway", "producers-radar", "exercise", "bench"} <= set(result.cpu)
    assert save("lag", host_now(), result.asked(), result.found(), tmp_path).is_file()
