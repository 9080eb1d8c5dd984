"""The map as a person uses it, in a real browser, fed by the whole chain."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chain import BrowsedChain
from tests.browser.conftest import Watched
from tests.browser.page import PATIENCE_S, ask, until

pytestmark = pytest.mark.browser

AXE: Final = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
FREE_PLACE: Final = (600, 260)
"""A place of the map that no panel covers, pixels from the window's corner."""


def a_track(page: Page) -> int:
    """Return the number of the first track in the table."""
    return int(page.get_by_test_id("track-row").first.get_attribute("data-track") or "0")


def hook_and_centre(page: Page) -> int:
    """Hook the first track from the table and bring it to the middle of the map."""
    number = a_track(page)
    page.locator(f"[data-track='{number}']").click()
    page.get_by_label("Centre the map on this track").click()
    # The camera moves; the track is where it belongs when it has come near the middle.
    until(
        page,
        "Math.hypot(__triptych.project(argument).x - 840, __triptych.project(argument).y - 500) < 150",
        number,
    )
    return number


def test_the_map_shows_the_tracks_of_the_picture(live: Page, chain: BrowsedChain) -> None:
    def is_the_same() -> bool:
        numbers = chain.get("/api/v1/picture")["track_number"]
        return bool(ask(live, "window.__triptych.tracks") == len(numbers) > 0 and a_track(live) in numbers)

    # The picture may change between the two looks.
    chain.wait_for("the picture on the map", is_the_same)

    expect(live.get_by_test_id("connection-state")).to_contain_text("LIVE")


def test_every_screen_says_that_it_is_an_exercise_and_simulated(live: Page) -> None:
    expect(live.get_by_test_id("banner")).to_contain_text("Exercise")
    expect(live.get_by_test_id("banner")).to_contain_text("Simulated data")
    assert "SIMULATED" in live.title()


def test_the_clock_the_countdown_and_the_lag_are_shown(live: Page) -> None:
    # The first frame waited in the gateway; its lag would not be the platform's.
    until(live, "window.__triptych.presented_seq >= 2")

    assert live.get_by_test_id("zulu-clock").inner_text().endswith("Z")
    expect(live.get_by_test_id("cycle-countdown")).to_contain_text("next in")
    expect(live.get_by_test_id("lag-tick")).to_contain_text("ms")
    assert ask(live, "window.__triptych.estimated") is False


def test_a_track_of_the_table_is_hooked_by_a_click(live: Page) -> None:
    number = a_track(live)

    live.locator(f"[data-track='{number}']").click()

    assert ask(live, "window.__triptych.hooked") == number
    panel = live.get_by_test_id("hook-panel")
    for word in ("Position", "Course / speed", "AOU 95 %", "Identity", "Type", "SIDC"):
        expect(panel).to_contain_text(word)


def test_the_hook_panel_names_each_contributing_sensor_with_its_age(live: Page) -> None:
    live.locator(f"[data-track='{a_track(live)}']").click()

    first = live.get_by_test_id("contributions").locator("li").first
    expect(first.locator(".source")).to_have_count(1)
    expect(first.locator(".age")).to_contain_text("s")


def open_why(page: Page, chain: BrowsedChain) -> int:
    """Hook the first track, open by keys alone what made it, and pick a cycle that has reports; return it."""
    number = a_track(page)
    page.locator(f"[data-track='{number}']").click()
    page.get_by_test_id("why").locator("summary").focus()
    page.keyboard.press("Enter")
    told: dict[str, Any] = {"credits": []}

    def has_reports() -> bool:
        told.update(chain.get(f"/api/v1/tracks/{number}/provenance"))
        return len(told["credits"]) > 0

    # In cycles of two seconds not every radar has looked at every track.
    chain.wait_for("a cycle with reports", has_reports)
    cycle = int(told["cycle"])
    picker = page.get_by_test_id("why-cycle")
    expect(picker.locator(f"option[value='{cycle}']")).to_have_count(1, timeout=20_000)
    picker.select_option(str(cycle))
    expect(page.get_by_test_id("why-reports")).to_contain_text(f"Cycle {cycle}, newest report first")
    return cycle


def test_why_tells_each_report_that_made_the_track_in_a_cycle(live: Page, chain: BrowsedChain) -> None:
    cycle = open_why(live, chain)
    number = ask(live, "window.__triptych.hooked")
    newest = chain.get(f"/api/v1/tracks/{number}/provenance?cycle={cycle}")["credits"][0]

    report = live.get_by_test_id("why-reports").locator("tbody tr").first

    expect(report.locator("th")).to_contain_text(newest["source"])
    expect(report.locator("small")).to_contain_text("{epoch}/{sequence}/{row}".format_map(newest))
    expect(report.locator("td").nth(3)).to_have_text(f"{newest['trust']:.2f}")


def test_a_track_on_the_map_is_hooked_by_a_click_and_released_by_escape(live: Page) -> None:
    number = hook_and_centre(live)
    live.keyboard.press("Escape")
    until(live, "window.__triptych.hooked === null")

    place = ask(live, "window.__triptych.project(argument)", number)
    box = live.locator("#map").bounding_box()
    assert box is not None
    live.mouse.click(box["x"] + place["x"], box["y"] + place["y"])

    until(live, "window.__triptych.hooked === argument", number)


def test_a_filter_hides_tracks_on_the_map_and_in_the_table(live: Page) -> None:
    number = a_track(live)
    assert ask(live, "window.__triptych.isShown(argument)", number)

    live.get_by_label("Neutral").uncheck()

    until(live, "!window.__triptych.isShown(argument)", number)
    expect(live.locator(f"[data-track='{number}']")).to_have_count(0)


def test_a_search_leaves_only_what_matches(live: Page) -> None:
    live.get_by_test_id("track-search").fill("LANTERN")

    expect(live.get_by_test_id("tracks-listed")).to_have_text("1")
    expect(live.get_by_test_id("track-row")).to_contain_text("SIM LANTERN")


def test_an_inject_by_right_click_appears_on_the_map(live: Page, chain: BrowsedChain) -> None:
    before = set(ask(live, "window.__triptych.track_numbers"))

    live.mouse.click(*FREE_PLACE, button="right")
    live.get_by_test_id("inject-new-track").click()
    form = live.get_by_test_id("inject-form")
    form.get_by_label("Type").select_option("patrol-aircraft")
    form.get_by_label("Height m").fill("6000")
    form.get_by_label("Speed kn").fill("300")
    asked = {name: float(form.get_by_label(name).input_value()) for name in ("Latitude °", "Longitude °")}
    form.get_by_role("button", name="Inject now").click()

    expect(live.get_by_test_id("inject-outcome")).to_contain_text("Accepted as inj-")
    inject = chain.get("/api/v1/injects")["injects"][-1]
    assert inject["request"]["lat_deg"] == pytest.approx(asked["Latitude °"])
    assert inject["request"]["lon_deg"] == pytest.approx(asked["Longitude °"])
    until(live, "window.__triptych.track_numbers.some((n) => !argument.includes(n))", list(before))


def test_the_trace_of_an_inject_ends_with_the_measured_frame_on_this_screen(
    live: Page, chain: BrowsedChain
) -> None:
    # The first frame waited in the gateway; from the second on the clocks are aligned and frames are reported.
    until(live, "window.__triptych.presented_seq >= 2")
    where = ("--broker", chain.broker, "--exercise", chain.exercise)
    inject = triptych("inject", "new-track", "--at", "33.9,128.6", "--type", "patrol-aircraft", *where)

    until_s = time.monotonic() + PATIENCE_S
    stages: dict[str, str] = {}
    while stages.get("presented") != "done" and time.monotonic() < until_s:
        live.wait_for_timeout(1000)
        trace = triptych("trace", inject["inject_id"], *where)
        stages = {
            stage["stage"]: stage["state"] for stage in trace["stages"] if stage["scope"] in (None, "ALL")
        }

    assert set(stages.values()) == {"done"}
    presented = next(s for s in trace["stages"] if (s["stage"], s["scope"]) == ("presented", "ALL"))
    assert ", measured, " in presented["detail"]


def test_a_refused_inject_says_why(live: Page) -> None:
    live.get_by_test_id("inject-button").click()
    form = live.get_by_test_id("inject-form")
    form.get_by_label("Type").select_option("tanker")
    form.get_by_label("Speed kn").fill("60")
    form.get_by_role("button", name="Inject now").click()

    expect(live.get_by_test_id("inject-outcome")).to_contain_text("speed_m_per_s: wanted at most")


def test_a_capital_is_not_offered_injects(live: Page) -> None:
    live.get_by_test_id("scope-select").select_option("JPN")
    until(live, "window.__triptych.scope === 'JPN' && window.__triptych.tracks > 0")

    live.mouse.click(*FREE_PLACE, button="right")

    expect(live.get_by_test_id("inject-button")).to_have_count(0)
    expect(live.get_by_test_id("inject-menu")).to_have_count(0)


def test_the_page_comes_back_by_itself_after_the_gateway_was_killed(live: Page, chain: BrowsedChain) -> None:
    cycle = ask(live, "window.__triptych.presented_cycle")

    chain.kill("gateway")
    expect(live.get_by_test_id("connection-lost")).to_be_visible()
    chain.start_again("gateway")

    expect(live.get_by_test_id("connection-lost")).to_have_count(0, timeout=60_000)
    until(live, "window.__triptych.presented_cycle > argument", cycle)
    assert ask(live, "window.__triptych.malformed") == 0


def test_the_page_asks_nobody_but_its_own_server(live: Page, watched: Watched, chain: BrowsedChain) -> None:
    hook_and_centre(live)
    live.mouse.wheel(0, 600)
    until(live, "window.__triptych.presented_seq >= 4")

    assert watched.hosts == {chain.url.removeprefix("http://")}


def test_the_page_writes_no_errors(live: Page, watched: Watched) -> None:
    hook_and_centre(live)
    until(live, "window.__triptych.presented_seq >= 4")

    assert watched.complaints == []


@pytest.mark.parametrize("state", ["at rest", "hooked", "why", "inject form", "capital"])
def test_axe_finds_no_serious_violation(live: Page, chain: BrowsedChain, state: str) -> None:
    if state == "hooked":
        live.locator(f"[data-track='{a_track(live)}']").click()
    elif state == "why":
        open_why(live, chain)
    elif state == "inject form":
        live.get_by_test_id("inject-button").click()
    elif state == "capital":
        live.get_by_test_id("scope-select").select_option("KOR")
        until(live, "window.__triptych.scope === 'KOR' && window.__triptych.tracks > 0")

    live.evaluate(AXE.read_text(encoding="utf-8"))
    found = ask(live, "axe.run(document, {resultTypes: ['violations']})")

    serious = [
        f"{one['id']}: {one['help']} at {one['nodes'][0]['target']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_what_is_drawn_is_not_blank(live: Page, tmp_path: Path) -> None:
    hook_and_centre(live)

    folder = Path(os.environ.get("TRIPTYCH_PICTURES", tmp_path))
    image = live.screenshot(path=folder / "minimal.png")

    # A blank page of this size packs into a few kilobytes.
    assert len(image) > 50_000


def test_what_a_browser_presents_is_in_the_lag_of_the_gateway(live: Page, chain: BrowsedChain) -> None:
    until(live, "window.__triptych.presented_seq >= 2")

    chain.wait_for("a presented sample", lambda: _presented_count(chain) > 0)

    assert ask(live, "window.__triptych.tick_to_glass_s") < 5.0


def triptych(*words: str) -> Any:
    """Run a command with --json, as a process beside Playwright's event loop, and return what it prints."""
    command = [sys.executable, "-m", "triptych", "--log", "error", *words, "--json"]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)  # noqa: S603 - our own


def _presented_count(chain: BrowsedChain) -> int:
    stages = chain.get("/api/v1/lag")["stages"]
    return sum(int(stage["count"]) for stage in stages if "presented" in json.dumps(stage))
