"""What a score compares at one moment: the real objects, and the tracks that a picture shows.

Positions are over ground: half of the sensors measure no height, and the map shows none.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from contracts.control import TruthStates
from contracts.geodesy import to_ecef
from contracts.picture import Picture, TrackStatus
from contracts.platforms import PLATFORM_TYPES, Affiliation

SIDES: Final = ("friend", "neutral", "hostile")
UNDECLARED: Final = -1

_SIDE_OF_AFFILIATION: Final = {
    Affiliation.ASSUMED_FRIEND: 0,
    Affiliation.FRIEND: 0,
    Affiliation.NEUTRAL: 1,
    Affiliation.SUSPECT: 2,
    Affiliation.HOSTILE: 2,
}
_DOMAIN_OF_PLATFORM: Final = np.array([int(kind.domain) for kind in PLATFORM_TYPES])
_SIDE_TABLE: Final = np.array([_SIDE_OF_AFFILIATION.get(said, UNDECLARED) for said in Affiliation])


@dataclass(frozen=True, slots=True)
class Objects:
    """J real objects at one time.

    Attributes:
        name: (J,) names, unique for the whole run.
        ecef_m: (J, 3) positions over ground.
        velocity_m_per_s: (J, 2) east, north.
        detectable: (J,) whether a sensor could see it; the others neither count nor do harm.
        side: (J,) places in ``SIDES``.
        platform: (J,) places in the catalogue.
    """

    name: tuple[str, ...]
    ecef_m: FloatArray
    velocity_m_per_s: FloatArray
    detectable: NDArray[np.bool_]
    side: IntArray
    platform: IntArray

    @property
    def domain(self) -> IntArray:
        """(J,) codes of :class:`contracts.platforms.Domain`."""
        return _DOMAIN_OF_PLATFORM[self.platform]


@dataclass(frozen=True, slots=True)
class Shown:
    """N confirmed or coasting tracks of one picture.

    Attributes:
        track_id: (N,) one number each, the same from picture to picture.
        row: (N,) rows of the picture.
        ecef_m: (N, 3) positions over ground.
        velocity_m_per_s: (N, 2) east, north.
        covariance_m2: (N, 2, 2) of the position, east and north.
        side: (N,) places in ``SIDES``, -1 while none is declared.
        side_probability: (N, 3) of each side, as stated.
        domain: (N,) codes.
        platform: (N,) the most probable type.
    """

    track_id: tuple[int, ...]
    row: IntArray
    ecef_m: FloatArray
    velocity_m_per_s: FloatArray
    covariance_m2: FloatArray
    side: IntArray
    side_probability: FloatArray
    domain: IntArray
    platform: IntArray


def objects_of(truth: TruthStates) -> Objects:
    """Return the objects of the truth."""
    return Objects(
        name=truth.name,
        ecef_m=_ground(truth.lat_deg, truth.lon_deg),
        velocity_m_per_s=np.stack([truth.v_east_m_per_s, truth.v_north_m_per_s], axis=-1),
        detectable=truth.detectable > 0,
        side=np.array([SIDES.index(side) for side in truth.side], np.int64),
        platform=truth.platform.astype(np.int64),
    )


def shown_of(picture: Picture) -> Shown:
    """Return the tracks of a picture that claim to be real: confirmed and coasting ones."""
    row = np.flatnonzero(picture.status >= TrackStatus.CONFIRMED)
    upper = picture.covariance[row].astype(np.float64)
    return Shown(
        track_id=tuple(int(high) << 64 | int(low) for low, high in picture.track_id[row]),
        row=row,
        ecef_m=_ground(picture.lat_deg[row], picture.lon_deg[row]),
        velocity_m_per_s=np.stack(
            [picture.v_east_m_per_s[row], picture.v_north_m_per_s[row]], axis=-1
        ).astype(np.float64),
        covariance_m2=upper[:, [0, 1, 1, 4]].reshape(-1, 2, 2),
        side=_SIDE_TABLE[picture.affiliation[row]],
        side_probability=picture.identity[row].astype(np.float64),
        domain=picture.domain[row].astype(np.int64),
        platform=picture.platform_candidate[row, 0].astype(np.int64),
    )


def _ground(lat_deg: FloatArray, lon_deg: FloatArray) -> FloatArray:
    """Return (N, 3) positions on the ellipsoid."""
    return to_ecef(np.radians(lat_deg), np.radians(lon_deg), np.zeros(len(lat_deg)))
