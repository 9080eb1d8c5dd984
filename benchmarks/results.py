"""Results on disk: one JSON file per run, with the host's facts beside the numbers."""

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from benchmarks.host import Host

RESULTS: Final = Path(__file__).parent / "results"
"""Where results lie in a checkout."""

Json = dict[str, Any]


def save(bench: str, host: Host, asked: Json, found: Json, folder: Path) -> Path:
    """Write a result and return its file.

    Args:
        bench: which bench, the first word of the file's name.
        host: what it ran on.
        asked: what was asked for: options and seeds.
        found: the numbers.
        folder: made where it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = host.measured_at[:19].replace(":", "").replace("-", "")
    path = folder / f"{bench}-{stamp}Z.json"
    result = {"bench": bench, "simulated": True, "host": asdict(host), "asked": asked, "found": found}
    path.write_text(json.dumps(_plain(result), indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return path


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: no sample is null, never NaN; numbers at six digits."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    if isinstance(value, Path):
        return value.name
    return value
