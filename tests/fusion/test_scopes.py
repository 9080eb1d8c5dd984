"""One fold per scope: nothing leaks, and a checkpoint is the whole belief."""

from contracts.codec import encode
from contracts.labels import Classification, Label
from contracts.reports import ReportBatch
from fusion.scopes import Scopes
from fusion.settings import EngineSettings
from tests.fusion.folding import in_order
from tests.fusion.sky import START_S, USA_ONLY, Radar, intercepts, self_reports, ships

SETTINGS = EngineSettings()
FLEET = ships(25)
SHARED: list[ReportBatch] = [*Radar().scans(FLEET, 60), *(self_reports(FLEET, k) for k in range(10))]


def secret(seed: int) -> list[ReportBatch]:
    radar = Radar(name="radar-usa", lat_deg=32.5, label=USA_ONLY)
    heard: list[ReportBatch] = [
        intercepts(FLEET, k, [seed % 25], "EX-301", sensor="sigint-usa", label=USA_ONLY) for k in range(20)
    ]
    return [*radar.scans(ships(25 + seed % 7, seed=seed), 60, seed=seed), *heard]


def pictures_of(batches: list[ReportBatch]) -> dict[str, bytes]:
    scopes = Scopes.begin("test", ("ALL", "USA", "JPN", "KOR"), SETTINGS)
    for batch in in_order(batches):
        scopes.fold(batch)
    return {scope: encode(picture) for scope, picture in scopes.draw(1, START_S, START_S + 60.0).items()}


def test_what_only_one_nation_may_see_changes_no_byte_of_the_others_pictures() -> None:
    one, other = pictures_of(SHARED + secret(1)), pictures_of(SHARED + secret(2))

    assert one["JPN"] == other["JPN"]
    assert one["KOR"] == other["KOR"]
    assert one["USA"] != other["USA"]
    assert one["ALL"] != other["ALL"]


def test_what_only_one_nation_may_see_is_absent_from_the_others_pictures() -> None:
    pictures = pictures_of(SHARED + secret(1))

    assert b"radar-usa" in pictures["USA"]
    assert b"radar-usa" not in pictures["JPN"]
    assert b"sigint-usa" not in pictures["KOR"]


def test_labels_roll_up_to_the_highest_class_the_common_nations_and_all_caveats() -> None:
    partners = Label(
        classification=Classification.CONFIDENTIAL, releasable_to=("JPN", "USA"), caveats=("EYES",)
    )
    other = Radar(name="radar-b", lat_deg=32.6, label=partners)
    scopes = Scopes.begin("test", ("ALL",), SETTINGS)
    for batch in in_order([*Radar().scans(FLEET, 60), *other.scans(FLEET, 60)]):
        scopes.fold(batch)

    picture = scopes.draw(1, START_S, START_S + 60.0)["ALL"]

    assert set(picture.classification.tolist()) == {Classification.CONFIDENTIAL}
    assert set(picture.releasable_mask.tolist()) == {0b011}
    assert {picture.caveat_sets[k] for k in picture.caveats.tolist()} == {("EYES",)}


def test_a_fold_taken_up_from_a_checkpoint_gives_the_same_bytes() -> None:
    batches = in_order(SHARED + secret(3))
    straight = Scopes.begin("test", ("ALL", "JPN"), SETTINGS)
    for batch in batches:
        straight.fold(batch)

    resumed = Scopes.begin("test", ("ALL", "JPN"), SETTINGS)
    for batch in batches[:70]:
        resumed.fold(batch)
    resumed = Scopes.load(resumed.dump(), SETTINGS)
    for batch in batches[70:]:
        resumed.fold(batch)

    wanted, got = (s.draw(1, START_S, START_S + 60.0) for s in (straight, resumed))
    assert {k: encode(p) for k, p in got.items()} == {k: encode(p) for k, p in wanted.items()}


def test_drawing_twice_gives_the_same_bytes_and_changes_nothing() -> None:
    scopes = Scopes.begin("test", ("ALL",), SETTINGS)
    for batch in in_order(SHARED):
        scopes.fold(batch)

    first = encode(scopes.draw(1, START_S, START_S + 60.0)["ALL"])

    assert encode(scopes.draw(1, START_S, START_S + 60.0)["ALL"]) == first
