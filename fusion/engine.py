"""The engine: folds one report batch after another into what a scope believes.

The data's way, on one screen: a batch is weighed by the trust in its source, brought together with
the tracks (predict, gate, assign), corrects those it fits (update), counts against those it should have
seen, and what is left of it founds and feeds hypotheses of new tracks (initiate). Every few seconds of
exercise time the tracks are reviewed (merge, coast, drop). Nothing here knows wall time, the network or
chance.
"""

import numpy as np
from numpy.typing import NDArray

from contracts import geodesy
from contracts.columns import FloatArray, IntArray
from contracts.picture import SourceKind, Trust
from contracts.reports import CyberEvents, RadarScan, ReportBatch, SelfReports, SigintIntercepts
from fusion import gating, identity, intercepts, lifecycle, merging, self_reports, updating
from fusion.alerts import alert_of_event, alerts_of_tracks, forget_alerts
from fusion.assignment import assign
from fusion.belief import Belief, Lob
from fusion.coverage import Coverage
from fusion.initiation import initiate
from fusion.lines import Signals
from fusion.motion import noise_of_all, predict_all, predict_chosen
from fusion.numbering import founder_id, free_number
from fusion.observations import Intercepts, Observations
from fusion.provenance import Stamp, credit_all
from fusion.quarantine import keep_out, note_misfits
from fusion.settings import EngineSettings
from fusion.silence import note_silence
from fusion.sweep import Sweep
from fusion.tracks import Tracks
from fusion.triangulation import TIES_RIGHT
from fusion.trust import QUARANTINE, sensor_trust


def fold(belief: Belief, batch: ReportBatch, seen: Observations, settings: EngineSettings) -> None:
    """Fold one batch into the belief. Batches must come in the order of the fold.

    Args:
        belief: changed in place.
        batch: what came.
        seen: its columns as the kernels take them, of :func:`fusion.observations.observe`.
        settings: of the engine.
    """
    keep_house(belief, batch.measured_to_s, settings)
    place = belief.source_place(batch)
    belief.counters.batches += 1
    belief.counters.reports += batch.rows
    match batch, seen:
        case RadarScan(), Sweep():
            stamp = stamp_of(belief, SourceKind.RADAR, batch, place, trust_in(belief, place))
            fold_sweep(belief, seen, stamp, settings)
        case SelfReports(), self_reports.Claims():
            fold_self_reports(belief, batch, seen, place, settings)
        case SigintIntercepts(), Intercepts():
            fold_intercepts(belief, batch, seen.bearings, seen.signals, place, settings)
        case CyberEvents(), _:
            fold_events(belief, batch, settings)
        case _:
            raise AssertionError(f"{batch.kind} was observed as {type(seen).__name__}")


def fold_sweep(belief: Belief, sweep: Sweep, stamp: Stamp, settings: EngineSettings) -> None:
    """Plots: tracks choose first; what is left may be new objects.

    Args:
        belief: changed in place.
        sweep: the plots, as the kernels take them.
        stamp: what they have in common.
        settings: of the engine.
    """
    if stamp.trust == 0.0:
        belief.counters.quarantined += sweep.rows
        keep_out(belief, sweep, stamp, settings)
        return
    noise, tracks, rows, place = settings.noise, belief.tracks, belief.rows, stamp.source
    belief.sources[place].shut_s = None
    if sweep.scene.positions:
        sweep = belief.coverages.setdefault(place, Coverage()).take(sweep)
    measured, sweep = sweep, belief.registration.corrected(sweep, place)
    seen = gating.hit_this_turn(tracks, rows, place, sweep.scene.middle_s - 0.5 * sweep.scene.revolution_s)
    noises = noise_of_all(tracks, rows, noise)
    chosen, expected = gating.candidates(tracks, seen, noises, sweep, settings.gate_sigma)
    predict_chosen(tracks, chosen, sweep.scene.middle_s - sweep.scene.span_s, noise)
    free = np.ones(sweep.rows, np.bool_)
    likely = gating.track_pairs(tracks, chosen, noises, sweep, free, settings.gate_sigma)
    plot_of = assign(*likely, sweep.rows)
    note_misfits(belief, sweep, place, chosen, plot_of, noises)
    journal = belief.journal
    noting = journal.make_room(int((plot_of >= 0).sum()), settings)
    residuals = updating.correct(
        tracks, chosen, plot_of, expected, sweep, noise, free, stamp, journal.open, journal.filled
    )
    if noting:
        journal.note(len(residuals))
    belief.sources[place].note_residuals(residuals)
    if belief.events.on_sensor(belief.sources[place].name) is None:
        belief.registration.learn(tracks, chosen, plot_of, measured, place)
    explained = initiate(belief, sweep, free, stamp, settings)
    if sweep.scene.positions:
        belief.coverages[place].note_unexplained(sweep, free, explained)


def fold_self_reports(
    belief: Belief, batch: SelfReports, claims: self_reports.Claims, place: int, settings: EngineSettings
) -> None:
    """Self-reports: by id first, then to tracks without an id, else they found a track."""
    if batch.rows == 0:
        return
    trust = trust_in(belief, place) * batch.reliability
    if trust == 0.0:
        belief.counters.quarantined += batch.rows
        return
    names = [belief.name_place(name) for name in batch.name or ("",) * batch.rows]
    claims = claims._replace(name=np.array(names, np.uint16), trusted=_trusted(belief, claims))
    noise = settings.noise
    slots = belief.rows_of_claims(batch.claimed_id)
    verdict, sigma = self_reports.hear(belief.tracks, slots, claims, noise, settings.gate_sigma)
    asking = np.flatnonzero(verdict == self_reports.STRANGER)
    # Of two reports of one new ship in a batch, the first founds the track and the second finds it.
    asking = asking[np.sort(np.unique(batch.claimed_id[asking], return_index=True)[1])]
    found = assign(
        *self_reports.strangers(belief.tracks, belief.rows, claims, asking, noise, settings.gate_sigma),
        belief.rows,
    )
    founded = np.zeros(batch.rows, np.bool_)
    for j, row in zip(asking.tolist(), found.tolist(), strict=True):
        if row >= 0:
            sigma[j] = self_reports.off_sigma(belief.tracks, row, claims, j, noise)
            self_reports.update_from_claim(belief.tracks, row, claims, j, noise)
        else:
            row, granted = belief.new_rows(1, settings.tracks_max)  # noqa: PLW2901
            if not granted:
                break
            self_reports.found_from_claim(belief.tracks, row, claims, j, identity.PRIOR)
            belief.tracks.founder[row] = (place, batch.epoch, batch.sequence, j)
            founded[j] = True
        belief.note_claim(int(batch.claimed_id[j]), row)
        slots[j], verdict[j] = row, self_reports.USED
    belief.counters.self_reports_disputed += int((verdict == self_reports.DISPUTED).sum())
    used = np.flatnonzero((verdict == self_reports.USED) & (slots >= 0))
    belief.counters.self_reports_repeated += int((verdict == self_reports.REPEATED).sum())
    first_word = np.isnan(belief.tracks.last_kind_s[slots[used], SourceKind.SELF_REPORT])
    stamp = stamp_of(belief, SourceKind.SELF_REPORT, batch, place, trust)
    credit_all(belief.tracks, slots[used], used, claims.time_s, sigma, stamp)
    belief.journal.claims(belief.tracks, slots[used], used, sigma, founded, claims, stamp, settings)
    belief.registration.hear_claims(belief.tracks, slots, used, claims)
    # What it says it is, it says again every few seconds: only the first time is that evidence.
    new = used[first_word]
    likelihood = identity.self_report_likelihood(batch.platform[new])
    belief.tracks.claimed_type[slots[new]] = batch.platform[new]
    weight = np.full(len(new), trust)
    weigh_identity(belief, slots[new], likelihood, weight, weight)


def fold_intercepts(
    belief: Belief,
    batch: SigintIntercepts,
    bearings: intercepts.Bearings,
    signals: Signals,
    place: int,
    settings: EngineSettings,
) -> None:
    """Intercepts: clear winners are tied to their track, the rest stay lines of bearing."""
    belief.lobs = [
        lob for lob in belief.lobs if batch.measured_to_s - lob.measured_at_s <= settings.lob_shown_s
    ]
    trust = trust_in(belief, place) * batch.reliability
    if batch.rows == 0 or trust == 0.0:
        belief.counters.quarantined += batch.rows
        return
    noise = settings.noise
    winner, chance, stranger, sigma = intercepts.tie(
        belief.tracks,
        belief.rows,
        bearings,
        identity.PRIOR,
        identity.DOMAIN_OF_TYPE,
        noise,
        settings.gate_sigma,
    )
    stamp = stamp_of(belief, SourceKind.INTERCEPT, batch, place, trust)
    hostile = identity.hostile_share(bearings.likelihood)
    weight, against = np.full(batch.rows, trust), np.full(batch.rows, trust)
    placed = np.zeros(batch.rows, np.bool_)
    # What a known track has sent, only not clearly, would make a line of what errs to one side.
    untied = np.flatnonzero(winner == -1)
    placed[untied], displaced = belief.triangulation.hear(bearings, signals, untied, stamp)
    belief.counters.displaced_at_lines_max += displaced
    for j, row in enumerate(winner.tolist()):
        if row >= 0:
            known = intercepts.update_from_bearing(belief.tracks, row, bearings, j, noise)
            weight[j] *= look_weight(belief, row, known=known)
            against[j] *= identity.NEXT_LOOK_WEIGHT if known else 1.0
        elif not placed[j] and (stranger[j] > intercepts.UNEXPLAINED or hostile[j] > 0.5):
            draw_lob(belief, batch, place, j)
    del belief.lobs[: -settings.lobs_max]
    tied = np.flatnonzero(winner >= 0)
    credit_all(belief.tracks, winner[tied], tied, bearings.time_s, sigma, stamp)
    belief.journal.bearings(belief.tracks, winner[tied], tied, sigma, bearings, stamp, settings)
    belief.counters.intercepts_tied += len(tied)
    belief.counters.intercepts_open += batch.rows - len(tied)
    evidence = identity.in_doubt(bearings.likelihood[tied], chance[tied])
    weigh_identity(belief, winner[tied], evidence, weight[tied], against[tied])


def look_weight(belief: Belief, row: int, *, known: bool) -> float:
    """Return which part of a look at an emitter counts as evidence; later looks count less and less."""
    if not known:
        return identity.FIRST_LOOK_WEIGHT
    looked = belief.tracks.looked
    weight = identity.NEXT_LOOK_WEIGHT * (1.0 - float(looked[row]) / identity.LOOKS_MOST)
    looked[row] += weight
    return weight


def draw_lob(belief: Belief, batch: SigintIntercepts, place: int, j: int) -> None:
    """Keep an intercept as a line of bearing; it takes the place of the last one of the same emitter."""
    lob = Lob(
        place, batch.site_lat_deg, batch.site_lon_deg, float(batch.bearing_rad[j]),
        float(batch.bearing_sigma_rad[j]), batch.range_max_m, float(batch.frequency_hz[j]),
        float(batch.measured_at_s[j]),
    )  # fmt: skip
    belief.lobs = [old for old in belief.lobs if not lob.replaces(old, float(batch.frequency_sigma_hz[j]))]
    belief.lobs.append(lob)


def fold_events(belief: Belief, batch: CyberEvents, settings: EngineSettings) -> None:
    """Cyber events: remember them, mark the tracks they touch, and say so."""
    for event in batch.events:
        if belief.events.hear(event):
            alert_of_event(belief, event, batch.label, settings.alerts_max)
        if event.asset_kind == "platform":
            row = int(belief.rows_of_claims(np.array([_number(event.asset_id)], np.int64))[0])
            if row >= 0:
                belief.tracks.last_kind_s[row, SourceKind.CYBER] = event.measured_at_s
    belief.events.forget(batch.measured_to_s)


def keep_house(belief: Belief, to_s: float, settings: EngineSettings) -> None:
    """Review the tracks in the middle of every housekeeping interval up to a time.

    In the middle, because cycles end at whole intervals: the review is done before the tick.
    """
    interval_s = settings.housekeeping_s
    if belief.housekept_s == 0.0:
        belief.housekept_s = to_s - (to_s - 0.5 * interval_s) % interval_s
    while belief.housekept_s + interval_s <= to_s:
        # After a long silence one review does for all: nothing came in between.
        behind = int((to_s - belief.housekept_s) // interval_s)
        belief.housekept_s += interval_s * (behind if behind > 100 else 1)
        review(belief, belief.housekept_s, settings)


def close(belief: Belief, to_s: float, settings: EngineSettings) -> None:
    """End a cycle: what has become a track since the last review is numbered."""
    keep_house(belief, to_s, settings)
    number_tracks(belief)


def review(belief: Belief, now_s: float, settings: EngineSettings) -> None:
    """Drop and merge tracks; number the new ones, mark them, raise alerts."""
    retire(belief, now_s, settings)
    explain_lines(belief, now_s, settings)
    number_tracks(belief)
    note_silence(belief, now_s, settings.housekeeping_s)
    mark_flags(belief)
    forget_alerts(belief, now_s)
    alerts_of_tracks(belief, now_s, settings.alerts_max)


def explain_lines(belief: Belief, now_s: float, settings: EngineSettings) -> None:
    """Place the emitters that lines of bearing cross at, and tie those that are on tracks to them."""
    ties = belief.triangulation.review(belief.tracks, belief.rows, now_s, settings.noise)
    belief.counters.refused_at_located_max += ties.refused
    belief.counters.left_out_at_cluster_max += ties.left_out
    looks = zip(ties.rows.tolist(), ties.known.tolist(), strict=True)
    weight = np.array([look_weight(belief, row, known=known) for row, known in looks]) * ties.trust
    against = np.where(ties.known, identity.NEXT_LOOK_WEIGHT, 1.0) * ties.trust
    evidence = identity.in_doubt(ties.likelihood, TIES_RIGHT * ties.chance)
    weigh_identity(belief, ties.rows, evidence, weight, against)
    belief.lobs = [lob for lob in belief.lobs if not any(lob.is_on(line) for line in ties.explained)]
    for number in ties.freed:
        belief.held_numbers.pop(number, None)


def retire(belief: Belief, now_s: float, settings: EngineSettings) -> None:
    """Let tracks coast, drop the lost, make one of two that are the same object, give up old hypotheses."""
    tracks, rows = belief.tracks, belief.rows
    predict_all(tracks, rows, now_s, settings.noise)
    kept = lifecycle.review(
        tracks, rows, now_s, int(settings.domain), settings.confirm_score, settings.score_max,
        settings.lost_score, settings.coast_surface_s, settings.coast_air_s, settings.coast_self_report_s,
    )  # fmt: skip
    belief.counters.dropped += int((~kept).sum())
    if len(belief.sources) > 1:
        # One source alone has told its objects apart itself.
        alive = kept.copy()
        seasoned = np.flatnonzero(kept & (tracks.hits[:rows] >= 3))
        first, second = merging.near_pairs(tracks.ecef_m[seasoned], 8_000.0)
        merging.doubles(tracks, seasoned[first], seasoned[second], kept, 30.0, identity.PRIOR)
        belief.counters.merged += int(alive.sum() - kept.sum())
    belief.keep(kept)
    belief.nursery.forget(now_s - settings.start_silent_s)


def number_tracks(belief: Belief) -> None:
    """Give every confirmed track and every located emitter without a number its id and number."""
    number_rows(belief, belief.tracks, belief.rows)
    number_rows(belief, belief.triangulation.emitters, belief.triangulation.located)


def number_rows(belief: Belief, tracks: Tracks, rows: int) -> None:
    """Give the believed rows of a table without a number their ids and numbers."""
    fresh = (tracks.status[:rows] > 0) & (tracks.track_number[:rows] == 0)
    for row in np.flatnonzero(fresh).tolist():
        place, epoch, sequence, report = tracks.founder[row].tolist()
        low, high = founder_id(belief.sources[place].name, epoch, sequence, report)
        number = free_number(low, belief.held_numbers)
        belief.held_numbers[number] = low
        tracks.track_id[row] = (low, high)
        tracks.track_number[row] = number
        belief.counters.confirmed += 1


def mark_flags(belief: Belief) -> None:
    """Mark tracks that an attacked sensor has contributed to, or that move in a jammed area."""
    tracks, rows = belief.tracks, belief.rows
    attacked = [
        k
        for k, record in enumerate(belief.sources)
        if record.doubted or belief.events.on_sensor(record.name) is not None
    ]
    touched = np.isin(tracks.source[:rows], attacked).any(axis=1)
    disputed = tracks.trust_flags[:rows] & Trust.SELF_REPORT_DISPUTED
    torn = (tracks.conflict[:rows] >= identity.CONFLICT) | contradicted(belief)
    tracks.trust_flags[:rows] = (
        disputed
        | np.where(touched, Trust.SENSOR_ATTACKED, 0).astype(np.uint8)
        | np.where(torn, Trust.IDENTITY_CONFLICT, 0).astype(np.uint8)
    )
    for area in belief.events.areas():
        if area.lat_deg is not None and area.lon_deg is not None and area.radius_m is not None:
            centre, _ = geodesy.site_frame(area.lat_deg, area.lon_deg, 0.0)
            inside = ((tracks.ecef_m[:rows] - centre) ** 2).sum(axis=1) < area.radius_m**2
            tracks.trust_flags[:rows] |= np.where(inside, 4, 0).astype(np.uint8)


def contradicted(belief: Belief) -> NDArray[np.bool_]:
    """Return (N,) which tracks move as hardly anything that they may be, or are not what they say."""
    tracks, rows = belief.tracks, belief.rows
    unlike = np.zeros(rows, np.bool_)
    heard = tracks.last_kind_s[:rows]
    told = np.flatnonzero(
        (tracks.status[:rows] > 0)
        & ~(np.isnan(heard[:, SourceKind.INTERCEPT]) & np.isnan(heard[:, SourceKind.SELF_REPORT]))
    )
    if len(told):
        speed = np.hypot(tracks.velocity_m_per_s[told, 0], tracks.velocity_m_per_s[told, 1])
        fits = identity.fitting(tracks.hypotheses[told], tracks.domain[told], speed)
        lies = identity.disbelieved(tracks.hypotheses[told], tracks.claimed_type[told])
        unlike[told] = (fits < identity.FITS_LEAST) | lies
    return unlike


def trust_in(belief: Belief, place: int) -> float:
    """Return the trust in a source now, 0 to 1; 0 keeps its reports out."""
    record = belief.sources[place]
    return sensor_trust(record, belief.events.on_sensor(record.name))


def weigh_identity(
    belief: Belief, rows: IntArray, likelihood: FloatArray, weight: FloatArray, against: FloatArray
) -> None:
    """Weigh evidence into the tracks' identities, several pieces on one track one after another.

    Args:
        rows: (E,) tracks.
        likelihood: (E, 63) of each piece.
        weight: (E,) which part of it counts.
        against: (E,) which part of it counts when it contradicts what is believed: one look may be
            another's and moves the belief by half only, but that it does not fit is worth a mark.
    """
    hypotheses = belief.tracks.hypotheses
    left = np.arange(len(rows))
    while len(left):
        _, first = np.unique(rows[left], return_index=True)
        now = left[first]
        on, before = rows[now], hypotheses[rows[now]]
        more = against[now] * identity.conflict(before, likelihood[now])
        belief.tracks.conflict[on] = np.maximum(belief.tracks.conflict[on] + more, 0.0)
        hypotheses[on] = identity.weigh(before, likelihood[now], weight[now])
        left = np.delete(left, first)


def stamp_of(belief: Belief, kind: SourceKind, batch: ReportBatch, place: int, trust: float) -> Stamp:
    """Return what the reports of a batch have in common, for provenance and labels."""
    label = batch.label
    return Stamp(
        kind=int(kind),
        source=place,
        epoch=batch.epoch,
        sequence=batch.sequence,
        trust=trust,
        classification=int(label.classification),
        releasable_mask=label.mask,
        caveats=belief.caveat_mask(label),
    )


def _trusted(belief: Belief, claims: self_reports.Claims) -> NDArray[np.bool_]:
    """Return (M,) false for self-reports of platforms or areas with an open, believed event."""
    trusted = np.ones(len(claims.claimed_id), np.bool_)
    spoofed = [
        _number(event.asset_id)
        for event in belief.events.events.values()
        if event.asset_kind == "platform" and belief.events.on_platform(_number(event.asset_id)) is not None
    ]
    trusted &= ~np.isin(claims.claimed_id, spoofed)
    for area in belief.events.areas():
        if area.effect in QUARANTINE and area.lat_deg is not None and area.radius_m is not None:
            centre, _ = geodesy.site_frame(area.lat_deg, area.lon_deg or 0.0, 0.0)
            trusted &= ((claims.ecef_m - centre) ** 2).sum(axis=1) > area.radius_m**2
    return trusted


def _number(text: str) -> int:
    return int(text) if text.isdigit() else -1
