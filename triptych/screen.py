"""What a demo says on the terminal: steps, then one line about the newest picture, then a summary."""

import statistics
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from contracts.picture import PublishedPicture
from triptych.observer import Seen


@dataclass(frozen=True, slots=True)
class Summary:
    """How a demo went."""

    ran_s: float
    seen: Seen
    restarts: dict[str, int]
    data: Path


class Screen:
    """A terminal, or a file that the output goes to: then there are only whole lines."""

    def __init__(self, console: Console | None = None) -> None:
        """Write to standard output, or to another console."""
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._status: Status | None = None

    @contextmanager
    def waiting(self, text: str) -> Generator[None]:
        """Show that something is waited for; said as a line where nothing can be animated."""
        if not self._console.is_terminal:
            self.begin(text)
            yield
            return
        with self._console.status(escape(text)) as status:
            self._status = status
            try:
                yield
            finally:
                self._status = None

    def now_waiting_for(self, text: str) -> None:
        """Change what is waited for."""
        if self._status is not None:
            self._status.update(escape(text))

    def done(self, text: str) -> None:
        """Say that a step is done."""
        self._console.print(f"[green]✓[/green] {escape(text)}")

    def begin(self, text: str) -> None:
        """Say that a step begins."""
        self._console.print(f"· {escape(text)}")

    def news(self, text: str) -> None:
        """Say that something went wrong and what is done about it."""
        self._console.print(f"[yellow]![/yellow] {escape(text)}")

    def line_of(self, name: str, line: str) -> None:
        """Pass on what a child said."""
        self._console.print(f"[dim]{escape(name):>16}[/dim] {escape(line)}")

    def map_is_at(self, url: str, *, recorded: bool) -> None:
        """Say where the map is, and that nothing on it is happening."""
        self._console.print(f"\n  The map: [bold]{escape(url)}[/bold]   Ctrl-C stops everything.")
        if recorded:
            self._console.print("  Recorded ships, played again: nothing on it is happening now.\n")
        else:
            self._console.print("  Exercise, simulated data: nothing on it is real.\n")

    def picture(self, published: PublishedPicture, tracks: int) -> None:
        """Say what the newest picture holds: over the last such line on a terminal, below it in a file."""
        late_ms = (published.published_at_s - published.due_at_s) * 1e3
        text = (
            f"picture {published.cycle}: {tracks} tracks, {len(published.picture) / 1e3:.0f} kB, "
            f"published {late_ms:.1f} ms after it was due"
        )
        if self._status is not None:
            self._status.update(text)
        else:
            self._console.print(text)

    def summary(self, summary: Summary) -> None:
        """Say how it went."""
        seen = summary.seen
        cycles = "no picture came"
        if seen.first_cycle is not None:
            missing = f"{seen.missing} missing" if seen.missing else "none missing"
            late_ms = statistics.median(seen.late_s) * 1e3
            cycles = (
                f"cycles {seen.first_cycle} to {seen.last_cycle}, {missing}; "
                f"published {late_ms:.1f} ms after they were due (median of {len(seen.late_s)})"
            )
        dropped = ", ".join(f"{name} {count:g}" for name, count in seen.dropped().items())
        restarts = ", ".join(f"{name} {count}" for name, count in summary.restarts.items() if count)
        self._console.print(f"\nRan for {summary.ran_s:.0f} s.")
        self._console.print(f"  pictures       {cycles}")
        self._console.print(f"  tracks         {seen.tracks} in the last picture")
        self._console.print(f"  dropped        {dropped or 'nothing'}")
        self._console.print(f"  started again  {restarts or 'nothing'}")
        self._console.print(f"  data           {escape(str(summary.data))}")
