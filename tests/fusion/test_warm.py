"""Warming up reaches every kernel: afterwards a real sky compiles nothing."""

from types import ModuleType

from numba.core.dispatcher import Dispatcher

from fusion import (
    assignment,
    biases,
    carriers,
    comparing,
    extract,
    following,
    gating,
    geodetic,
    intercepts,
    lifecycle,
    lines,
    locating,
    looks,
    merging,
    motion,
    near_misses,
    provenance,
    radar,
    references,
    self_reports,
    updating,
    verdicts,
)
from fusion.warm import warm
from tests.fusion.folding import picture_of
from tests.fusion.sky import Radar, aircraft, ships
from tests.fusion.sky import intercepts as heard
from tests.fusion.sky import self_reports as reports

MODULES: tuple[ModuleType, ...] = (
    assignment, biases, carriers, comparing, extract, following, gating, geodetic, intercepts, lifecycle, lines, locating, looks, merging, motion, near_misses, provenance,
    radar, references, self_reports, updating, verdicts,
)  # fmt: skip


def compiled_signatures() -> dict[str, int]:
    return {
        f"{module.__name__}.{name}": len(value.signatures)
        for module in MODULES
        for name, value in vars(module).items()
        if isinstance(value, Dispatcher)
    }


def test_after_warming_up_no_report_compiles_anything() -> None:
    assert warm() > 0
    before = compiled_signatures()

    fleet = ships(10)
    picture_of(
        [
            *Radar().scans(fleet, 30),
            *Radar(name="radar-3d", elevation_sigma_rad=0.01).scans(aircraft(5), 30),
            *(reports(fleet, number) for number in range(10)),
            *(heard(fleet, number, [0, 1], "EX-301") for number in range(5, 15)),
            *(
                heard(fleet, number, [0, 1], "EX-301", sensor="sigint-b", lat_deg=33.9)
                for number in range(5, 15)
            ),
        ],
        30,
    )

    assert compiled_signatures() == before
