"""The page that defines the metrics defines every number that the benches give."""

from dataclasses import fields
from pathlib import Path

import pytest

from benchmarks import autoferry_bench
from benchmarks.attacks import AttackedTotals, SpoofedTotals
from benchmarks.calibration import Reliability
from benchmarks.identification import SaidTotals
from benchmarks.lag_stages import STAGES
from benchmarks.radar_doubles import DoubledTotals
from benchmarks.scoring import Rule
from benchmarks.sky_cases import QUALITY_CASES, SkyCase
from benchmarks.sky_quality import Quality
from benchmarks.sky_scoring import CUTOFF_M, ORDER
from benchmarks.speed_bench import Pace
from benchmarks.totals import Totals

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
COUNTS = {
    "bins", "confusion", "count", "cycles", "doubles", "objects", "pairs", "pictures", "platform", "reports",
    "runs", "scans", "seeds", "sensor", "targets", "tracker", "tracks", "type_said_share",
}  # fmt: skip
SCORES = [
    field.name
    for kind in (
        Totals,
        SaidTotals,
        Reliability,
        SpoofedTotals,
        AttackedTotals,
        DoubledTotals,
        Quality,
        Pace,
        autoferry_bench.Score,
    )
    for field in fields(kind)
    if field.name not in COUNTS
]


@pytest.mark.parametrize("score", SCORES)
def test_every_score_is_defined(score: str) -> None:
    family = "gospa_*_share" if score.startswith("gospa_") and score.endswith("_share") else score

    assert f"`{family}`" in PAGE


@pytest.mark.parametrize("stage", [stage.name for stage in STAGES])
def test_every_stage_is_defined(stage: str) -> None:
    assert f"`{stage}`" in PAGE


def test_the_cut_off_and_the_order_are_those_of_the_scorer() -> None:
    rule = Rule()

    assert f"**{rule.cutoff_m / 1e3:g} km**" in PAGE
    assert f"**{rule.order:g}**" in PAGE


def test_the_cut_off_and_the_order_of_made_up_skies_are_those_of_the_scorer() -> None:
    assert f"**{CUTOFF_M:g} m**" in PAGE
    assert f"the order *p* is **{ORDER:g}**" in PAGE


def test_the_cut_off_of_the_recordings_is_that_of_the_scorer() -> None:
    assert f"**{autoferry_bench.CUTOFF_M:g} m**, order *p* **{autoferry_bench.ORDER:g}**" in PAGE


@pytest.mark.parametrize("case", QUALITY_CASES)
def test_every_case_of_a_sky_is_defined(case: SkyCase) -> None:
    assert f"| `{case.name}` | {case.targets:,} | {case.density_per_km2:g} per km²" in PAGE
