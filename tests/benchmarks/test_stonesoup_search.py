"""A search goes on from the best of what was tried."""

import json
from dataclasses import replace
from pathlib import Path

from benchmarks.sky_cases import DENSE
from benchmarks.stonesoup_search import Search, settings_from
from benchmarks.stonesoup_tracker import StoneSoupSettings

GOOD = StoneSoupSettings("kd-gnn", 10.0, points_wanted=3)
POOR = StoneSoupSettings("kd-gnn", 0.1, points_wanted=2)


def a_search(folder: Path, tried: dict[StoneSoupSettings, float]) -> Search:
    (folder / "dense.json").write_text(json.dumps({repr(one): gospa for one, gospa in tried.items()}))
    return Search(replace(DENSE, targets=5, scans=3), folder)


def test_settings_are_what_was_written_of_them() -> None:
    assert settings_from(repr(GOOD)) == GOOD


def test_an_associator_goes_on_from_the_best_that_was_tried_with_it(tmp_path: Path) -> None:
    other = StoneSoupSettings("jpda", 100.0)
    search = a_search(tmp_path, {POOR: 200.0, GOOD: 150.0, other: 100.0})

    assert search.best("kd-gnn") == GOOD


def test_an_associator_that_was_never_tried_starts_from_the_best_of_the_others(tmp_path: Path) -> None:
    search = a_search(tmp_path, {POOR: 200.0, GOOD: 150.0})

    assert search.best("jpda") == replace(GOOD, associator="jpda")


def test_a_search_without_a_past_starts_from_the_defaults(tmp_path: Path) -> None:
    assert a_search(tmp_path, {}).best("tpr-gnn") == StoneSoupSettings("tpr-gnn")


def test_what_was_tried_is_not_played_again(tmp_path: Path) -> None:
    search = a_search(tmp_path, {GOOD: 150.0})

    assert search.gospa_m(GOOD) == 150.0
