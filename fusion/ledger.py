"""The ledger: every committed batch on disk before anyone is told so, and checkpoints of the beliefs.

SQLite in WAL mode with ``synchronous=FULL``: a commit is on disk when it returns, and a process
killed at any moment leaves a readable file. One row holds one batch, as it came, with a checksum.
The broker keeps nothing; this file is what "acknowledged" means.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Protocol
from zlib import crc32

BYTES_MAX: Final = 8 * 1024**3
"""Bound of the file; at the bound the oldest batches before the last checkpoint go, and are counted."""

CHECKPOINTS_KEPT: Final = 2
_CHECK_EVERY: Final = 200

_LAYOUT: Final = """
create table if not exists batches (
    number integer primary key, fold_at_s real not null, source text not null, epoch integer not null,
    sequence integer not null, received_at_s real not null, topic text not null, payload blob not null,
    checksum integer not null);
create index if not exists by_fold on batches (fold_at_s);
create table if not exists checkpoints (
    cycle integer primary key, folded_to_s real not null, marks blob not null, beliefs blob not null,
    checksum integer not null);
"""


class BrokenLedger(RuntimeError):
    """The ledger holds something that is not what was written."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"{path}: {what}; move the file away to begin a new ledger")


@dataclass(frozen=True, slots=True)
class Entry:
    """One committed batch."""

    fold_at_s: float
    source: str
    epoch: int
    sequence: int
    received_at_s: float
    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The beliefs when everything up to a cycle's end was folded."""

    cycle: int
    folded_to_s: float
    marks: bytes
    beliefs: bytes


class Ledger(Protocol):
    """Where batches are committed."""

    dropped: int

    def append(self, entries: list[Entry]) -> None:
        """Commit batches together; they are durable when this returns."""
        ...

    def save(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint, and let go of older ones."""
        ...

    def checkpoint(self) -> Checkpoint | None:
        """Return the newest checkpoint that is whole."""
        ...

    def entries_after(self, folded_to_s: float) -> Iterator[Entry]:
        """Yield the batches folded after a time, in the order of the fold."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


class DiskLedger:
    """A ledger in one SQLite file."""

    def __init__(self, path: Path, *, bytes_max: int = BYTES_MAX) -> None:
        """Open or make the file.

        Raises:
            BrokenLedger: the file is no ledger.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.bytes_max, self.dropped, self._commits = path, bytes_max, 0, 0
        # Batches and checkpoints are written from threads of their own, at times side by side.
        self._lock = Lock()
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._connection.execute("pragma journal_mode=wal")
            self._connection.execute("pragma synchronous=full")
            self._connection.executescript(_LAYOUT)
        except sqlite3.DatabaseError as error:
            raise BrokenLedger(str(path), f"wanted a ledger, got a file SQLite refuses: {error}") from error

    def append(self, entries: list[Entry]) -> None:
        """Commit batches together; they are durable when this returns."""
        rows = [
            (
                e.fold_at_s,
                e.source,
                e.epoch,
                e.sequence,
                e.received_at_s,
                e.topic,
                e.payload,
                crc32(e.payload),
            )
            for e in entries
        ]
        with self._lock:
            self._write(rows)

    def _write(self, rows: list[tuple[float, str, int, int, float, str, bytes, int]]) -> None:
        self._connection.execute("begin")
        try:
            self._connection.executemany(
                "insert into batches (fold_at_s, source, epoch, sequence, received_at_s, topic,"
                " payload, checksum) values (?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            self._connection.execute("commit")
        except sqlite3.Error:
            self._connection.execute("rollback")
            raise
        self._commits += 1
        if self._commits % _CHECK_EVERY == 0:
            self._keep_bound()

    def save(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint, and let go of older ones."""
        with self._lock:
            self._connection.execute("begin")
            self._connection.execute(
                "insert or replace into checkpoints values (?, ?, ?, ?, ?)",
                (
                    checkpoint.cycle, checkpoint.folded_to_s, checkpoint.marks, checkpoint.beliefs,
                    crc32(checkpoint.marks + checkpoint.beliefs),
                ),
            )  # fmt: skip
            self._connection.execute(
                "delete from checkpoints where cycle not in"
                " (select cycle from checkpoints order by cycle desc limit ?)",
                (CHECKPOINTS_KEPT,),
            )
            self._connection.execute("commit")

    def checkpoint(self) -> Checkpoint | None:
        """Return the newest checkpoint that is whole."""
        rows = self._connection.execute(
            "select cycle, folded_to_s, marks, beliefs, checksum from checkpoints order by cycle desc"
        )
        for cycle, folded_to_s, marks, beliefs, checksum in rows:
            if crc32(marks + beliefs) == checksum:
                return Checkpoint(cycle, folded_to_s, marks, beliefs)
        return None

    def entries_after(self, folded_to_s: float) -> Iterator[Entry]:
        """Yield the batches folded after a time, in the order of the fold."""
        rows = self._connection.execute(
            "select fold_at_s, source, epoch, sequence, received_at_s, topic, payload, checksum from batches"
            " where fold_at_s > ? order by fold_at_s, source, epoch, sequence",
            (folded_to_s,),
        )
        for at_s, source, epoch, sequence, received_at_s, topic, payload, checksum in rows:
            if crc32(payload) != checksum:
                raise BrokenLedger(str(self.path), f"batch {source}:{epoch}:{sequence} fails its checksum")
            yield Entry(at_s, source, epoch, sequence, received_at_s, topic, payload)

    def close(self) -> None:
        """Close the file, when what is being written is written."""
        with self._lock:
            self._connection.close()

    def _keep_bound(self) -> None:
        pages, size, free = (
            self._connection.execute(f"pragma {name}").fetchone()[0]
            for name in ("page_count", "page_size", "freelist_count")
        )
        if (pages - free) * size <= self.bytes_max:
            return
        newest = self.checkpoint()
        if newest is None:
            return
        gone = self._connection.execute(
            "delete from batches where number in (select number from batches where fold_at_s <= ?"
            " order by number limit (select count(*) / 10 + 1 from batches))",
            (newest.folded_to_s,),
        )
        self.dropped += gone.rowcount


class MemoryLedger:
    """A ledger that forgets with its process; for tests and for people who want no files."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._checkpoint: Checkpoint | None = None
        self.dropped = 0

    def append(self, entries: list[Entry]) -> None:
        """Keep batches."""
        self._entries.extend(entries)

    def save(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint; the batches before it are not needed any more."""
        self._checkpoint = checkpoint
        self._entries = [e for e in self._entries if e.fold_at_s > checkpoint.folded_to_s]

    def checkpoint(self) -> Checkpoint | None:
        """Return the newest checkpoint."""
        return self._checkpoint

    def entries_after(self, folded_to_s: float) -> Iterator[Entry]:
        """Yield the batches folded after a time, in the order of the fold."""
        later = [e for e in self._entries if e.fold_at_s > folded_to_s]
        yield from sorted(later, key=lambda e: (e.fold_at_s, e.source, e.epoch, e.sequence))

    def close(self) -> None:
        """Nothing to close."""
