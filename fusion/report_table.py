"""A table of reports, as recordings and simulations of others come: one row each, in columns."""

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Final

from contracts.columns import FloatArray, IntArray


class ReportKind(IntEnum):
    """What a report says: where something is, how far and which way, or only which way."""

    POSITION = 0
    POLAR = 1
    BEARING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """Columns of M reports, in the order in which they were given; NaN where a report has none.

    Azimuths and bearings are clockwise from north; in a plane x is east and y is north.

    Attributes:
        planar: whether positions are in a plane (``x_m``, ``y_m``) or on Earth.
        row: (M,) number of the row that each report was given in, from 0: its id.
        time_s: (M,) when each was measured.
        scan: (M,) reports of one scan share it; it rises with time.
        sensor: (M,) who measured it.
        kind: (M,) a ReportKind.
        lat_deg: (M,) geodetic latitude of a position.
        lon_deg: (M,) longitude.
        x_m: (M,) the same in a plane: east.
        y_m: (M,) north.
        height_m: (M,) above the ellipsoid.
        height_sigma_m: (M,) its error.
        cov_ee_m2: (M,) variance of a position to the east.
        cov_en_m2: (M,) covariance of east and north.
        cov_nn_m2: (M,) variance to the north.
        site_lat_deg: (M,) where the sensor stood.
        site_lon_deg: (M,) longitude.
        site_x_m: (M,) the same in a plane: east.
        site_y_m: (M,) north.
        site_height_m: (M,) above the ellipsoid.
        range_m: (M,) slant range.
        range_sigma_m: (M,) its error.
        azimuth_rad: (M,) azimuth of a polar report, line of a bearing.
        azimuth_sigma_rad: (M,) its error.
        elevation_rad: (M,) above the horizontal at the site.
        elevation_sigma_rad: (M,) its error.
        range_rate_m_per_s: (M,) positive when receding, without the sensor's own motion.
        range_rate_sigma_m_per_s: (M,) its error.
        frequency_hz: (M,) of an emitter.
        frequency_sigma_hz: (M,) its error.
        pri_s: (M,) pulse repetition interval.
        pri_sigma_s: (M,) its error.
        claimed_id: (M,) what it says it is; 0 is none.
    """

    planar: bool
    row: IntArray
    time_s: FloatArray
    scan: IntArray
    sensor: IntArray
    kind: IntArray
    lat_deg: FloatArray
    lon_deg: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    height_m: FloatArray
    height_sigma_m: FloatArray
    cov_ee_m2: FloatArray
    cov_en_m2: FloatArray
    cov_nn_m2: FloatArray
    site_lat_deg: FloatArray
    site_lon_deg: FloatArray
    site_x_m: FloatArray
    site_y_m: FloatArray
    site_height_m: FloatArray
    range_m: FloatArray
    range_sigma_m: FloatArray
    azimuth_rad: FloatArray
    azimuth_sigma_rad: FloatArray
    elevation_rad: FloatArray
    elevation_sigma_rad: FloatArray
    range_rate_m_per_s: FloatArray
    range_rate_sigma_m_per_s: FloatArray
    frequency_hz: FloatArray
    frequency_sigma_hz: FloatArray
    pri_s: FloatArray
    pri_sigma_s: FloatArray
    claimed_id: IntArray

    @property
    def rows(self) -> int:
        """How many reports there are."""
        return int(self.time_s.size)


COLUMNS: Final = tuple(spec.name for spec in fields(ReportTable) if spec.name not in {"planar", "row"})
"""The columns that a table is made from."""
