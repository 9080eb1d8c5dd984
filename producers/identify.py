"""Which emitters of the library an intercept may be: from what was measured, never from the truth.

Each candidate's confidence is its posterior probability when every entry of the library, and "none of
these", is equally likely beforehand. Entries overlap, so some intercepts stay ambiguous.
"""

from typing import Any, Final

import numpy as np

from contracts.columns import FloatArray
from contracts.emitters import EMITTERS
from producers.emissions import FREQUENCY_SPREAD, PRI_SPREAD, PULSE_WIDTH_SPREAD, SCAN_SPREAD

CONFIDENCE_MIN: Final = 0.05
"""Less likely candidates are left out."""
_NONE_SIGMA: Final = 3.5
"""An intercept this far off in every attribute is as likely none of the library's."""

_CENTRES: Final = np.array([[e.frequency_hz, e.pri_s, e.pulse_width_s, e.scan_period_s] for e in EMITTERS])
_SPREADS: Final = _CENTRES * np.array([FREQUENCY_SPREAD, PRI_SPREAD, PULSE_WIDTH_SPREAD, SCAN_SPREAD])


def candidates(measured: FloatArray, sigma: FloatArray) -> dict[str, Any]:
    """Return the candidate columns of M intercepts.

    Args:
        measured: (M, 4) frequency Hz, pulse repetition interval s, pulse width s, scan period s; NaN
            where not measured.
        sigma: (M, 4) the errors of these.

    Returns:
        ``notations``, ``candidate_start``, ``candidate_notation`` and ``candidate_confidence`` as in
        the contract; an intercept without a frequency has no candidates.
    """
    spread2 = _SPREADS[None, :, :] ** 2 + np.nan_to_num(sigma)[:, None, :] ** 2
    off2 = (measured[:, None, :] - _CENTRES[None, :, :]) ** 2 / spread2
    known = np.isfinite(measured)
    log_density = np.where(known[:, None, :], -0.5 * off2 - 0.5 * np.log(spread2), 0.0).sum(axis=2)
    widest2 = spread2.max(axis=1)
    none = np.where(known, -0.5 * _NONE_SIGMA**2 - 0.5 * np.log(widest2), 0.0).sum(axis=1)
    every = np.concatenate([log_density, none[:, None]], axis=1)
    weight = np.exp(every - every.max(axis=1, initial=-np.inf, keepdims=True))
    confidence = weight / weight.sum(axis=1, keepdims=True)
    kept = (confidence[:, :-1] >= CONFIDENCE_MIN) & known[:, :1]
    rows, kinds = np.nonzero(kept)
    # Best first within each row.
    order = np.lexsort((-confidence[rows, kinds], rows))
    rows, kinds = rows[order], kinds[order]
    used, notation = np.unique(kinds, return_inverse=True)
    return {
        "notations": tuple(EMITTERS[kind].notation for kind in used),
        "candidate_start": np.searchsorted(rows, np.arange(len(measured) + 1)).astype(np.int32),
        "candidate_notation": notation.astype(np.int16),
        "candidate_confidence": np.minimum(confidence[rows, kinds], 1.0).astype(np.float32),
    }
