"""The one door to numba: compiles a function once, keeps the result on disk.

No fast-math: the order of floating-point operations is part of the promise that the same reports
give the same bytes.

Compiled kernels are kept in a folder named after the content of the whole package. Numba alone
would look at the file of the kernel only, and go on running an old copy of what the kernel calls.
"""

import os
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba
from numba import njit

F = TypeVar("F", bound=Callable[..., Any])

PREFIX: Final = "kernels-"


def kernels_folder(package: Path) -> Path:
    """Return where the kernels of a package with this content are kept.

    Beside the package's other compiled files, or, where those may not be written, in the user's
    cache; ``NUMBA_CACHE_DIR`` overrides both.
    """
    digest = blake2b(digest_size=8)
    for file in sorted(package.glob("*.py")):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    beside = package / "__pycache__"
    writable = os.access(beside if beside.exists() else package, os.W_OK)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "triptych"
    return (beside if writable else home) / f"{PREFIX}{digest.hexdigest()}"


if "NUMBA_CACHE_DIR" not in os.environ:
    numba.config.CACHE_DIR = str(kernels_folder(Path(__file__).parent))  # type: ignore[attr-defined]  # pyright: ignore[reportPrivateImportUsage, reportAttributeAccessIssue]


def compiled(function: F) -> F:
    """Compile a kernel; it keeps its Python signature for readers and type checkers."""
    return cast("F", njit(cache=True, nogil=True, error_model="numpy")(function))
