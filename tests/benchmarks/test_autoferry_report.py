"""What is printed of the recordings is what was found."""

import io

from rich.console import Console

from benchmarks.autoferry_bench import ALONE, FUSED, AutoferryResult, Score
from benchmarks.autoferry_report import (
    HEADINGS,
    autoferry_found,
    autoferry_rows,
    autoferry_verdict,
    print_autoferry,
)


def a_result(fused_m: float = 9.5) -> AutoferryResult:
    alone = Score(70, 10.0, 0.5, 0.3, 0.2, 6.4, 0.17, 0.13)
    fused = Score(70, fused_m, 0.6, 0.3, 0.1, 6.2, 0.17, 0.11)
    return AutoferryResult({2: {ALONE: alone, FUSED: fused}})


def test_a_row_tells_how_a_mix_differs_from_the_radar_alone() -> None:
    alone, fused = autoferry_rows(autoferry_found(a_result()))

    assert len(alone) == len(fused) == len(HEADINGS)
    assert alone[:4] == ("2", "radar", "10.00", "")
    assert fused[:4] == ("2", "radar and bearings", "9.50", "-0.50")


def test_the_verdict_says_by_how_much_bearings_help_or_harm() -> None:
    assert "-0.50 m on run 2; -0.50 m on average" in autoferry_verdict(autoferry_found(a_result()))
    assert autoferry_verdict(autoferry_found(a_result(10.5))).endswith("MISSED.")


def test_the_verdict_is_printed_below_the_table() -> None:
    text = io.StringIO()

    print_autoferry(Console(file=text, width=160), autoferry_found(a_result()))

    assert "radar and bearings" in text.getvalue()
    assert text.getvalue().rstrip().endswith("Met.")
