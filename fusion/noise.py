"""How much what moves may change its mind: the numbers of the motion models."""

from typing import NamedTuple


class Noise(NamedTuple):
    """Acceleration noise densities by what moves, m2/s3, and how aircraft turn.

    Attributes:
        surface: ships and boats.
        steady: aircraft that report themselves: airliners mostly.
        agile: aircraft that do not: fighters, drones, missiles; while they fly straight.
        turning: any aircraft while it turns: how far its turn is from the model's rate.
        unknown: before the domain is known.
        turn_rate_rad_per_s: rate of the two coordinated turns.
        straight_s: mean time between two turns.
        turn_s: mean time of a turn.
    """

    surface: float
    steady: float
    agile: float
    turning: float
    unknown: float
    turn_rate_rad_per_s: float
    straight_s: float
    turn_s: float
