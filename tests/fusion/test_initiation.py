"""New tracks begin by evidence: crossing, missed and false plots, and the bounds."""

import numpy as np

from contracts.columns import FloatArray
from contracts.platforms import Domain
from fusion.belief import Belief
from fusion.engine import fold_sweep, retire
from fusion.nursery import Nursery
from fusion.provenance import Stamp
from fusion.settings import EngineSettings
from fusion.sweep import Sweep, position_sweep
from fusion.trust import SourceRecord

SETTINGS = EngineSettings(
    domain=Domain.AIR, confirm_score=0.0, drop_score=-8.0, score_max=5.5, lost_score=0.0, speed_sigma_air_m_per_s=140.0,
    speed_max_m_per_s=400.0, noise_start_m2_per_s3=5.0,
)  # fmt: skip


def a_scan(point_m: FloatArray, at_s: float) -> Sweep:
    """(M, 2) positions on a plane, all at once, with 50 m of error."""
    count = len(point_m)
    return position_sweep(
        time_s=np.full(count, at_s), point_m=np.column_stack([point_m, np.zeros(count)]),
        spread_m2=np.tile([2500.0, 0.0, 2500.0], (count, 1)), plot_height_m=np.full(count, np.nan),
        height_sigma_m=1.0, flat=True, low_m=np.zeros(3), high_m=np.zeros(3), detection_probability=0.9,
        false_density_per_m2=np.nan,
    )  # fmt: skip


def played(scans: list[FloatArray], settings: EngineSettings = SETTINGS) -> Belief:
    """The belief after scans five seconds apart."""
    belief = Belief("test", "ALL")
    belief.sources.append(SourceRecord("radar", "radar"))
    for number, points in enumerate(scans):
        stamp = Stamp(0, 0, 0, number, 1.0, 0, 255, 0)
        fold_sweep(belief, a_scan(points, 1000.0 + 5.0 * number), stamp, settings)
        retire(belief, 1000.0 + 5.0 * number, settings)
    return belief


def clutter(count: int, seed: int) -> FloatArray:
    """(N, 2) false plots over 60 km by 60 km."""
    return np.random.default_rng(seed).uniform(-30e3, 30e3, (count, 2))


def flights(number: int, seed: int = 3) -> FloatArray:
    """(4, 2) true plots of four aircraft at a scan."""
    chance = np.random.default_rng((seed, number))
    start = np.array([[-9e3, 0.0], [0.0, -9e3], [12e3, 12e3], [-15e3, 20e3]])
    speed = np.array([[200.0, 0.0], [0.0, 200.0], [-150.0, -150.0], [80.0, -60.0]])
    return start + 5.0 * number * speed + chance.normal(0, 50, (4, 2))


def test_three_plots_in_a_row_make_a_track_and_two_do_not() -> None:
    assert played([flights(0), flights(1)]).rows == 0
    assert played([flights(0), flights(1), flights(2)]).rows == 4


def test_a_track_knows_all_the_plots_it_is_made_of() -> None:
    belief = played([flights(0), flights(1), flights(2)])

    assert belief.tracks.hits[:4].tolist() == [3, 3, 3, 3]
    assert belief.tracks.source_count[:4, 0].tolist() == [3, 3, 3, 3]
    # Founded on the first scan's plots, in their order; the newest is the third scan's.
    assert sorted(belief.tracks.founder[:4, 3].tolist()) == [0, 1, 2, 3]
    assert belief.tracks.founder[:4, 2].tolist() == [0, 0, 0, 0]
    assert belief.tracks.source_sequence[:4, 0].tolist() == [2, 2, 2, 2]


def test_one_plot_missed_on_the_way_does_not_stop_a_track() -> None:
    scans = [flights(0), flights(1), flights(2)[1:], flights(3)]

    assert played(scans).rows == 4


def test_clutter_alone_makes_hardly_a_track_and_flights_in_it_all_do() -> None:
    alone = played([clutter(60, seed) for seed in range(12)])
    among = played([np.concatenate([clutter(60, k), flights(k)]) for k in range(12)])

    assert alone.rows <= 1
    truth = np.column_stack([flights(11, seed=99), np.zeros(4)])
    apart = np.linalg.norm(among.tracks.ecef_m[: among.rows, None] - truth, axis=2)
    assert (apart.min(axis=0) < 300.0).all()
    assert among.rows <= 5


def test_no_plot_is_in_two_new_tracks() -> None:
    # Two aircraft that are one plot in the third scan, and two again afterwards. Whose plot it was cannot be
    # known, and when it is so long ago that it does not matter, both are believed.
    def meeting(scans: int) -> int:
        belief = played([np.concatenate([clutter(20, k), _meeting_plots(k)]) for k in range(scans)])
        return int((np.abs(belief.tracks.ecef_m[: belief.rows, :2]) < 8000.0).all(axis=1).sum())

    assert meeting(3) <= 1
    assert meeting(9) == 2


def _meeting_plots(scan: int) -> FloatArray:
    x_m = -2000.0 + 1000.0 * scan
    both = np.array([[x_m, 0.0], [x_m, 400.0 * (2 - scan)]])
    return both[:1] if scan == 2 else both


def test_the_bound_of_hypotheses_holds_and_is_counted() -> None:
    belief = played(
        [clutter(300, seed) for seed in range(4)], SETTINGS.model_copy(update={"starts_max": 100})
    )

    assert belief.nursery.rows <= 100
    assert belief.counters.refused_at_starts_max > 0


def test_hypotheses_survive_a_checkpoint_to_the_bit() -> None:
    scans = [np.concatenate([clutter(60, k), flights(k)]) for k in range(4)]
    straight, stopped = played(scans), played(scans[:3])
    stopped.nursery = Nursery.load(stopped.nursery.dump())

    fold_sweep(stopped, a_scan(scans[3], 1015.0), Stamp(0, 0, 0, 3, 1.0, 0, 255, 0), SETTINGS)

    assert stopped.nursery.rows == straight.nursery.rows > 0
    rows = straight.nursery.rows
    np.testing.assert_array_equal(stopped.nursery.starts[:rows], straight.nursery.starts[:rows])


def test_the_log_of_plots_does_not_grow_for_ever() -> None:
    belief = played([clutter(40, seed) for seed in range(200)])

    assert len(belief.nursery.log.time_s) < 4000
    assert belief.nursery.next_id > 5000
