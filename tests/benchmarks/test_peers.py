"""Runs of peers are kept, and made again when the code or the case is another."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.peers import DEFAULT, FLOOR, OWN, TUNED, played, players
from benchmarks.sky import make_sky
from benchmarks.sky_cases import DENSE, DENSE_1000, SPARSE

SMALL = replace(SPARSE, targets=10, scans=5)


def test_a_kept_run_is_the_same_run(tmp_path: Path) -> None:
    sky = make_sky(SMALL, 1)

    first, again = played("oracle", sky, tmp_path), played("oracle", sky, tmp_path)

    assert np.array_equal(first.cpu_s, again.cpu_s)
    assert all(np.array_equal(a, b) for a, b in zip(first.tracks, again.tracks, strict=True))


def test_another_case_of_the_same_name_is_another_run(tmp_path: Path) -> None:
    played("oracle", make_sky(SMALL, 1), tmp_path)
    played("oracle", make_sky(replace(SMALL, sigma_m=60.0), 1), tmp_path)

    assert len(list(tmp_path.iterdir())) == 2


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    played("oracle", make_sky(SMALL, 1), None)

    assert list(tmp_path.iterdir()) == []


def test_without_stone_soup_this_engine_and_the_oracle_play_alone() -> None:
    assert players(SPARSE, stonesoup=False) == (OWN, FLOOR)


def test_stone_soup_plays_tuned_only_where_it_was_tuned() -> None:
    nowhere = replace(SPARSE, name="nowhere")

    assert players(nowhere, stonesoup=True) == (OWN, FLOOR, *DEFAULT)
    assert TUNED[0] in players(DENSE, stonesoup=True)


def test_an_associator_that_is_too_slow_for_a_case_does_not_play_it() -> None:
    names = players(DENSE_1000, stonesoup=True)

    assert "stonesoup-kd-gnn" in names
    assert "stonesoup-jpda" not in names
