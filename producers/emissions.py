"""Who radiates what, when: every emitter of every platform as a column, a little off its type's centre."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from contracts.columns import BoolArray, FloatArray, IntArray
from contracts.control import Inject, InjectAction
from contracts.emitters import EMITTERS
from producers.chance import generator
from producers.effects import Effect
from producers.fleet import Emission, Fleet

FREQUENCY_SPREAD: Final = 0.005
PRI_SPREAD: Final = 0.01
PULSE_WIDTH_SPREAD: Final = 0.04
SCAN_SPREAD: Final = 0.02
"""How far units of one type differ (standard deviations, relative); assumed."""

JAMMER: Final = -1
"""Place in the library of a jammer: it has none."""
GNSS_HZ: Final = 1_575.42e6
"""Carrier of the civil satellite navigation signal L1 (IS-GPS-200, section 3.3.1.1): what is jammed."""

CIVIL_SHARE: Final = 0.05
"""Civil navigation radars are so many and so alike that operators take only this part of them."""

_PLACE: Final = {emitter.notation: place for place, emitter in enumerate(EMITTERS)}


@dataclass(frozen=True, slots=True)
class Emissions:
    """E emissions.

    Attributes:
        platform: (E,) places in the fleet.
        kind: (E,) places in the library; -1 for a jammer.
        frequency_hz: (E,) of this unit; pulse repetition interval, width and scan are NaN for a jammer.
        from_s: (E,) since STARTEX, with ``to_s``.
        on_s: (E,) how long it radiates before it rests for ``off_s``.
        share: (E,) part of its interceptable transmissions that an operator cares to take.
    """

    platform: IntArray
    kind: IntArray
    frequency_hz: FloatArray
    pri_s: FloatArray
    pulse_width_s: FloatArray
    scan_period_s: FloatArray
    from_s: FloatArray
    to_s: FloatArray
    on_s: FloatArray
    off_s: FloatArray
    phase_s: FloatArray
    share: FloatArray

    def active(self, since_startex_s: float) -> BoolArray:
        """Return (E,) who radiates."""
        within = (self.from_s <= since_startex_s) & (since_startex_s < self.to_s)
        cycle_s = self.on_s + self.off_s
        duty = np.isfinite(cycle_s)
        place_s = np.mod(since_startex_s - self.from_s + self.phase_s, np.where(duty, cycle_s, 1.0))
        on: BoolArray = within & (~duty | (place_s < self.on_s))
        return on


def make_emissions(
    fleet: Fleet, seed: int, injects: tuple[Inject, ...], effects: tuple[Effect, ...], startex_s: float
) -> Emissions:
    """Return every emission of the fleet, as planned and as injects have changed it."""
    planned = [(platform, emission) for platform, plans in enumerate(fleet.emissions) for emission in plans]
    for inject in injects:
        planned = _changed(planned, inject, fleet, inject.effective_at_s - startex_s)
    rows = [_row(fleet, platform, emission, seed) for platform, emission in planned]
    rows += [
        _jammer(fleet.place_of[effect.carrier], effect, startex_s)
        for effect in effects
        if effect.carrier in fleet.place_of and effect.band == "gnss"
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 12).T
    return Emissions(table[0].astype(np.int64), table[1].astype(np.int64), *table[2:])


def _changed(
    planned: list[tuple[int, Emission]], inject: Inject, fleet: Fleet, at_s: float
) -> list[tuple[int, Emission]]:
    """Switch an emitter on for a while, or end what radiates."""
    request = inject.request
    platform = fleet.place_of.get(request.subject or "")
    if platform is None:
        return planned
    if request.action is InjectAction.EMITTER_ON and request.emitter in _PLACE:
        lasts_s = float("inf") if request.duration_s is None else request.duration_s
        return [*planned, (platform, Emission(request.emitter, at_s, at_s + lasts_s))]
    if request.action is InjectAction.EMITTER_OFF:
        return [
            pair for row in planned for pair in _cut(row, platform, request.emitter, at_s, request.duration_s)
        ]
    return planned


def _cut(
    row: tuple[int, Emission], platform: int, notation: str | None, at_s: float, lasts_s: float | None
) -> list[tuple[int, Emission]]:
    """Return an emission without the silence that begins at a time."""
    own, plan = row
    if own != platform or notation not in (None, plan.notation) or plan.to_s <= at_s:
        return [row]
    before = Emission(plan.notation, plan.from_s, max(at_s, plan.from_s), plan.on_s, plan.off_s)
    if lasts_s is None or at_s + lasts_s >= plan.to_s:
        return [(own, before)]
    resumes_s = max(at_s + lasts_s, plan.from_s)
    return [(own, before), (own, Emission(plan.notation, resumes_s, plan.to_s, plan.on_s, plan.off_s))]


def _row(fleet: Fleet, platform: int, plan: Emission, seed: int) -> tuple[float, ...]:
    kind = _PLACE[plan.notation]
    emitter = EMITTERS[kind]
    # Of the unit, not of the plan: the same radar has the same quirks whenever it is switched on.
    rng = generator(seed, f"emitter/{fleet.name[platform]}/{plan.notation}")
    off = rng.standard_normal(4)
    cycle_s = plan.on_s + plan.off_s
    return (
        platform,
        kind,
        emitter.frequency_hz * (1.0 + FREQUENCY_SPREAD * off[0]),
        emitter.pri_s * (1.0 + PRI_SPREAD * off[1]),
        emitter.pulse_width_s * (1.0 + PULSE_WIDTH_SPREAD * off[2]),
        emitter.scan_period_s * (1.0 + SCAN_SPREAD * off[3]),
        plan.from_s,
        plan.to_s,
        plan.on_s,
        plan.off_s,
        rng.random() * cycle_s if np.isfinite(cycle_s) else 0.0,
        CIVIL_SHARE if emitter.sides == ("neutral",) else 1.0,
    )


def _jammer(platform: int, effect: Effect, startex_s: float) -> tuple[float, ...]:
    nan, ever = float("nan"), float("inf")
    from_s, to_s = effect.from_s - startex_s, effect.to_s - startex_s
    return (platform, JAMMER, GNSS_HZ, nan, nan, nan, from_s, to_s, ever, 0.0, 0.0, 1.0)
