"""The sparse assignment against SciPy's dense one, on random graphs with ties, gaps and empty rows."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from fusion.assignment import assign

ALONE = 1e6


def graph_of(
    costs: list[list[float | None]], columns: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    start, column, cost = [0], [], []
    for row in costs:
        for j, value in enumerate(row[:columns]):
            if value is not None:
                column.append(j)
                cost.append(value)
        start.append(len(column))
    return np.array(start, np.int64), np.array(column, np.int64), np.array(cost, np.float64)


def least_cost(costs: list[list[float | None]], columns: int) -> float:
    rows = len(costs)
    dense = np.full((rows, columns + rows), ALONE)
    for i, row in enumerate(costs):
        for j, value in enumerate(row[:columns]):
            dense[i, j] = ALONE if value is None else value
        dense[i, columns + i] = 0.0
    chosen = linear_sum_assignment(dense)
    return float(dense[chosen].sum())


cell = st.one_of(st.none(), st.integers(-6, 3).map(float), st.floats(-9, 3, allow_nan=False))


@settings(max_examples=400, deadline=None)
@given(
    st.integers(0, 7).flatmap(
        lambda c: st.tuples(st.just(c), st.lists(st.lists(cell, min_size=c, max_size=c), max_size=7))
    )
)
def test_the_sum_of_costs_is_the_least_there_is(case: tuple[int, list[list[float | None]]]) -> None:
    columns, costs = case

    found = assign(*graph_of(costs, columns), columns)

    total = sum(costs[i][j] or 0.0 for i, j in enumerate(found.tolist()) if j >= 0)
    assert abs(total - least_cost(costs, columns)) < 1e-9


def test_no_column_is_given_twice() -> None:
    found = assign(*graph_of([[-1.0, None], [-1.0, None], [-1.0, -0.5]], 2), 2)

    given_away = [j for j in found.tolist() if j >= 0]
    assert sorted(given_away) == [0, 1]


def test_a_row_stays_alone_rather_than_take_a_pair_that_costs() -> None:
    assert assign(*graph_of([[0.5]], 1), 1).tolist() == [-1]


def test_an_empty_graph_gives_nothing() -> None:
    assert assign(np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0), 0).tolist() == []


def test_greed_is_not_good_enough() -> None:
    # Greedy would give column 0 to row 0 (-5) and leave row 1 alone; the best sum is -4 - 4.
    assert assign(*graph_of([[-5.0, -4.0], [-4.0, None]], 2), 2).tolist() == [1, 0]
