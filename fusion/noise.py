"""How much what moves may change its mind: the one number of a motion model."""

from typing import NamedTuple


class Noise(NamedTuple):
    """Acceleration noise density by what moves, m2/s3.

    Attributes:
        surface: ships and boats.
        steady: aircraft that report themselves: airliners mostly.
        agile: aircraft that do not: fighters, drones, missiles.
        unknown: before the domain is known.
    """

    surface: float
    steady: float
    agile: float
    unknown: float
