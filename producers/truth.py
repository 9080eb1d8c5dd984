"""The truth as the white cell gets it, on its own topic and nowhere else."""

import numpy as np

from contracts.control import TruthStates
from contracts.geodesy import enu_axes, to_geodetic
from producers.sensors import detectable
from producers.world import World


def truth_states(world: World, at_s: float) -> TruthStates:
    """Return where every platform that is in the exercise really is at a time."""
    states, fleet = world.states(at_s), world.fleet
    here = np.flatnonzero(states.here)
    lat_rad, lon_rad, _ = to_geodetic(states.ecef_m[here])
    velocity = np.einsum("nij,nj->ni", enu_axes(lat_rad, lon_rad), states.velocity_m_per_s[here])
    return TruthStates(
        exercise=world.scenario.exercise,
        at_s=at_s,
        name=tuple(fleet.name[place] for place in here),
        side=tuple(fleet.side[place] for place in here),
        inject_id=tuple(fleet.inject_id[place] for place in here),
        platform=fleet.code[here],
        detectable=detectable(world, at_s)[here].astype(np.uint8),
        lat_deg=np.degrees(lat_rad),
        lon_deg=np.degrees(lon_rad),
        height_m=states.height_m[here],
        v_east_m_per_s=velocity[:, 0],
        v_north_m_per_s=velocity[:, 1],
    )
