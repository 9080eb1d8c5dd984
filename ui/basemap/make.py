"""Make the base map: packages in, four small GeoJSON files out. Run by hand, rarely; README.md says how."""

import argparse
from pathlib import Path

import geojson
from depths import depth_bands
from inputs import fetch
from land import lakes, land

HERE = Path(__file__).resolve().parent
GRATICULE_STEPS_DEG = (30, 10, 5, 1)
LATITUDE_MAX_DEG = 85


def main() -> None:
    """Fetch the inputs and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=Path, default=HERE.parents[1] / "var" / "basemap")
    parser.add_argument("--out", type=Path, default=HERE.parent / "public" / "basemap")
    options = parser.parse_args()
    inputs = fetch(options.inputs)
    options.out.mkdir(parents=True, exist_ok=True)

    for name, shape in {
        "land": land(inputs.land_10m, inputs.land_50m),
        "lakes": lakes(inputs.lakes_10m),
    }.items():
        features = geojson.polygon_features(shape, decimals=3)
        print(geojson.write(options.out / f"{name}.geojson", features))

    bands = depth_bands(inputs.depths)
    features = [
        feature
        for depth_m, shape in bands.items()
        for feature in geojson.polygon_features(shape, decimals=3, properties={"depth_m": depth_m})
    ]
    print(geojson.write(options.out / "depths.geojson", features))
    print(geojson.write(options.out / "graticule.geojson", graticule()))


def graticule() -> list[geojson.Feature]:
    """Return meridians and parallels, each once, with the coarsest step it belongs to."""
    features = []
    for deg in range(-180, 181):
        step_deg = next(step for step in GRATICULE_STEPS_DEG if deg % step == 0)
        properties = {"step_deg": step_deg}
        if deg < 180:
            ends = [(deg, -LATITUDE_MAX_DEG), (deg, LATITUDE_MAX_DEG)]
            features.append(geojson.line_feature(ends, properties))
        if abs(deg) <= LATITUDE_MAX_DEG:
            features.append(geojson.line_feature([(-180, deg), (180, deg)], properties))
    return features


if __name__ == "__main__":
    main()
