"""The one door to numba: compiles a function once, keeps the result on disk.

No fast-math: the order of floating-point operations is part of the promise that the same reports
give the same bytes.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a kernel; it keeps its Python signature for readers and type checkers."""
    return cast("F", njit(cache=True, nogil=True, error_model="numpy")(function))
