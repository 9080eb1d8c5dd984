import numpy as np

from producers.returns import NOTHING, join, sector_of
from tests.producers.builders import STARTEX_S, a_radar


def test_nothing_joined_with_nothing_is_nothing() -> None:
    assert len(join(NOTHING, NOTHING).at_s) == 0


def test_sectors_cover_every_direction_once() -> None:
    row = a_radar(revolution_s=7.0, sectors=7)
    azimuth = np.linspace(0.0, 2.0 * np.pi, 1_000, endpoint=False)

    covered = np.sum([sector_of(row, STARTEX_S, n).covers(azimuth) for n in range(7)], axis=0)

    assert (covered == 1).all()


def test_the_beam_passes_within_the_interval() -> None:
    sector = sector_of(a_radar(revolution_s=8.0, sectors=4), STARTEX_S, 6)
    azimuth = np.linspace(np.pi, 1.499 * np.pi, 50)

    times = sector.passes_s(azimuth)

    assert sector.from_s <= times.min()
    assert times.max() < sector.to_s
    assert (np.diff(times) > 0.0).all()
