"""What attacks do to tracks is told in radii of the area of uncertainty that the map draws."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.attacks import AOU_SIGMA, Attacked, Look, attacks_of
from benchmarks.fusion_bench import FusionBench, run_fusion_bench
from benchmarks.results import Json
from benchmarks.trust_report import attacked_rows, doubled_rows, spoofed_rows
from contracts.columns import FloatArray
from producers.scenario import Scenario, load_scenario
from producers.scenario_rows import EffectRow
from triptych.places import scenarios_folder

MINIMAL = load_scenario(scenarios_folder() / "minimal.toml")
LIE = EffectRow(name="lie", kind="spoof-ais", platform="lantern", from_min=1.5, to_min=3.0, offset_m=6000)
TURNED = EffectRow(
    name="turned", kind="cyber-attack", sensor="headland", effect="spoofed-position", offset_m=4000,
    from_min=2.0, to_min=3.0,
)  # fmt: skip
FORGED = EffectRow(
    name="forged", kind="cyber-attack", sensor="headland", effect="forged-reports", from_min=2.5, to_min=4.0
)


def a_scenario(*effects: EffectRow) -> Scenario:
    return replace(MINIMAL, effects=effects)


def a_look(since_s: float, *aou: float, trust: float = 1.0, effect: str = "none") -> Look:
    far: FloatArray = np.array(aou)
    return Look(since_s, trust, effect, far, 100.0 * far, tuple(range(len(aou))), 0)


def an_attack(*looks: Look) -> Attacked:
    return Attacked("headland", 0.0, 300.0, list(looks))


def test_the_area_of_uncertainty_is_the_ellipse_of_95_percent() -> None:
    assert pytest.approx(0.05) == np.exp(-0.5 * AOU_SIGMA**2)


def test_attacks_on_one_radar_are_one_attack() -> None:
    attacks = attacks_of(a_scenario(LIE, TURNED, FORGED))

    (radar,) = attacks.attacked
    assert (radar.from_s, radar.to_s) == (MINIMAL.startex_s + 120.0, MINIMAL.startex_s + 240.0)
    assert [one.platform for one in attacks.spoofed] == ["lantern"]


def test_a_track_beyond_two_radii_of_its_area_is_dragged() -> None:
    totals = an_attack(a_look(-30.0, 0.5, 0.5), a_look(30.0, 0.5, 3.0), a_look(60.0, 0.5, 0.9)).totals()

    assert (totals.dragged_tracks, totals.dragged_pictures, totals.worst_aou) == (1, 1, 3.0)
    assert totals.undragged_after_s == 60.0


def test_a_track_that_stays_dragged_has_no_end() -> None:
    totals = an_attack(a_look(30.0, 3.0), a_look(60.0, 3.0)).totals()

    assert np.isnan(totals.undragged_after_s)


def test_what_is_dragged_before_an_attack_is_not_its_doing() -> None:
    totals = an_attack(a_look(-30.0, 3.0, 0.5), a_look(30.0, 3.0, 0.5)).totals()

    assert totals.undragged_after_s == 0.0
    assert totals.dragged_before_share == 0.5


def test_when_a_radar_is_doubted_and_trusted_again_is_read_from_the_pictures() -> None:
    totals = an_attack(
        a_look(30.0), a_look(60.0, trust=0.0, effect="forged-reports"), a_look(330.0, trust=0.0),
        a_look(360.0, trust=1.0),
    ).totals()  # fmt: skip

    assert (totals.doubted_after_s, totals.event_after_s) == (60.0, 60.0)
    assert (totals.closed_after_s, totals.trusted_after_s) == (30.0, 60.0)


@pytest.fixture(scope="module")
def found() -> Json:
    scenario = a_scenario(LIE, replace_to(TURNED, 2.5))
    return run_fusion_bench(FusionBench(scenario, seeds=(1,), duration_s=210.0)).found()


def replace_to(row: EffectRow, to_min: float) -> EffectRow:
    return row.model_copy(update={"to_min": to_min})


def test_a_falsified_ship_is_followed_from_picture_to_picture(found: Json) -> None:
    (lantern,) = found["spoofed"]["1"]

    assert lantern["pictures"] == 3
    assert lantern["shown_share"] == 1.0
    assert lantern["worst_m"] < 1_000.0


def test_an_attacked_radars_tracks_are_compared_with_what_is_behind_its_plots(found: Json) -> None:
    (headland,) = found["attacked"]["1"]

    assert headland["tracks"] >= 1
    assert headland["worst_m"] > 0.0


def test_every_number_of_an_attack_is_shown(found: Json) -> None:
    headings, rows = attacked_rows(found)

    assert {len(row) for row in rows} == {len(headings)}
    assert spoofed_rows(found)[0] == ("spoofed platform", "lantern, seed 1")
    assert [row[0] for row in doubled_rows(found)[1]][:4] == ["ship", "coast", "airborne", "far"]
