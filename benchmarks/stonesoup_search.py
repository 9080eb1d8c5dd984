"""Looks for Stone Soup's best settings on a case: ``python -m benchmarks.stonesoup_search --case dense``.

Coordinate descent: one setting after another takes the value with the least GOSPA per target, averaged
over seeds that no result is ever given for, until a whole round changes nothing. An associator starts
from the best that was tried with it, or else with any other. The result is frozen in
``benchmarks/stonesoup_settings.py``. It takes a few CPU hours for all cases; what was tried is kept under
``var/``, so that a search which was stopped goes on. Of ``dense-1000`` it plays a third, at the same
density and with one seed.
"""

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer

from benchmarks.sky import make_sky
from benchmarks.sky_cases import DENSE_1000, QUALITY_CASES, SkyCase, case_named
from benchmarks.sky_quality import quality_of
from benchmarks.sky_scoring import score_run
from benchmarks.stonesoup_tracker import Associator, StoneSoupSettings, play_stonesoup
from triptych.places import data_folder

SEEDS: Final = (101, 102)

CHOICES: Final[dict[str, tuple[Any, ...]]] = {
    "points_wanted": (2, 3, 4, 5),
    "held_misses_max": (1, 2, 3),
    "misses_max": (2, 3, 4, 5),
    "noise_m2_per_s3": (0.1, 1.0, 10.0, 30.0, 100.0, 300.0),
    "gate_sigma": (3.0, 4.0, 5.0),
    "gate_sigma_held": (2.5, 3.0, 3.5),
}
_ASSOCIATORS: Final[tuple[Associator, ...]] = ("kd-gnn", "tpr-gnn", "jpda")
_DEFAULT: Final = StoneSoupSettings("kd-gnn")


class Search:
    """Tries settings on one case, and remembers what it has tried."""

    def __init__(self, case: SkyCase, folder: Path) -> None:
        played, seeds = (replace(case, targets=300), SEEDS[:1]) if case == DENSE_1000 else (case, SEEDS)
        self.skies = [make_sky(played, seed) for seed in seeds]
        self.path = folder / f"{case.name}.json"
        self.tried: dict[str, float] = json.loads(self.path.read_text()) if self.path.is_file() else {}

    def gospa_m(self, settings: StoneSoupSettings) -> float:
        """Return the mean GOSPA per target over the seeds."""
        key = repr(settings)
        if key not in self.tried:
            runs = [score_run(sky.truth, play_stonesoup(sky, settings).tracks) for sky in self.skies]
            each = [quality_of([run], sky.case.period_s) for run, sky in zip(runs, self.skies, strict=True)]
            self.tried[key] = float(np.mean([one.gospa_per_target_m for one in each]))
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps(self.tried, indent=1))
            typer.echo(f"  {self.tried[key]:7.2f}  {settings}")
        return self.tried[key]

    def best(self, associator: Associator) -> StoneSoupSettings:
        """Return the best of all that was tried, and the default when nothing was, with an associator."""
        tried = {settings_from(key): gospa_m for key, gospa_m in self.tried.items()}
        own = {one: gospa_m for one, gospa_m in tried.items() if one.associator == associator} or tried
        return replace(min(own, key=lambda one: own[one], default=_DEFAULT), associator=associator)

    def descend(self, start: StoneSoupSettings) -> StoneSoupSettings:
        """Return where nothing gets better by changing one setting alone."""
        best, before = start, None
        while best != before:
            before = best
            for name, values in CHOICES.items():
                if name == "gate_sigma" and best.associator == "jpda":
                    continue
                best = min((replace(best, **{name: value}) for value in values), key=self.gospa_m)
        return best


def settings_from(text: str) -> StoneSoupSettings:
    """Return settings from what ``repr`` makes of them."""
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)  # noqa: S101 - we wrote it
    return StoneSoupSettings(**{str(one.arg): ast.literal_eval(one.value) for one in call.keywords})


def main(
    case: Annotated[list[str] | None, typer.Option(help="All quality cases where none is given.")] = None,
    associator: Annotated[list[str] | None, typer.Option(help="All where none is given.")] = None,
) -> None:
    """Search on from the best of what was tried, and print every step and what is best then."""
    for one in [case_named(name) for name in case] if case else QUALITY_CASES:
        search = Search(one, data_folder() / "benchmarks" / "stonesoup-search")
        for name in _ASSOCIATORS:
            if associator and name not in associator:
                continue
            typer.echo(f"{one.name} {name}")
            best = search.descend(search.best(name))
            typer.echo(f"best of {one.name}: {search.gospa_m(best):.2f} m with {best}")


if __name__ == "__main__":
    typer.run(main)
