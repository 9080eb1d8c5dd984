"""What a sensor could see from where it stands: directions, distances and the radio horizon.

Earth is smooth: the horizon is that of a 4/3 earth, and no mountain hides anything. Site and look are
those of one moment; a radar on a ship corrects its plots for its own motion within a batch.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from contracts.columns import BoolArray, FloatArray
from contracts.geodesy import enu_axes, radio_horizon_m, to_ecef, to_geodetic
from contracts.reports import TWO_PI
from producers.scenario_rows import SitedRow
from producers.world import States, World

LOW_AIR_M: Final = 3_000.0
"""Below this an aircraft is in the fan of a surface radar; assumed."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a sensor's antenna is at one moment.

    Attributes:
        here: whether it is in the exercise at all (its carrier may be gone).
        ecef_m: (3,) Earth-centred position.
        axes: (3, 3) unit vectors east, north and up.
        own: place of its carrier in the fleet, which it does not report; -1 for a fixed site.
    """

    here: bool
    lat_deg: float
    lon_deg: float
    height_m: float
    ecef_m: FloatArray
    axes: FloatArray
    own: int


@dataclass(frozen=True, slots=True)
class Look:
    """Where M objects are from a site: slant range, azimuth within [0, 2 pi) and elevation."""

    range_m: FloatArray
    azimuth_rad: FloatArray
    elevation_rad: FloatArray


def site_at(row: SitedRow, world: World, at_s: float) -> Site:
    """Return where a sensor's antenna is at a time."""
    if row.platform is None:
        assert row.lat is not None
        assert row.lon is not None
        return _fixed_site(row.lat, row.lon, row.height_m)
    own = world.fleet.place_of[row.platform]
    states = world.states(at_s)
    lat_rad, lon_rad, height_m = to_geodetic(states.ecef_m[own])
    return _site(
        float(lat_rad), float(lon_rad), float(height_m) + row.height_m, here=bool(states.here[own]), own=own
    )


def look(site: Site, ecef_m: FloatArray) -> Look:
    """Return where objects at (M, 3) Earth-centred positions are from a site."""
    enu_m = (ecef_m - site.ecef_m) @ site.axes.T
    east_m, north_m, up_m = enu_m[:, 0], enu_m[:, 1], enu_m[:, 2]
    across_m = np.hypot(east_m, north_m)
    return Look(
        range_m=np.hypot(across_m, up_m),
        azimuth_rad=np.mod(np.arctan2(east_m, north_m), TWO_PI),
        elevation_rad=np.arctan2(up_m, across_m),
    )


def within_reach(site: Site, states: States, world: World, range_max_m: float) -> BoolArray:
    """Return (N,) which platforms are here, above water, in range and above the radio horizon.

    A submarine's mast counts only when it is up, and the site's own carrier is never among them.
    """
    away_m = states.ecef_m - site.ecef_m
    distance2 = away_m[:, 0] ** 2 + away_m[:, 1] ** 2 + away_m[:, 2] ** 2
    near: BoolArray = states.here & (states.height_m > -1.0) & (distance2 <= range_max_m**2)
    if site.own >= 0:
        near[site.own] = False
    places = np.flatnonzero(near)
    seen_m = states.height_m[places] + world.fleet.mast_m[places]
    horizon_m = radio_horizon_m(np.array(site.height_m), seen_m)
    near[places] = distance2[places] <= horizon_m**2
    return near


@lru_cache(maxsize=1024)
def _fixed_site(lat_deg: float, lon_deg: float, height_m: float) -> Site:
    return _site(float(np.radians(lat_deg)), float(np.radians(lon_deg)), height_m, here=True, own=-1)


def _site(lat_rad: float, lon_rad: float, height_m: float, *, here: bool, own: int) -> Site:
    lat, lon = np.array(lat_rad, dtype=np.float64), np.array(lon_rad, dtype=np.float64)
    return Site(
        here=here,
        lat_deg=float(np.degrees(lat)),
        lon_deg=float(np.degrees(lon)),
        height_m=height_m,
        ecef_m=to_ecef(lat, lon, np.array(height_m)),
        axes=enu_axes(lat, lon),
        own=own,
    )
