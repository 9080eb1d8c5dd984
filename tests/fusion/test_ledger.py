"""The ledger: durable, ordered, bounded, and honest about damage."""

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fusion.ledger import BrokenLedger, Checkpoint, DiskLedger, Entry, Ledger, MemoryLedger


def an_entry(number: int, at_s: float | None = None) -> Entry:
    return Entry(
        float(number) if at_s is None else at_s, "radar-a", 0, number, 1.0, "t", b"payload %d" % number
    )


@pytest.fixture(params=["disk", "memory"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    return DiskLedger(tmp_path / "a.ledger") if request.param == "disk" else MemoryLedger()


def test_entries_come_back_in_the_order_of_the_fold(ledger: Ledger) -> None:
    ledger.append([an_entry(3), an_entry(1)])
    ledger.append([an_entry(2)])

    assert [e.sequence for e in ledger.entries_after(1.0)] == [2, 3]
    ledger.close()


def test_the_newest_checkpoint_comes_back(ledger: Ledger) -> None:
    for cycle in range(5):
        ledger.save(Checkpoint(cycle, 30.0 * cycle, b"m", b"b%d" % cycle))

    assert ledger.checkpoint() == Checkpoint(4, 120.0, b"m", b"b4")
    ledger.close()


def test_an_empty_ledger_has_no_checkpoint(ledger: Ledger) -> None:
    assert ledger.checkpoint() is None
    assert list(ledger.entries_after(0.0)) == []
    ledger.close()


def test_what_was_committed_is_there_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "killed.ledger"
    script = (
        "import sys; from pathlib import Path; from fusion.ledger import DiskLedger, Entry\n"
        "ledger = DiskLedger(Path(sys.argv[1]))\n"
        "for n in range(1000000):\n"
        "    ledger.append([Entry(float(n), 's', 0, n, 1.0, 't', b'x' * 1000)])\n"
        "    print(n, flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stdout is not None
    committed = -1
    for line in process.stdout:
        committed = int(line)
        if committed >= 25:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()

    ledger = DiskLedger(path)

    assert [e.sequence for e in ledger.entries_after(-1.0)][: committed + 1] == list(range(committed + 1))
    ledger.close()


def test_a_damaged_batch_is_named(tmp_path: Path) -> None:
    path = tmp_path / "damaged.ledger"
    ledger = DiskLedger(path)
    ledger.append([an_entry(1)])
    ledger.close()
    with sqlite3.connect(path) as connection:
        connection.execute("update batches set payload = x'00'")
    connection.close()
    ledger = DiskLedger(path)

    with pytest.raises(BrokenLedger, match="radar-a:0:1 fails its checksum"):
        list(ledger.entries_after(0.0))
    ledger.close()


def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "damaged.ledger"
    ledger = DiskLedger(path)
    ledger.save(Checkpoint(1, 30.0, b"m", b"one"))
    ledger.save(Checkpoint(2, 60.0, b"m", b"two"))
    ledger.close()
    with sqlite3.connect(path) as connection:
        connection.execute("update checkpoints set beliefs = x'00' where cycle = 2")
    connection.close()
    ledger = DiskLedger(path)

    newest = ledger.checkpoint()

    assert newest is not None
    assert newest.cycle == 1
    ledger.close()


def test_a_file_that_is_no_ledger_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "not.ledger"
    path.write_bytes(b"this is not a database, and long enough to say so" * 30)

    with pytest.raises(BrokenLedger, match="move the file away"):
        DiskLedger(path)


def test_at_its_bound_the_oldest_batches_before_the_checkpoint_go_and_are_counted(tmp_path: Path) -> None:
    ledger = DiskLedger(tmp_path / "small.ledger", bytes_max=200_000)
    ledger.save(Checkpoint(1, 500.0, b"m", b"b"))
    for number in range(800):
        ledger.append([Entry(float(number), "s", 0, number, 1.0, "t", os.urandom(500))])

    kept = [e.sequence for e in ledger.entries_after(-1.0)]

    assert ledger.dropped > 0
    assert kept[-1] == 799
    assert all(number in kept for number in range(501, 800))
    ledger.close()


def test_batches_and_checkpoints_written_side_by_side_do_not_meet_in_one_transaction(tmp_path: Path) -> None:
    ledger = DiskLedger(tmp_path / "side-by-side.ledger")

    def commit() -> None:
        for number in range(150):
            ledger.append([an_entry(number)])

    def save() -> None:
        for cycle in range(40):
            ledger.save(Checkpoint(cycle, 0.0, b"m", os.urandom(100_000)))

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(commit), threads.submit(save)]:
            done.result()

    assert len(list(ledger.entries_after(-1.0))) == 150
    newest = ledger.checkpoint()
    assert newest is not None
    assert newest.cycle == 39
    ledger.close()
