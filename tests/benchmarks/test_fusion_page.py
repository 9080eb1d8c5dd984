"""The page says what the results say, and nothing else."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from benchmarks import drawings
from benchmarks.autoferry_bench import ALONE, FUSED, AutoferryResult, Score
from benchmarks.autoferry_report import autoferry_found
from benchmarks.fusion_page import newest, write_page
from benchmarks.host import host_now
from benchmarks.peers import DEFAULT, FLOOR, OWN, TUNED
from benchmarks.quality_bench import CaseResult, Scored, score
from benchmarks.quality_report import found_of
from benchmarks.results import save
from benchmarks.sky_cases import DENSE
from benchmarks.speed_bench import Pace, SpeedResult
from benchmarks.speed_report import speed_found
from benchmarks.spread import spread_of

needs_matplotlib = pytest.mark.skipif(
    not drawings.installed(), reason="matplotlib is not here: pip install triptych[bench]"
)
SMALL = replace(DENSE, targets=20, scans=10)


def a_result() -> CaseResult:
    oracle = score(FLOOR, SMALL, (1, 2))
    names = (OWN, FLOOR, DEFAULT[0], TUNED[0])
    scored: dict[str, Scored] = {name: oracle._replace(tracker=name) for name in names}
    return CaseResult(SMALL, (0.02, 0.01, 0.01), scored)


def a_pace(tracker: str, targets: int, ms: float) -> Pace:
    spread = spread_of([ms, ms, 2.0 * ms])
    return Pace(tracker, targets, (1,), 3, 3_300, spread, spread, 1e6, 900.0)


def a_recording() -> AutoferryResult:
    alone = Score(70, 10.0, 0.5, 0.3, 0.2, 6.4, 0.17, 0.13)
    return AutoferryResult({2: {ALONE: alone, FUSED: replace(alone, gospa_m=9.5)}})


def write_results(folder: Path) -> None:
    host = host_now()
    cases = {"dense": found_of(a_result())}
    save("fusion-quality", host, {"seeds": [1, 2]}, {"cases": cases}, folder)
    paces = tuple(a_pace(OWN, size, 1e-3 * size) for size in (1_000, 10_000))
    found = speed_found(SpeedResult(paces, (a_pace(DEFAULT[0], 1_000, 1_500.0),)))
    save("fusion-speed", host, {"seeds": [1, 2]}, found, folder)
    rule = {"cutoff_m": 20.0, "order": 2.0}
    save("fusion-autoferry", host, {"runs": [2], "rule": rule}, autoferry_found(a_recording()), folder)


@needs_matplotlib
def test_the_page_gives_the_numbers_of_the_results(tmp_path: Path) -> None:
    write_results(tmp_path / "results")
    (tmp_path / "docs" / "explanation").mkdir(parents=True)

    page = write_page(tmp_path / "results", tmp_path / "docs").read_text()

    gospa_m = a_result().scored[OWN].all.gospa_per_target_m
    assert f"| {gospa_m:.1f} |" in page
    assert "At 1,000 targets it is 1,500 times faster" in page
    assert "to the power 1.00" in page
    assert "| 2 | radar and bearings | 9.50 | -0.50 |" in page
    assert "## Corridor\n\nNot measured yet." in page


@needs_matplotlib
def test_every_picture_of_the_page_is_there_and_the_same_numbers_draw_the_same_bytes(tmp_path: Path) -> None:
    write_results(tmp_path / "results")
    (tmp_path / "docs" / "explanation").mkdir(parents=True)
    pictures = tmp_path / "docs" / "pictures"

    page = write_page(tmp_path / "results", tmp_path / "docs").read_text()
    first = {path.name: path.read_bytes() for path in pictures.iterdir()}
    write_page(tmp_path / "results", tmp_path / "docs")

    assert {path.name: path.read_bytes() for path in pictures.iterdir()} == first
    assert {f"../pictures/{name}" for name in first} == {
        part.partition(")")[0] for part in page.split("](") if part.startswith("../pictures/")
    }


def test_the_newest_result_of_a_part_is_taken(tmp_path: Path) -> None:
    for stamp, value in (("20260101T000000Z", 1), ("20260301T000000Z", 3), ("20260201T000000Z", 2)):
        (tmp_path / f"fusion-speed-{stamp}.json").write_text(json.dumps({"value": value}))

    assert newest(tmp_path, "speed") == {"value": 3}
    assert newest(tmp_path, "quality") is None


def test_without_a_result_there_is_no_page(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="wanted a result of fusion"):
        write_page(tmp_path, tmp_path)


def test_a_target_that_is_missed_is_said() -> None:
    slow = SpeedResult((a_pace(OWN, 1_000, 3.0),), ())

    assert not slow.good
    assert speed_found(slow)["good"] is False


def test_numbers_are_kept_by_seed() -> None:
    found = found_of(a_result())

    assert list(found["trackers"][OWN]["of_seeds"]) == [1, 2]
    assert found["trackers"][OWN]["all"] == asdict(a_result().scored[OWN].all)
    assert found["gospa_ratio"]["value"] == pytest.approx(1.0)
