"""The skies that fusion is scored and timed on: each a handful of numbers with a name.

All of them share a radar-like sensor that reports every period, the position errors, the detection
probability, the clutter and the share of births and deaths; they differ in size, density and manoeuvre.
"""

import math
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class SkyCase:
    """One kind of sky. A seed makes it one sky.

    Attributes:
        name: of the case; a part of the seed, so that two cases never share their chance.
        targets: true ones over the whole run, N.
        density_per_km2: the square in which targets appear has the area N / density. They fly out of
            it as they like: nothing turns them back, so the sky thins out as the run goes on.
        scans: reports come this often.
        period_s: from one scan to the next.
        sigma_m: standard deviation of a reported position, east and north each.
        detection_probability: of each target in each scan.
        clutter_per_target: false reports in a scan are Poisson with this times N as mean, uniform in
            the square.
        born_share: of N, appear at a uniformly drawn scan after the first.
        died_share: of N, drawn independently, are gone from a uniformly drawn scan on.
        speed_m_per_s_min: speeds are uniform between this and the next, headings uniform.
        speed_m_per_s_max: fast enough for airliners, slow enough for helicopters.
        noise_m2_per_s3: power spectral density of the acceleration, east and north each.
        turning_share: of N, turn now and then.
        turn_rate_rad_per_s: of a turn, left or right by chance.
        straight_s_mean: between two turns, exponential.
        turn_s_mean: of a turn, exponential.
    """

    name: str
    targets: int
    density_per_km2: float
    scans: int = 40
    period_s: float = 5.0
    sigma_m: float = 50.0
    detection_probability: float = 0.9
    clutter_per_target: float = 0.2
    born_share: float = 0.2
    died_share: float = 0.2
    speed_m_per_s_min: float = 50.0
    speed_m_per_s_max: float = 300.0
    noise_m2_per_s3: float = 0.1
    turning_share: float = 0.0
    turn_rate_rad_per_s: float = math.radians(3.0)
    straight_s_mean: float = 60.0
    turn_s_mean: float = 30.0

    @property
    def side_m(self) -> float:
        """Side of the square in which targets appear."""
        return 1e3 * math.sqrt(self.targets / self.density_per_km2)

    @property
    def clutter_per_m2(self) -> float:
        """Expected false reports of a scan on a square metre."""
        return self.clutter_per_target * self.density_per_km2 / 1e6

    @property
    def speed_sigma_m_per_s(self) -> float:
        """Standard deviation of a velocity's east (or north) part: heading uniform, speed uniform."""
        low, high = self.speed_m_per_s_min, self.speed_m_per_s_max
        return math.sqrt((low * low + low * high + high * high) / 6.0)


SPARSE: Final = SkyCase("sparse", targets=100, density_per_km2=0.025)
DENSE: Final = SkyCase("dense", targets=100, density_per_km2=0.5)
DENSE_1000: Final = SkyCase("dense-1000", targets=1_000, density_per_km2=0.5)
MANOEUVRING: Final = SkyCase("manoeuvring", targets=100, density_per_km2=0.1, turning_share=0.5)

QUALITY_CASES: Final = (SPARSE, DENSE, DENSE_1000, MANOEUVRING)

SPEED_CASES: Final = (
    SkyCase("speed-1000", targets=1_000, density_per_km2=0.025),
    SkyCase("speed-10000", targets=10_000, density_per_km2=0.025),
    SkyCase("speed-100000", targets=100_000, density_per_km2=0.025, scans=20),
    # Twelve scans of 1.1 million reports are a gigabyte of columns.
    SkyCase("speed-1000000", targets=1_000_000, density_per_km2=0.025, scans=12),
)

CASES: Final = {case.name: case for case in (*QUALITY_CASES, *SPEED_CASES)}


def case_named(name: str) -> SkyCase:
    """Return the case of a name.

    Raises:
        ValueError: there is none.
    """
    if name not in CASES:
        raise ValueError(f"wanted a case among {', '.join(CASES)}, got {name!r}")
    return CASES[name]
