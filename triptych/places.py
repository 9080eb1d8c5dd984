"""Where things lie: the scenarios that come with Triptych, and the folder for what a run leaves behind."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent
_CHECKOUT: Final = _PACKAGE.parent


def in_checkout() -> bool:
    """Return whether this runs from a checkout of the repository, not from an installed wheel."""
    return (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "scenarios").is_dir()


def scenarios_folder() -> Path:
    """Return the folder of the scenarios that come with Triptych."""
    return _CHECKOUT / "scenarios" if in_checkout() else _PACKAGE / "scenarios"


def data_folder() -> Path:
    """Return ``var/``: of the checkout, or of the working directory when installed from a wheel."""
    return (_CHECKOUT if in_checkout() else Path.cwd()) / "var"
