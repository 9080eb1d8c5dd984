"""What run 2 of the Autoferry recordings tells: ``python -m benchmarks.autoferry_search FOLDER``.

Prints the errors of each sensor on that run, and then the settings of the engine with which the *radar alone*
does best on it, one after the other until none gets better by changing one. Nothing looks at another run, and
no setting of the engine is chosen by what bearings do with it.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import numpy as np
import typer

from benchmarks.autoferry_bench import SETTINGS, knowledge_of, play
from benchmarks.autoferry_runs import (
    BEARINGS,
    BOATS,
    DEFAULT_FOLDER,
    NAMED,
    RADAR,
    Detections,
    read_run,
)
from contracts.columns import FloatArray, IntArray

RUN: Final = 2
"""The one run that is looked at."""

CHOICES: Final[dict[str, tuple[Any, ...]]] = {
    "confirm_score": (6.0, 10.0, 14.0, 18.0, 22.0, 26.0),
    "lost_score": (4.0, 6.0, 8.0, 10.0, 14.0),
    "hits_to_confirm": (3, 4, 5),
    "noise_m2_per_s3": (0.03, 0.1, 0.3, 1.0),
    "coast_surface_s": (10.0, 20.0, 40.0),
    "new_density_per_m2": (1e-7, 1e-6, 1e-5),
    "speed_sigma_surface_m_per_s": (2.0, 3.0, 5.0),
    "detection_probability": (0.8, 0.9, 0.95),
}
_NEAR_M: Final = 15.0
_NEAR_RAD: Final = 0.12


def chosen_of(tables: dict[str, Any]) -> dict[str, Any]:
    """Return what the tables of a settings file have of :data:`CHOICES`."""
    radar = tables["sensor"][str(RADAR)]
    apart = {
        "noise_m2_per_s3": tables["noise_surface_m2_per_s3"],
        "detection_probability": radar["detection_probability"],
    }
    return {name: tables[name] for name in CHOICES if name not in apart} | apart


def tables_of(chosen: dict[str, Any], fixed: dict[str, Any]) -> dict[str, Any]:
    """Return the tables of a settings file with what is chosen in their places.

    Args:
        chosen: of :data:`CHOICES`.
        fixed: the tables of a settings file.
    """
    chosen = dict(chosen)
    noise = chosen.pop("noise_m2_per_s3")
    radar = {"detection_probability": chosen.pop("detection_probability")}
    return fixed | chosen | {
        "score_max": chosen["confirm_score"] + chosen["lost_score"],
        "noise_surface_m2_per_s3": noise,
        "noise_unknown_m2_per_s3": noise,
        "noise_start_m2_per_s3": noise,
        "sensor": fixed.get("sensor", {}) | {str(RADAR): radar},
    }  # fmt: skip


def descend(run: list[Detections]) -> tuple[dict[str, Any], float]:
    """Return where GOSPA of the radar alone gets no less by changing one setting, and its GOSPA.

    It starts from the settings as they are: where they still stand, it ends there at once.
    """
    fixed = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))

    def gospa_m(chosen: dict[str, Any]) -> float:
        return play(run, (RADAR,), knowledge_of(tables_of(chosen, fixed))).gospa_m

    best, before = chosen_of(fixed), None
    least_m = gospa_m(best)
    while best != before:
        before = best
        for name, values in CHOICES.items():
            tried = {value: gospa_m(best | {name: value}) for value in values}
            typer.echo(f"{name}: " + ", ".join(f"{value:g} {got_m:.2f} m" for value, got_m in tried.items()))
            value = min(tried, key=lambda one: tried[one])
            if tried[value] < least_m:
                best, least_m = best | {name: value}, tried[value]
    return best, least_m


class Shown(NamedTuple):
    """What a sensor shows of itself on a run, the boats taken alike.

    Attributes:
        sigma: root mean square error of a place, m; or standard deviation of a bearing, rad.
        detection_probability: looks with a detection near a boat, among all.
        false_per_rad: detections beyond those, in a radian and look.
        looks_per_error: how many looks in a row share the error of their bearings; NaN of places.
        range_max_m: of the farthest boat that it detected.
    """

    sigma: float
    detection_probability: float
    false_per_rad: float
    looks_per_error: float
    range_max_m: float


def shown_by(looks: Sequence[Detections]) -> Shown:
    """Return what one sensor's looks show of it."""
    of_boat = [errors(looks, boat) for boat in range(BOATS)]
    detected = [len(error) / len(looks) for error, _ in of_boat]
    false = float(np.mean([len(each.found) for each in looks])) - sum(detected)
    if looks[0].sensor not in BEARINGS:
        sigma = float(np.sqrt((np.concatenate([error for error, _ in of_boat]) ** 2).mean()))
        shared = float("nan")
    else:
        sigma = float(np.mean([error.std() for error, _ in of_boat]))
        shared = float(np.mean([looks_per_error(error - error.mean(), place) for error, place in of_boat]))
    far_m = [
        float(np.linalg.norm(looks[k].truth_m[boat] - looks[k].own_m))
        for boat, (_, place) in enumerate(of_boat)
        for k in place
    ]
    return Shown(sigma, float(np.mean(detected)), false / (2.0 * np.pi), shared, max(far_m))


def errors(looks: Sequence[Detections], target: int) -> tuple[FloatArray, IntArray]:
    """Return how far off a boat was seen (metres east and north, or radians), and in which looks.

    Args:
        looks: of one sensor.
        target: which boat; seen by the nearest detection, if that is near at all.
    """
    error, place = [], []
    for k, each in enumerate(looks):
        if not len(each.found):
            continue
        away_m = each.truth_m[target] - each.own_m
        if each.sensor in BEARINGS:
            off = (each.found - np.arctan2(away_m[0], away_m[1]) + np.pi) % (2.0 * np.pi) - np.pi
            size, limit = np.abs(off), _NEAR_RAD
        else:
            off = each.found - away_m
            size, limit = np.hypot(off[:, 0], off[:, 1]), _NEAR_M
        nearest = int(np.argmin(size))
        if size[nearest] < limit:
            error.append(off[nearest])
            place.append(k)
    return np.array(error), np.array(place, np.int64)


def looks_per_error(error: FloatArray, place: IntArray) -> float:
    """Return how many looks in a row share an error: one, and twice the sum of its correlations.

    Args:
        error: (K,) about their mean.
        place: (K,) numbers of their looks, ascending.
    """
    by_look = np.full(place[-1] + 1, np.nan)
    by_look[place] = error
    total = 1.0
    for lag in range(1, len(by_look) // 2):
        product = by_look[lag:] * by_look[:-lag]
        known = product[~np.isnan(product)]
        alike = float(known.mean() / error.var()) if known.size else 0.0
        if not alike > 0.0:
            break
        total += 2.0 * alike
    return total


def main(
    folder: Annotated[Path, typer.Argument(help="Of the recordings.", show_default=True)] = DEFAULT_FOLDER,
) -> None:
    """Print what run 2 tells."""
    run = read_run(folder, RUN)
    for sensor, name in NAMED.items():
        shown = shown_by([each for each in run if each.sensor == sensor])
        typer.echo(f"{name}: " + ", ".join(f"{what} {value:.3g}" for what, value in shown._asdict().items()))
    best, least_m = descend(run)
    typer.echo(f"best for the radar alone on run {RUN}: {least_m:.2f} m with {best}")


if __name__ == "__main__":
    typer.run(main)
