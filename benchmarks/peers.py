"""The trackers that play a sky, by name, and what they made of it, kept on disk."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.contender import play_triptych
from benchmarks.oracle import play_oracle
from benchmarks.sky import Sky
from benchmarks.sky_tracks import Played, SkyTracks

Player = Callable[[Sky], Played]

PLAYERS: Final[Mapping[str, Player]] = {"triptych": play_triptych, "oracle": play_oracle}

_HERE: Final = Path(__file__).parent
_MADE_BY: Final = {"oracle": ("oracle.py",)}
"""Whose results may be kept, and the modules that they depend on beside the sky's own."""


def played(name: str, sky: Sky, folder: Path | None = None) -> Played:
    """Return what a tracker makes of a sky; the peers' runs are kept and not made again.

    Args:
        name: one of ``PLAYERS``.
        folder: where runs are kept; none makes every run anew. A kept run is the same run: its name
            holds a digest of the code that made it. This engine's own are never kept.
    """
    if folder is None or name not in _MADE_BY:
        return PLAYERS[name](sky)
    path = folder / f"{name}-{sky.case.name}-{sky.seed}-{_digest(name, sky)}.npz"
    if path.is_file():
        with np.load(path) as kept:
            tracks = SkyTracks(kept["scan"], kept["track"], kept["state"], kept["covariance"])
            return Played(tracks, kept["cpu_s"], float(kept["bytes_per_track"]))
    run = PLAYERS[name](sky)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(path, **run.tracks._asdict(), cpu_s=run.cpu_s, bytes_per_track=run.bytes_per_track)
    return run


def _digest(name: str, sky: Sky) -> str:
    """Return a digest of the case and of the code that plays it."""
    digest = hashlib.sha256(repr(sky.case).encode())
    for module in ("sky.py", "sky_tracks.py", *_MADE_BY[name]):
        digest.update((_HERE / module).read_bytes())
    return digest.hexdigest()[:12]
