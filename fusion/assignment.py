"""Exact assignment on a sparse graph: which plot is which track's, so that the sum of costs is least.

Successive shortest augmenting paths with potentials (Jonker and Volgenant, Computing 38, 1987),
over the sparse candidate pairs only. Every row may also stay alone at cost 0, so only pairs with a
negative cost (more likely than a miss and a false plot together) are worth making, and the best
sum over all rows is found, not a greedy one. Ties fall the same way every time: to the lower column.
"""

from heapq import heappop, heappush

import numpy as np

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled


@compiled
def assign(row_start: IntArray, column: IntArray, cost: FloatArray, columns: int) -> IntArray:
    """Return for every row its column, or -1 where staying alone is better.

    Args:
        row_start: (R + 1,) pairs of row i are ``row_start[i]`` up to ``row_start[i + 1]``.
        column: (P,) the column of each pair, 0 to ``columns`` - 1.
        cost: (P,) cost of each pair; staying alone costs 0. Finite.
        columns: how many columns there are.

    Returns:
        (R,) column of each row, -1 for none. No column is given twice.
    """
    rows = row_start.size - 1
    row_potential, column_potential = np.zeros(rows), np.zeros(columns)
    column_of, row_of = np.full(rows, -1), np.full(columns, -1)
    distance, from_row = np.full(columns, np.inf), np.full(columns, -1)
    done = np.zeros(columns, np.bool_)
    touched, scanned = np.empty(columns, np.int64), np.empty(rows, np.int64)
    row_distance = np.zeros(rows)
    for start in range(rows):
        first, last = row_start[start], row_start[start + 1]
        if first == last:
            continue
        lowest = 0.0
        for pair in range(first, last):
            lowest = min(lowest, cost[pair] - column_potential[column[pair]])
        row_potential[start] = lowest
        touched_count, scanned_count = 0, 0
        heap = [(np.inf, -1)]
        row, here = start, 0.0
        alone, alone_row, end = np.inf, -1, -1
        while True:
            scanned[scanned_count] = row
            scanned_count += 1
            row_distance[row] = here
            if here - row_potential[row] < alone:
                alone, alone_row = here - row_potential[row], row
            for pair in range(row_start[row], row_start[row + 1]):
                j = column[pair]
                if done[j]:
                    continue
                reach = here + cost[pair] - row_potential[row] - column_potential[j]
                if reach < distance[j]:
                    if distance[j] == np.inf:
                        touched[touched_count] = j
                        touched_count += 1
                    distance[j], from_row[j] = reach, row
                    heappush(heap, (reach, j))
            nearest, j = heappop(heap)
            while j >= 0 and done[j]:
                nearest, j = heappop(heap)
            if j < 0 or nearest >= alone:
                break
            done[j] = True
            if row_of[j] < 0:
                end = j
                break
            row, here = row_of[j], nearest
        shortest = alone if end < 0 else distance[end]
        for k in range(scanned_count):
            row_potential[scanned[k]] += shortest - row_distance[scanned[k]]
        for k in range(touched_count):
            j = touched[k]
            if done[j]:
                column_potential[j] -= shortest - distance[j]
        if end < 0:
            row, end = alone_row, column_of[alone_row]
            column_of[row] = -1
        while end >= 0:
            row = from_row[end]
            previous = column_of[row]
            column_of[row], row_of[end] = end, row
            if row == start:
                break
            end = previous
        for k in range(touched_count):
            distance[touched[k]], done[touched[k]] = np.inf, False
    return column_of
