"""From messages to what the kernels take: columns in SI units, made once per batch for all scopes."""

from typing import Final, NamedTuple

import numpy as np

from contracts import geodesy
from contracts.columns import FloatArray
from contracts.emitters import EMITTER_OF_NOTATION, EMITTERS
from contracts.reports import CyberEvents, RadarScan, ReportBatch, SelfReports, SigintIntercepts
from fusion.identity import DOMAIN_OF_TYPE, intercept_likelihood
from fusion.intercepts import Bearings
from fusion.lines import Signals, carried_likelihood
from fusion.self_reports import Claims
from fusion.settings import EngineSettings
from fusion.sweep import Sweep, polar_sweep

PULSE_WIDTH_SIGMA: Final = 0.10
SCAN_PERIOD_SIGMA: Final = 0.06
"""Relative errors of what the message gives no error for; assumed, and twice what is usual."""


class Intercepts(NamedTuple):
    """One batch of intercepts: their directions, and what they say beside."""

    bearings: Bearings
    signals: Signals


Observations = Sweep | Claims | Intercepts | None


def observe(batch: ReportBatch, settings: EngineSettings) -> Observations:
    """Return a batch's columns as the kernels take them; None for cyber events, which have none."""
    match batch:
        case RadarScan():
            return sweep_of(batch, settings)
        case SigintIntercepts():
            confidence = confidences_of(batch)
            return Intercepts(bearings_of(batch, confidence), signals_of(batch, confidence))
        case SelfReports():
            return claims_of(batch)
        case CyberEvents():
            return None


def sweep_of(scan: RadarScan, settings: EngineSettings) -> Sweep:
    """Return a radar batch as the kernels take it."""
    ecef_m, axes = geodesy.site_frame(scan.site_lat_deg, scan.site_lon_deg, scan.site_height_m)
    area_m2 = np.pi * scan.range_max_m**2
    return polar_sweep(
        ecef_m=ecef_m,
        axes=axes,
        height_m=scan.site_height_m,
        revolution_s=scan.revolution_s,
        from_rad=scan.sector_from_rad,
        to_rad=scan.sector_to_rad,
        range_max_m=scan.range_max_m,
        from_s=scan.measured_from_s,
        to_s=scan.measured_to_s,
        detection_probability=min(max(scan.detection_probability, 0.01), 0.99),
        false_density_per_m2=scan.clutter_plots_per_revolution / area_m2 + settings.new_density_per_m2,
        time_s=np.array(scan.measured_at_s),
        range_m=scan.range_m.astype(np.float64),
        range_sigma_m=np.full(scan.rows, scan.range_sigma_m),
        azimuth_rad=scan.azimuth_rad.astype(np.float64),
        azimuth_sigma_rad=np.full(scan.rows, scan.azimuth_sigma_rad),
        elevation_rad=scan.elevation_rad.astype(np.float64),
        elevation_sigma_rad=scan.elevation_sigma_rad or 1.0,
        plot_height_m=scan.height_m.astype(np.float64),
        height_sigma_m=scan.height_sigma_m or 1e4,
        range_rate_m_per_s=scan.range_rate_m_per_s.astype(np.float64),
        range_rate_sigma_m_per_s=scan.range_rate_sigma_m_per_s or 1e3,
    )


def claims_of(batch: SelfReports) -> Claims:
    """Return self-reports as the kernels take them; names and trust, each scope says for itself."""
    latitude, longitude = np.radians(batch.lat_deg), np.radians(batch.lon_deg)
    domain = DOMAIN_OF_TYPE[batch.platform]
    height = batch.height_m.astype(np.float64)
    at_height = np.where((domain == 1) & ~np.isnan(height), height, 0.0)
    ecef = geodesy.to_ecef(latitude, longitude, at_height)
    course, speed = batch.course_rad.astype(np.float64), batch.speed_m_per_s.astype(np.float64)
    return Claims(
        time_s=np.array(batch.measured_at_s),
        latitude=latitude,
        longitude=longitude,
        ecef_m=ecef,
        height_m=height,
        velocity_m_per_s=np.stack([speed * np.sin(course), speed * np.cos(course)], axis=-1),
        sigma_m=batch.position_sigma_m.astype(np.float64),
        domain=domain,
        claimed_id=np.array(batch.claimed_id),
        name=np.zeros(batch.rows, np.uint16),
        trusted=np.ones(batch.rows, np.bool_),
    )


def confidences_of(batch: SigintIntercepts) -> FloatArray:
    """Return (M, E) how sure intercepts are of each library emitter."""
    confidence = np.zeros((batch.rows, len(EMITTERS)))
    row_of = np.repeat(np.arange(batch.rows), np.diff(batch.candidate_start))
    places = [
        EMITTERS.index(EMITTER_OF_NOTATION[name]) if name in EMITTER_OF_NOTATION else -1
        for name in batch.notations
    ]
    place = np.array(places, np.int64)[batch.candidate_notation] if places else np.empty(0, np.int64)
    known = place >= 0
    np.add.at(confidence, (row_of[known], place[known]), batch.candidate_confidence[known])
    return confidence


def bearings_of(batch: SigintIntercepts, confidence: FloatArray) -> Bearings:
    """Return intercepts as the kernels take them."""
    ecef_m, axes = geodesy.site_frame(batch.site_lat_deg, batch.site_lon_deg, batch.site_height_m)
    return Bearings(
        ecef_m=ecef_m,
        axes=axes,
        range_max_m=batch.range_max_m,
        time_s=np.array(batch.measured_at_s),
        bearing_rad=batch.bearing_rad.astype(np.float64),
        sigma_rad=batch.bearing_sigma_rad.astype(np.float64),
        frequency_hz=batch.frequency_hz.astype(np.float64),
        frequency_sigma_hz=batch.frequency_sigma_hz.astype(np.float64),
        pri_s=batch.pri_s.astype(np.float64),
        pri_sigma_s=batch.pri_sigma_s.astype(np.float64),
        likelihood=intercept_likelihood(confidence, batch.frequency_hz.astype(np.float64)),
    )


def signals_of(batch: SigintIntercepts, confidence: FloatArray) -> Signals:
    """Return what intercepts say beside their direction."""
    attribute, attribute_sigma = attributes_of(batch)
    fix_range_m, fix_range_sigma_m = fix_ranges_of(batch)
    return Signals(
        site=np.array([np.radians(batch.site_lat_deg), np.radians(batch.site_lon_deg), batch.site_height_m]),
        attribute=attribute,
        attribute_sigma=attribute_sigma,
        likelihood=carried_likelihood(confidence),
        fix_range_m=fix_range_m,
        fix_range_sigma_m=fix_range_sigma_m,
    )


def attributes_of(batch: SigintIntercepts) -> tuple[FloatArray, FloatArray]:
    """Return (M, 4) frequency, pulse interval, pulse width and scan period, and (M, 4) their errors."""
    width, scan = batch.pulse_width_s.astype(np.float64), batch.scan_period_s.astype(np.float64)
    attribute = np.stack([batch.frequency_hz, batch.pri_s, width, scan], axis=-1).astype(np.float64)
    sigma = np.stack(
        [batch.frequency_sigma_hz, batch.pri_sigma_s, PULSE_WIDTH_SIGMA * width, SCAN_PERIOD_SIGMA * scan],
        axis=-1,
    ).astype(np.float64)
    usable = np.isfinite(attribute) & (sigma > 0.0)
    return np.where(usable, attribute, np.nan), np.where(usable, sigma, np.nan)


def fix_ranges_of(batch: SigintIntercepts) -> tuple[FloatArray, FloatArray]:
    """Return (M,) how far the site's own fixes are over ground, and (M,) how surely along the bearing."""
    if not np.isfinite(batch.fix_major_m).any():
        # Most sites measure no fixes, and geodesy of nothing takes as long as that of a hundred.
        return np.full(batch.rows, np.nan), np.full(batch.rows, np.nan)
    ecef_m, axes = geodesy.site_frame(batch.site_lat_deg, batch.site_lon_deg, batch.site_height_m)
    place = geodesy.to_ecef(
        np.radians(batch.fix_lat_deg), np.radians(batch.fix_lon_deg), np.zeros(batch.rows)
    )
    enu = geodesy.to_enu(place, ecef_m, axes)
    turn = batch.fix_orientation_rad.astype(np.float64) - batch.bearing_rad
    major, minor = batch.fix_major_m.astype(np.float64), batch.fix_minor_m.astype(np.float64)
    sigma = np.hypot(major * np.cos(turn), minor * np.sin(turn))
    return np.hypot(enu[:, 0], enu[:, 1]), np.where(sigma > 0.0, sigma, np.nan)
