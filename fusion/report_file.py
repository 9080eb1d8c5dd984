"""Files of reports: a numpy archive of columns (``.npz``), or a table with a heading (``.csv``)."""

import csv
import zipfile
import zlib
from pathlib import Path

import numpy as np

from contracts.columns import FloatArray
from fusion.report_checks import BadColumn, LeftOut, check
from fusion.report_table import COLUMNS, ReportTable


def read_reports(path: Path, *, planar: bool) -> tuple[ReportTable, LeftOut]:
    """Return the reports of a file, and what was left out of them.

    In a ``.csv`` an empty field is a number that was not measured; row 0 is the first below the heading.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no such file; a :class:`BadColumn` where a column is wrong.
    """
    if path.suffix == ".npz":
        return check(_from_npz(path), planar=planar)
    if path.suffix == ".csv":
        return check(_from_csv(path), planar=planar)
    raise ValueError(f"wanted a file of reports that ends with .npz or .csv, got {path.name!r}")


def _from_npz(path: Path) -> dict[str, FloatArray]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in COLUMNS if name in archive.files}
    except (ValueError, TypeError, AttributeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"wanted a numpy archive of columns of numbers, got {path.name}: {error}") from error


def _from_csv(path: Path) -> dict[str, FloatArray]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        try:
            heading, *rows = csv.reader(file)
        except (ValueError, csv.Error) as error:
            raise ValueError(
                f"wanted a heading and a row for each report, got {path.name}: {error}"
            ) from error
    names = [name.strip() for name in heading]
    for k, row in enumerate(rows):
        if len(row) != len(names):
            raise BadColumn(names[min(len(row), len(names) - 1)], f"{len(names)} fields", len(row), k)
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return {
        name: _numbers(name, texts) for name, texts in zip(names, columns, strict=True) if name in COLUMNS
    }


def _numbers(name: str, texts: tuple[str, ...]) -> FloatArray:
    values = np.full(len(texts), np.nan)
    for row, text in enumerate(texts):
        if text and not text.isspace():
            try:
                values[row] = float(text)
            except ValueError:
                raise BadColumn(name, "a number", repr(text[:40]), row) from None
    return values
