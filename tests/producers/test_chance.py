import subprocess
import sys

import numpy as np

from producers.chance import generator, key_of, normals, stable_hash, uniforms

DRAWS = 100_000
FOUR_SIGMA = 4.0


def _keys(count: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.array([key_of(1, f"platform-{place}") for place in range(count)], dtype=np.uint64)


def test_a_batch_draws_the_same_whenever_it_is_made_again() -> None:
    first = generator(3, "headland", 17).random(5)
    again = generator(3, "headland", 17).random(5)

    assert first.tobytes() == again.tobytes()


def test_seed_name_and_number_each_change_the_draw() -> None:
    draws = {
        generator(seed, name, number).random()
        for seed, name, number in ((3, "a", 1), (4, "a", 1), (3, "b", 1), (3, "a", 2))
    }

    assert len(draws) == 4


def test_a_hash_is_the_same_in_another_process() -> None:
    code = "from producers.chance import stable_hash; print(stable_hash('lantern'))"

    other = subprocess.run(  # noqa: S603 - our own interpreter
        [
            sys.executable,
            "-c",
            code,
        ],
        capture_output=True,
        check=True,
        text=True,
    )

    assert int(other.stdout) == stable_hash("lantern")


def test_hashed_numbers_are_uniform() -> None:
    numbers = uniforms(np.full(DRAWS, key_of(1, "ship"), dtype=np.uint64), np.arange(DRAWS), 0)

    counts, _ = np.histogram(numbers, bins=20, range=(0.0, 1.0))
    expected = DRAWS / 20
    chi_square = float(((counts - expected) ** 2 / expected).sum())
    assert chi_square < 19 + FOUR_SIGMA * np.sqrt(2 * 19)


def test_hashed_normals_have_mean_zero_and_variance_one() -> None:
    numbers = normals(_keys(1000).repeat(100), np.tile(np.arange(100), 1000), 2)

    assert abs(numbers.mean()) < FOUR_SIGMA / np.sqrt(DRAWS)
    assert abs(numbers.var() - 1.0) < FOUR_SIGMA * np.sqrt(2.0 / DRAWS)


def test_lanes_are_independent() -> None:
    keys, counts = np.full(DRAWS, key_of(1, "ship"), dtype=np.uint64), np.arange(DRAWS)

    correlation = np.corrcoef(normals(keys, counts, 0), normals(keys, counts, 1))[0, 1]

    assert abs(correlation) < FOUR_SIGMA / np.sqrt(DRAWS)
