"""The truth: a pure function of scenario, seed, injects and exercise time. It never leaves producers.

A world is made once and again when the list of injects changes; asking it for a time changes
nothing in it.
"""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from contracts.columns import BoolArray, FloatArray
from contracts.control import Inject, InjectAction
from contracts.geodesy import to_ecef
from producers.effects import Effect, all_effects
from producers.emissions import Emissions, make_emissions
from producers.fleet import Fleet, join_fleets, make_fleet, order_of
from producers.injects import new_order, sort_out
from producers.scenario import Scenario
from producers.signatures import DEEP_M
from producers.traffic import lane_orders

_KEPT_STATES: Final = 8
"""States kept because several sensors ask for the same moment."""


@dataclass(frozen=True, slots=True)
class States:
    """All N platforms at one time.

    Attributes:
        at_s: exercise time.
        here: (N,) which of them are in the exercise now.
        normal: (N, 3) unit vectors up.
        ecef_m: (N, 3) Earth-centred positions.
        height_m: (N,) above the ellipsoid; a submerged submarine is far below 0.
        velocity_m_per_s: (N, 3) Earth-centred.
    """

    at_s: float
    here: BoolArray
    normal: FloatArray
    ecef_m: FloatArray
    height_m: FloatArray
    velocity_m_per_s: FloatArray


@dataclass(frozen=True, eq=False)
class World:
    """The truth of one run; two worlds are the same only if they are one object.

    Attributes:
        startex_s: exercise time at which it begins.
        injects: those that are in it.
        ignored: ids of injects that name nothing that exists; they change nothing.
    """

    scenario: Scenario
    seed: int
    startex_s: float
    injects: tuple[Inject, ...]
    ignored: tuple[str, ...]
    fleet: Fleet
    emissions: Emissions
    effects: tuple[Effect, ...]
    _recent: dict[float, States] = field(default_factory=dict, repr=False)

    def states(self, at_s: float) -> States:
        """Return where everything is. At a bound of eight moments kept, the oldest is forgotten."""
        known = self._recent.get(at_s)
        if known is not None:
            return known
        states = self._states(at_s)
        if len(self._recent) >= _KEPT_STATES:
            del self._recent[next(iter(self._recent))]
        self._recent[at_s] = states
        return states

    def _states(self, at_s: float) -> States:
        fleet, since_s = self.fleet, at_s - self.startex_s
        motion = fleet.legs.move(since_s - fleet.begin_s)
        height_m, ecef_m = motion.height_m, motion.ecef_m
        if fleet.dives.any():
            up = fleet.surfaced[(fleet.surfaced[:, 1] <= since_s) & (since_s < fleet.surfaced[:, 2]), 0]
            down = fleet.dives.copy()
            down[up.astype(np.int64)] = False
            sink_m = np.where(down, DEEP_M - height_m, 0.0)
            height_m = height_m + sink_m
            ecef_m = ecef_m + motion.normal * sink_m[:, None]
        return States(
            at_s=at_s,
            here=(fleet.begin_s <= since_s) & (since_s < fleet.gone_s),
            normal=motion.normal,
            ecef_m=ecef_m,
            height_m=height_m,
            velocity_m_per_s=motion.velocity_m_per_s,
        )

    def effects_on(self, asset_id: str, at_s: float) -> tuple[Effect, ...]:
        """Return the effects that work on a sensor or platform at a time."""
        return tuple(
            effect
            for effect in self.effects
            if effect.asset_id == asset_id and effect.asset != "area" and effect.active(at_s)
        )

    def areas(self, band: str, at_s: float) -> tuple[tuple[Effect, FloatArray], ...]:
        """Return the jammed areas of a band at a time, each with its (3,) Earth-centred centre."""
        found: list[tuple[Effect, FloatArray]] = []
        for effect in self.effects:
            if effect.asset != "area" or effect.band != band or not effect.active(at_s):
                continue
            centre_m = self.centre(effect, at_s)
            if centre_m is not None:
                found.append((effect, centre_m))
        return tuple(found)

    def centre(self, effect: Effect, at_s: float) -> FloatArray | None:
        """Return the (3,) Earth-centred centre of an area at a time; None when its carrier is gone."""
        if not effect.carrier:
            lat_rad = np.radians(np.array(effect.lat_deg, dtype=np.float64))
            lon_rad = np.radians(np.array(effect.lon_deg, dtype=np.float64))
            return to_ecef(lat_rad, lon_rad, np.zeros(()))
        place = self.fleet.place_of.get(effect.carrier)
        states = self.states(at_s)
        if place is None or not states.here[place]:
            return None  # A jammer that is gone jams no more.
        centre_m: FloatArray = states.ecef_m[place]
        return centre_m


def plan_fleet(scenario: Scenario, seed: int) -> Fleet:
    """Return the fleet that the scenario plans, before any inject."""
    orders = [order_of(row) for row in scenario.platforms]
    for lane in scenario.traffic:
        orders += lane_orders(lane, seed, scenario.duration_s)
    return make_fleet(orders, seed)


def build_world(
    scenario: Scenario,
    seed: int,
    injects: tuple[Inject, ...] = (),
    startex_s: float | None = None,
    planned: Fleet | None = None,
) -> World:
    """Return the world of a run.

    Args:
        scenario: its plan.
        seed: of everything that happens by chance.
        injects: what has been added, in the order of acceptance.
        startex_s: when it begins, if not when the scenario says.
        planned: the scenario's fleet, if the caller has it already.
    """
    begin_s = scenario.startex_s if startex_s is None else startex_s
    fleet = plan_fleet(scenario, seed) if planned is None else planned
    sensors = frozenset(row.name for row in scenario.sensors)
    fit, ignored = sort_out(injects, frozenset(fleet.name), sensors)
    added = [new_order(inject, begin_s) for inject in fit if inject.request.action is InjectAction.NEW_TRACK]
    if added:
        taken = frozenset(int(number) for number in fleet.claimed_id if number)
        fleet = join_fleets(fleet, make_fleet(added, seed, taken))
    fleet = _touched(fleet, fit, begin_s)
    effects = all_effects(scenario.effects, fit, sensors, begin_s)
    return World(
        scenario=scenario,
        seed=seed,
        startex_s=begin_s,
        injects=injects,
        ignored=ignored,
        fleet=fleet,
        emissions=make_emissions(fleet, seed, fit, effects, begin_s),
        effects=effects,
    )


def _touched(fleet: Fleet, injects: tuple[Inject, ...], startex_s: float) -> Fleet:
    """Take away what injects remove, and note on each platform the last inject that names it."""
    gone_s = fleet.gone_s.copy()
    inject_id = list(fleet.inject_id)
    for inject in injects:
        place = fleet.place_of.get(inject.request.subject or "")
        if place is None:
            continue
        inject_id[place] = inject.inject_id
        if inject.request.action is InjectAction.REMOVE:
            gone_s[place] = min(gone_s[place], inject.effective_at_s - startex_s)
    return replace(fleet, gone_s=gone_s, inject_id=tuple(inject_id))
