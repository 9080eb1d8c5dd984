"""From plots that nobody claims to new tracks: hypotheses grow, compete, and the likely ones are believed."""

import numpy as np
from numpy.typing import NDArray

from contracts.columns import IntArray
from fusion import branching, gating, identity, lifecycle
from fusion.belief import Belief
from fusion.provenance import Stamp
from fusion.rivalry import odds_of
from fusion.settings import EngineSettings
from fusion.sweep import Sweep


def initiate(
    belief: Belief, sweep: Sweep, free: NDArray[np.bool_], stamp: Stamp, settings: EngineSettings
) -> float:
    """Let the free plots of a sweep found and feed hypotheses, and make the likely ones tracks.

    Args:
        belief: changed in place.
        free: (M,) plots that no track has claimed.

    Returns:
        How many of the free plots are probably of objects that are known as hypotheses.
    """
    nursery = belief.nursery
    if not nursery.rows and not free.any():
        return 0.0
    plot_id = nursery.log_plots(sweep, free, stamp)
    grow(belief, sweep, free, plot_id, stamp, settings)
    starts, rows = nursery.starts, nursery.rows
    first_id = int(branching.oldest_plot(starts, rows, nursery.next_id))
    plots = nursery.next_id - first_id
    odds = odds_of(starts, rows, first_id, plots)
    first_new = nursery.next_id - int(free.sum())
    explained = branching.explained(starts, rows, odds, first_new, nursery.next_id - first_new)
    kept = branching.hopeful(starts, rows, odds, settings.drop_score, first_id, plots)
    ripe = branching.ripe(
        starts, rows, odds, settings.confirm_score, settings.confirm_chance, settings.hits_to_confirm
    )
    won = branching.undisputed(starts, *ripe, first_id, plots)
    if len(won):
        first, granted = belief.new_rows(len(won), settings.tracks_max)
        lifecycle.take_up(
            belief.tracks, first, starts, won[:granted], nursery.log, nursery.first_id, identity.PRIOR,
            settings.score_max,
        )  # fmt: skip
        belief.journal.founding(
            belief.tracks, first, starts, won[:granted], nursery.log, nursery.first_id, settings
        )
        branching.without_plots(starts, rows, won, kept, first_id, plots)
    nursery.rows = branching.keep_starts(starts, rows, kept)
    nursery.trim(first_id)
    return explained


def grow(
    belief: Belief,
    sweep: Sweep,
    free: NDArray[np.bool_],
    plot_id: IntArray,
    stamp: Stamp,
    settings: EngineSettings,
) -> None:
    """Branch every hypothesis in sight, and begin one on every free plot; at the bound fewer, counted."""
    nursery, rows = belief.nursery, belief.nursery.rows
    starts = nursery.starts
    noise_m2_per_s3 = branching.noise_of_starts(starts, rows, settings.noise, settings.noise_start_m2_per_s3)
    since_s = sweep.scene.middle_s - 0.5 * sweep.scene.revolution_s
    seen = branching.hit_lately(starts, rows, nursery.log.source, nursery.first_id, stamp.source, since_s)
    chosen, expected = gating.candidates(starts, seen, noise_m2_per_s3, sweep, settings.gate_sigma)
    row_start, plot, _ = gating.pairs(
        starts,
        chosen,
        noise_m2_per_s3,
        sweep,
        free,
        settings.gate_sigma,
        settings.start_cost_max,
        settings.speed_max_m_per_s,
    )
    wanted = len(plot) + int(free.sum())
    granted = nursery.make_room(wanted, settings.starts_max)
    belief.counters.refused_at_starts_max += wanted - granted
    row_start = np.minimum(row_start, granted)
    rows = branching.branch(
        nursery.starts, rows, chosen, expected, row_start, plot, noise_m2_per_s3, sweep, plot_id, stamp,
        int(settings.domain), settings.speed_max_m_per_s,
    )  # fmt: skip
    nursery.rows = branching.found(
        nursery.starts, rows, sweep, free, plot_id, stamp, int(settings.domain),
        settings.speed_sigma_surface_m_per_s, settings.speed_sigma_air_m_per_s, settings.starts_max,
    )  # fmt: skip
