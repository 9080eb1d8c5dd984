"""The emitter library: invented notations with the parameters by which intercepts are told apart.

Nothing here describes a real emitter. Each entry says which types of platform carry it and which
side flies or sails them, because that is what an intercept tells about identity.
"""

from dataclasses import dataclass
from typing import Final, Literal

Side = Literal["friend", "neutral", "hostile"]


@dataclass(frozen=True, slots=True)
class Emitter:
    """One kind of emitter: centre values, from which each unit on a platform differs a little."""

    notation: str
    frequency_hz: float
    pri_s: float
    pulse_width_s: float
    scan_period_s: float
    carried_by: tuple[str, ...]
    sides: tuple[Side, ...]


EMITTERS: Final[tuple[Emitter, ...]] = (
    Emitter(
        "EX-101",
        9.41e9,
        0.00125,
        0.25e-6,
        2.5,
        ("cargo-ship", "tanker", "ferry", "fishing-vessel"),
        ("neutral",),
    ),
    Emitter("EX-102", 3.05e9, 0.00100, 0.50e-6, 3.0, ("cargo-ship", "tanker", "ferry"), ("neutral",)),
    Emitter(
        "EX-103",
        9.44e9,
        0.00130,
        0.30e-6,
        2.4,
        ("patrol-boat", "fishing-vessel"),
        ("neutral", "friend", "hostile"),
    ),
    Emitter("EX-201", 3.30e9, 0.00060, 12e-6, 4.0, ("destroyer", "frigate"), ("friend",)),
    Emitter("EX-202", 5.60e9, 0.00045, 6e-6, 2.0, ("frigate", "corvette", "patrol-boat"), ("friend",)),
    Emitter("EX-203", 9.90e9, 0.00008, 0.8e-6, 0.5, ("fighter",), ("friend",)),
    Emitter(
        "EX-204",
        1.30e9,
        0.00300,
        20e-6,
        10.0,
        ("early-warning-aircraft", "patrol-aircraft"),
        ("friend",),
    ),
    Emitter("EX-301", 2.90e9, 0.00075, 10e-6, 5.0, ("destroyer", "frigate"), ("hostile",)),
    Emitter("EX-302", 5.45e9, 0.00052, 5e-6, 2.2, ("corvette", "patrol-boat", "frigate"), ("hostile",)),
    Emitter("EX-303", 9.70e9, 0.00009, 0.7e-6, 0.6, ("fighter",), ("hostile",)),
    Emitter("EX-304", 9.20e9, 0.00020, 0.4e-6, 1.0, ("drone", "missile"), ("hostile",)),
    Emitter("EX-305", 1.25e9, 0.00280, 25e-6, 12.0, ("patrol-aircraft",), ("hostile",)),
    Emitter("EX-306", 8.90e9, 0.00110, 0.3e-6, 2.6, ("submarine",), ("hostile",)),
    Emitter("EX-307", 9.38e9, 0.00118, 0.25e-6, 2.5, ("submarine",), ("friend",)),
)

EMITTER_OF_NOTATION: Final = {emitter.notation: emitter for emitter in EMITTERS}
