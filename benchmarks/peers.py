"""The trackers that play a sky, by name, and what the peers made of it, kept on disk."""

import hashlib
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.contender import play_triptych
from benchmarks.oracle import play_oracle
from benchmarks.sky import Sky
from benchmarks.sky_cases import SkyCase
from benchmarks.sky_tracks import Played, SkyTracks
from benchmarks.stonesoup_settings import ASSOCIATORS, default_settings, tuned_settings
from benchmarks.stonesoup_tracker import Associator, StoneSoupSettings, installed, play_stonesoup

OWN: Final = "triptych"
FLOOR: Final = "oracle"
DEFAULT: Final = tuple(f"stonesoup-{associator}" for associator in ASSOCIATORS)
TUNED: Final = tuple(f"{name}-tuned" for name in DEFAULT)
STONESOUP: Final = (*DEFAULT, *TUNED)
NAMES: Final = (OWN, FLOOR, *STONESOUP)

_HERE: Final = Path(__file__).parent
_SKY: Final = ("sky.py", "sky_tracks.py")


def players(case: SkyCase, *, stonesoup: bool) -> tuple[str, ...]:
    """Return the names of those that can play a case.

    Args:
        stonesoup: whether Stone Soup may play; it must be installed. Tuned, it plays where settings
            were found for the case.
    """
    others = [name for name in STONESOUP if settings_of(name, case) is not None] if stonesoup else []
    return (OWN, FLOOR, *others)


def played(name: str, sky: Sky, folder: Path | None = None, cap_s: float = float("inf")) -> Played:
    """Return what a tracker makes of a sky; a peer's run may be kept and not made again.

    Args:
        name: one of ``NAMES``.
        folder: where peers' runs are kept; none makes every run anew. A kept run is the same run: its
            name holds a digest of the case and of the code and settings that made it. This engine's
            own are never kept.
        cap_s: CPU time after which Stone Soup begins no further scan.
    """
    if name == OWN:
        return play_triptych(sky)
    if name == FLOOR:
        return _kept(name, sky, folder, ("oracle.py",), "", play_oracle)
    settings = settings_of(name, sky.case)
    if settings is None:
        raise ValueError(f"{name} has no settings for {sky.case.name}: python -m benchmarks.stonesoup_search")
    made_by = repr((settings, cap_s, version("stonesoup") if installed() else ""))
    return _kept(
        name,
        sky,
        folder,
        ("stonesoup_tracker.py",),
        made_by,
        lambda sky: play_stonesoup(sky, settings, cap_s),
    )


def settings_of(name: str, case: SkyCase) -> StoneSoupSettings | None:
    """Return how a player of Stone Soup is put together for a case; none where it cannot play it."""
    associators: Mapping[str, Associator] = dict(zip(STONESOUP, (*ASSOCIATORS, *ASSOCIATORS), strict=True))
    associator = associators[name]
    return tuned_settings(associator, case) if name in TUNED else default_settings(associator, case)


def _kept(
    name: str,
    sky: Sky,
    folder: Path | None,
    modules: tuple[str, ...],
    made_by: str,
    play: Callable[[Sky], Played],
) -> Played:
    if folder is None:
        return play(sky)
    digest = hashlib.sha256(f"{sky.case}{made_by}".encode())
    for module in (*_SKY, *modules):
        digest.update((_HERE / module).read_bytes())
    path = folder / f"{name}-{sky.case.name}-{sky.seed}-{digest.hexdigest()[:12]}.npz"
    if path.is_file():
        with np.load(path) as kept:
            tracks = SkyTracks(kept["scan"], kept["track"], kept["state"], kept["covariance"])
            return Played(tracks, kept["cpu_s"])
    run = play(sky)
    folder.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: another process may be reading.
    part = path.with_suffix(".part.npz")
    np.savez(part, **run.tracks._asdict(), cpu_s=run.cpu_s)
    part.replace(path)
    return run
