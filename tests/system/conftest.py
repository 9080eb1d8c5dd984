"""One undisturbed run that the others are compared with."""

import pytest

from tests.system.chain import Witness, pictures_to_cycle
from tests.virtual_time import run_in_virtual_time

LAST_CYCLE = 6
"""Three minutes of exercise: enough for every sensor to have spoken many times."""


@pytest.fixture(scope="session")
def undisturbed() -> Witness:
    """What a chain publishes when nothing happens to it: the small scenario, seed 1."""
    return run_in_virtual_time(pictures_to_cycle(LAST_CYCLE))
