"""Chance that can be had again: every draw is a function of the seed and of what it is for.

Two ways. A batch of a sensor draws from a numpy generator seeded with (seed, sensor, batch number),
so that a restarted producer makes the same batch again. What a platform itself does by chance (when
it transmits, how its GNSS errs) is hashed from (seed, platform, count), so that every receiver hears
the same transmission. The hash is splitmix64 (Steele, Lea and Flood, Fast splittable pseudorandom
number generators, OOPSLA 2014), vectorised.
"""

import hashlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray

Keys = NDArray[np.uint64]

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)
_UNIT: Final = 2.0**-53


def stable_hash(text: str) -> int:
    """Return 63 bits of a text, the same in every process (Python's own hash is not)."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") >> 1


def generator(seed: int, name: str, number: int = 0) -> np.random.Generator:
    """Return the generator of one batch: of this seed, this name and this number only."""
    return np.random.default_rng((seed, stable_hash(name), number))


def key_of(seed: int, name: str) -> int:
    """Return the key under which a named thing draws."""
    return stable_hash(f"{seed}/{name}")


def uniforms(keys: Keys, counts: NDArray[np.int64], lane: int) -> FloatArray:
    """Return numbers within [0, 1).

    Args:
        keys: (M,) who draws.
        counts: (M,) how many times it has drawn before.
        lane: what it draws for; different lanes are independent.

    Returns:
        (M,) uniform numbers.
    """
    with np.errstate(over="ignore"):
        mixed = _mix(keys + _GOLDEN * np.uint64(2 * lane + 1))
        mixed = _mix(mixed + _GOLDEN * (counts.astype(np.uint64) + np.uint64(1)))
    return (mixed >> np.uint64(11)).astype(np.float64) * _UNIT


def normals(keys: Keys, counts: NDArray[np.int64], lane: int) -> FloatArray:
    """Return (M,) standard normal numbers (Box and Muller); arguments as in :func:`uniforms`."""
    radius = np.sqrt(-2.0 * np.log1p(-uniforms(keys, counts, 2 * lane + 1000)))
    return radius * np.cos(2.0 * np.pi * uniforms(keys, counts, 2 * lane + 1001))


def _mix(value: Keys) -> Keys:
    value = (value ^ (value >> np.uint64(30))) * _MIX_1
    value = (value ^ (value >> np.uint64(27))) * _MIX_2
    return value ^ (value >> np.uint64(31))
