"""What a wrong track was made of is read from its provenance and the truth's attributions."""

from collections import Counter
from pathlib import Path

from benchmarks.diagnosis import NOBODY, UNATTRIBUTED, WrongTrack
from benchmarks.fusion_bench import FusionBench, run_fusion_bench
from benchmarks.host import host_now
from benchmarks.results import save
from producers.scenario import load_scenario
from triptych.places import scenarios_folder

MINIMAL = load_scenario(scenarios_folder() / "minimal.toml")


def a_track(**origins: int) -> WrongTrack:
    return WrongTrack(1, 0.0, "air", Counter(origins))


def test_a_track_of_nobodys_reports_is_clutter_or_forged() -> None:
    assert a_track(**{NOBODY: 3}).made_of == "clutter or forgery"


def test_a_track_of_one_objects_reports_is_that_object_elsewhere() -> None:
    assert a_track(lantern=3, **{UNATTRIBUTED: 1}).made_of == "one object, elsewhere"


def test_a_track_that_clutter_has_drawn_away_says_so() -> None:
    assert a_track(lantern=3, **{NOBODY: 1}).made_of == "one object and clutter"


def test_a_track_of_two_objects_says_so() -> None:
    assert a_track(lantern=3, thistle=1).made_of == "several objects"


def test_five_minutes_of_the_minimal_exercise_are_tracked_and_explained(tmp_path: Path) -> None:
    bench = FusionBench(MINIMAL, seeds=(1,), duration_s=300.0)

    result = run_fusion_bench(bench)

    run = result.runs[0]
    assert result.totals.completeness > 0.8
    assert {kind for kind, _ in run.diagnosis.kinds} == {"cargo-ship", "corvette", "airliner"}
    assert run.diagnosis.seen["lantern"] == len(run.scores)
    assert sum(kind["objects"] for kind in result.kinds()) == result.totals.objects
    assert len(run.cost.batch_s) > 500
    assert save("fusion", host_now(), result.asked(), result.found(), tmp_path).is_file()


def test_the_same_seed_scores_the_same() -> None:
    bench = FusionBench(MINIMAL, seeds=(1,), duration_s=120.0)

    first, second = (run_fusion_bench(bench).totals for _ in range(2))

    assert first == second
