"""Located emitters: what has a position from bearings alone, as rows of a track table of their own."""

from typing import Final

import numpy as np

from contracts.columns import IntArray
from contracts.picture import SourceKind
from fusion.identity import DOMAIN_OF_TYPE, PRIOR
from fusion.lines import Lines, direction_of
from fusion.locating import Fit
from fusion.provenance import Stamp, credit
from fusion.tracks import TRACK, Tracks

LOCATED_MAX: Final = 200
"""Located emitters kept; at the bound no more are placed."""

_CONFIRMED, _COASTING = 1, 2
_AIR = 1
_HEIGHT_SIGMA_M: Final = {_AIR: 3000.0}
_SCORE: Final = 10.0


def blank_emitter(emitters: Tracks, row: int) -> None:
    """Make a row one that nothing is known of."""
    emitters[row] = np.zeros(1, TRACK)[0]
    for column in (
        emitters.claimed_ecef_m, emitters.claimed_at_s, emitters.emitter_hz, emitters.emitter_pri_s,
        emitters.last_kind_s,
    ):  # fmt: skip
        column[row] = np.nan
    for column in (emitters.emitter_at_s, emitters.source_at_s):
        column[row] = -1.0
    emitters.source[row] = -1
    emitters.releasable_mask[row] = 255
    emitters.hypotheses[row] = PRIOR


def place_emitter(
    emitters: Tracks, row: int, found: Fit, domain: int, lines: Lines, members: IntArray, now_s: float
) -> None:
    """Put an emitter where a fit of its lines says, with their covariance, identity, label and provenance."""
    covariance = np.linalg.inv(found.information)
    emitters.time_s[row] = now_s
    emitters.ecef_m[row], emitters.axes[row] = found.ecef_m, found.axes
    emitters.height_m[row] = 0.0
    emitters.velocity_m_per_s[row] = (*found.velocity_m_per_s, 0.0)
    emitters.covariance[row] = covariance[np.triu_indices(4)]
    emitters.vertical[row] = (_HEIGHT_SIGMA_M.get(domain, 5.0) ** 2, 0.0, 0.0)
    emitters.domain[row] = domain
    emitters.status[row] = _CONFIRMED
    emitters.score[row] = _SCORE
    emitters.hits[row] = int(lines.heard[members].sum())
    weighed = PRIOR * np.exp(lines.log_likelihood[members].mean(axis=0))
    weighed *= np.where(np.tile(DOMAIN_OF_TYPE, 3) == domain, 1.0, 1e-3)
    emitters.hypotheses[row] = weighed / weighed.sum()
    newest = members[int(np.argmax(lines.last_s[members]))]
    emitters.emitter_hz[row, 0] = lines.attribute[newest, 0]
    emitters.emitter_pri_s[row, 0] = lines.attribute[newest, 1]
    emitters.emitter_at_s[row, 0] = lines.last_s[newest]
    sigma = float(np.sqrt(found.cost / max(found.looks, 1)))
    for line in members.tolist():
        stamp = stamp_of_line(lines, line)
        credit(emitters, row, stamp, int(lines.newest[line, 2]), float(lines.last_s[line]), sigma)
        slot = int(np.flatnonzero(emitters.source[row] == stamp.source)[0])
        emitters.source_count[row, slot] = lines.heard[line]


def let_coast(emitters: Tracks, row: int) -> None:
    """Mark an emitter that has not been heard for a while."""
    emitters.status[row] = _COASTING


def stamp_of_line(lines: Lines, line: int) -> Stamp:
    """Return what a line's newest report has in common with the rest of its batch."""
    epoch, sequence, _ = lines.newest[line].tolist()
    classification, mask, caveats = lines.label[line].tolist()
    return Stamp(
        kind=int(SourceKind.INTERCEPT), source=int(lines.founder[line, 0]), epoch=epoch, sequence=sequence,
        trust=float(lines.trust[line]), classification=classification, releasable_mask=mask, caveats=caveats,
    )  # fmt: skip


def remember_emitter(tracks: Tracks, i: int, lines: Lines, line: int) -> bool:
    """Remember on track i the emitter that a line hears; return whether it was known for it."""
    hz, pri_s = lines.attribute[line, 0], lines.attribute[line, 1]
    near = np.abs(tracks.emitter_hz[i] - hz) < 5.0 * direction_of(lines, line).frequency_sigma_hz
    slot = int(np.argmax(near)) if near.any() else int(np.argmin(tracks.emitter_at_s[i]))
    tracks.emitter_hz[i, slot], tracks.emitter_pri_s[i, slot] = hz, pri_s
    tracks.emitter_at_s[i, slot] = lines.last_s[line]
    return bool(near.any())
