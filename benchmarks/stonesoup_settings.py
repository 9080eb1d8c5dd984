"""The settings with which Stone Soup plays: its defaults, and what the search found for each case.

Defaults are those of its tutorials where they do not depend on the scale (a missed distance of three, two
points to release a track); scans without a report are ours. Tuned ones are the last lines of
``python -m benchmarks.stonesoup_search``, with the GOSPA per target that it found on its own seeds
(defaults in brackets). On ``dense-1000`` it played a third of the case.
"""

from typing import Final

from benchmarks.sky_cases import SkyCase
from benchmarks.stonesoup_tracker import Associator, StoneSoupSettings

ASSOCIATORS: Final[tuple[Associator, ...]] = ("kd-gnn", "tpr-gnn", "jpda")

_TUNED: Final[dict[str, dict[Associator, StoneSoupSettings]]] = {
    "dense": {
        # 138.8 m (260.2)
        "kd-gnn": StoneSoupSettings("kd-gnn", points_wanted=4, held_misses_max=3),
        # 144.3 m
        "tpr-gnn": StoneSoupSettings("tpr-gnn", 1.0, points_wanted=4, held_misses_max=3),
        # 137.8 m
        "jpda": StoneSoupSettings("jpda", points_wanted=4, held_misses_max=3),
    },
}

_AS_SPARSE: Final = "speed-"
"""Skies that are timed have the density of the sparse one."""


def default_settings(associator: Associator) -> StoneSoupSettings:
    """Return what an associator plays with out of the box."""
    return StoneSoupSettings(associator)


def tuned_settings(associator: Associator, case: SkyCase) -> StoneSoupSettings | None:
    """Return the best that was found for a case; none where nobody has searched."""
    name = "sparse" if case.name.startswith(_AS_SPARSE) else case.name
    return _TUNED.get(name, {}).get(associator)
