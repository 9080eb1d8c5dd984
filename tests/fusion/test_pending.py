"""The order of the fold."""

from fusion.pending import Pending, fold_at_s
from tests.fusion.sky import START_S, Radar, ships


def test_batches_come_out_by_sensor_time_whatever_the_order_of_arrival() -> None:
    scans = list(Radar(clutter=0.0).scans(ships(1), 6))
    pending = Pending()
    for scan in reversed(scans):
        pending.put(scan.measured_to_s, scan)

    out = [pending.take_until(START_S + 100.0) for _ in scans]

    assert out == scans
    assert pending.take_until(START_S + 100.0) is None


def test_nothing_comes_out_before_it_is_due() -> None:
    scan = next(Radar(clutter=0.0).scans(ships(1), 2))
    pending = Pending()
    pending.put(scan.measured_to_s, scan)

    assert pending.take_until(scan.measured_to_s - 0.001) is None
    assert len(pending) == 1


def test_a_late_batch_is_folded_just_after_what_is_folded_already() -> None:
    scan = next(Radar(clutter=0.0).scans(ships(1), 2))

    assert fold_at_s(scan, START_S + 50.0) > START_S + 50.0
    assert fold_at_s(scan, START_S + 50.0) - (START_S + 50.0) < 1e-6
    assert fold_at_s(scan, START_S - 50.0) == scan.measured_to_s
