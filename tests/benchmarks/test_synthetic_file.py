"""A synthetic scenario written to a file is the same one when it is read back."""

from pathlib import Path

from benchmarks.synthetic_file import write_scenario
from producers.scenario import load_scenario
from producers.synthetic import synthetic_scenario


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    scenario = synthetic_scenario(50, seed=3)

    write_scenario(scenario, tmp_path / "synthetic.toml")

    assert load_scenario(tmp_path / "synthetic.toml") == scenario


def test_a_file_begins_by_saying_that_it_is_invented(tmp_path: Path) -> None:
    write_scenario(synthetic_scenario(1, seed=3), tmp_path / "synthetic.toml")

    assert "invented" in (tmp_path / "synthetic.toml").read_text(encoding="utf-8").splitlines()[0]
