"""What is shown of a case is what was found."""

from dataclasses import replace
from io import StringIO

from rich.console import Console

from benchmarks.peers import FLOOR, NAMES
from benchmarks.quality_bench import run_case
from benchmarks.quality_report import NAMED, found_of, number, print_case, rows_of
from benchmarks.sky_cases import SPARSE

SMALL = replace(SPARSE, targets=20, scans=10)


def test_every_player_has_a_name_of_its_own() -> None:
    assert set(NAMED) == set(NAMES)
    assert len(set(NAMED.values())) == len(NAMES)


def test_no_number_is_a_dash() -> None:
    assert number(None, 1) == number(float("nan"), 1) == "-"
    assert number(1234.56, 1) == "1,234.6"


def test_a_case_without_a_peer_says_why_there_is_no_ratio() -> None:
    found = found_of(run_case(SMALL, [FLOOR], (1,)))
    screen = StringIO()

    print_case(Console(file=screen, width=160), found)

    assert "No ratio: it needs this engine, the oracle and a tuned Stone Soup" in screen.getvalue()


def test_the_first_row_is_gospa_per_target() -> None:
    result = run_case(SMALL, [FLOOR], (1,))

    name, text = rows_of(found_of(result)["trackers"][FLOOR])[0]

    assert name == "GOSPA per target, m"
    assert text == f"{result.scored[FLOOR].all.gospa_per_target_m:.1f}"
