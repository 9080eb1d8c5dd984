"""Land and sea at one kilometre, from the package global-land-mask (GLOBE, public domain data, MIT code).

The package's own reader unpacks a gigabyte; this one streams through the same file and keeps a window.
"""

import importlib.util
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

CELLS_PER_DEGREE: Final = 120
_WIDTH: Final = 360 * CELLS_PER_DEGREE


@dataclass(frozen=True, slots=True)
class Land:
    """A window of the mask, north-west corner first."""

    north_deg: int
    west_deg: int
    ground: NDArray[np.bool_]

    def is_land(self, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which places are on land; a place outside the window raises IndexError."""
        row = np.floor((self.north_deg - lat_deg) * CELLS_PER_DEGREE).astype(int)
        column = np.floor((lon_deg - self.west_deg) * CELLS_PER_DEGREE).astype(int)
        if row.min(initial=0) < 0 or column.min(initial=0) < 0:
            raise IndexError("a place lies outside the window of the land mask")
        ground: NDArray[np.bool_] = self.ground[row, column]
        return ground


def read_land(north_deg: int, south_deg: int, west_deg: int, east_deg: int) -> Land:
    """Read a window of the mask."""
    rows = range((90 - north_deg) * CELLS_PER_DEGREE, (90 - south_deg) * CELLS_PER_DEGREE)
    columns = slice((west_deg + 180) * CELLS_PER_DEGREE, (east_deg + 180) * CELLS_PER_DEGREE)
    with zipfile.ZipFile(_file()) as archive, archive.open("mask.npy") as stream:
        _skip_header(stream)
        stream.read(rows.start * _WIDTH)
        # The file says where the sea is.
        sea = [np.frombuffer(stream.read(_WIDTH), dtype=np.bool_)[columns] for _ in rows]
    return Land(north_deg, west_deg, ~np.array(sea))


def _file() -> Path:
    spec = importlib.util.find_spec("global_land_mask")
    assert spec is not None, "the tests need global-land-mask: pip install .[dev]"
    assert spec.origin is not None
    return Path(spec.origin).with_name("globe_combined_mask_compressed.npz")


def _skip_header(stream: IO[bytes]) -> None:
    version = np.lib.format.read_magic(stream)
    assert version == (1, 0)
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    assert (shape, fortran, dtype) == ((21_600, 43_200), False, np.dtype(bool)), (shape, fortran, dtype)
