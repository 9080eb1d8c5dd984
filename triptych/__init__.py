"""Composition root and command line: the only package that may import all the others."""

from typing import Final

__version__: Final = "0.1.0"
