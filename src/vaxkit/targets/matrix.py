"""One target across areas and lines at once 块抓条保: whole cells whose rows add up to the areas' targets and whose columns add
up to the lines'.

The cells are first fitted to both margins in proportion to the people who stand in them (iterative proportional fitting:
W. E. Deming and F. F. Stephan, Annals of Mathematical Statistics 11, 1940), then rounded so that both margins stay exact
(controlled rounding as a flow: L. H. Cox and L. R. Ernst, INFOR 20, 1982). A cell without people stays 0.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from ortools.graph.python import min_cost_flow

from vaxkit.targets.refused import Impossible
from vaxkit.vocabulary import Text

_ROUNDS = 500
_NEAR = 1e-7
# One unit away from the fitted cell must never be cheaper than any rounding of all cells together.
_FINE, _AWAY = 1_000, 1_000_000_000


def across(
    areas: Mapping[str, int], lines: Mapping[str, int], people: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """Targets of the cells (area, line), keys sorted, cells without people left out. `areas` and `lines` hold the targets to meet
    and have one sum; `people` counts who stands where. Raises Impossible when the sums differ ("targets.margins_differ") or when
    people stand in too few cells to meet both ("targets.crosswise", with the area or line that cannot be met)."""
    rows, columns = sorted(areas), sorted(lines)
    if min((*areas.values(), *lines.values(), *people.values()), default=0) < 0:
        raise ValueError("targets and people are counts from 0")
    if sum(areas.values()) != sum(lines.values()):
        raise Impossible(
            "targets.margins_differ",
            Text(
                f"各地合计 {sum(areas.values())}，各条线合计 {sum(lines.values())}，两者应当相等。",
                f"The areas come to {sum(areas.values())}, the lines to {sum(lines.values())}; the two must be equal.",
            ),
            Text("请核对手工设定的任务数。", "Check the targets that were set by hand."),
        )
    held = np.array([[people.get((row, column), 0) for column in columns] for row in rows], float)
    held = held.reshape(len(rows), len(columns))
    fitted = _fitted(
        held, np.array([areas[row] for row in rows], float), np.array([lines[c] for c in columns], float)
    )
    found = _rounded(fitted, held > 0, [areas[row] for row in rows], [lines[column] for column in columns])
    if found is None:
        raise _crosswise(fitted, rows, columns, areas, lines)
    return {(rows[r], columns[c]): int(found[r, c]) for r, c in zip(*np.nonzero(held > 0), strict=True)}


def _fitted(
    held: npt.NDArray[np.float64], rows: npt.NDArray[np.float64], columns: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    cells = held.copy()
    for _ in range(_ROUNDS):
        sums = cells.sum(axis=1)
        cells *= np.divide(rows, sums, out=np.zeros_like(rows), where=sums > 0)[:, None]
        sums = cells.sum(axis=0)
        cells *= np.divide(columns, sums, out=np.zeros_like(columns), where=sums > 0)[None, :]
        if cells.size == 0 or np.abs(cells.sum(axis=1) - rows).max() < _NEAR:
            break
    return cells


def _rounded(
    fitted: npt.NDArray[np.float64], usable: npt.NDArray[np.bool_], rows: list[int], columns: list[int]
) -> npt.NDArray[np.int64] | None:
    """Whole cells, as near to the fitted ones as both margins allow; None when no whole cells meet both."""
    flow = min_cost_flow.SimpleMinCostFlow()
    at_row, at_column = np.nonzero(usable)
    cells = fitted[at_row, at_column]
    whole = np.floor(cells + _NEAR).astype(np.int64)
    up = np.round((1 - np.clip(cells - whole, 0, 1)) * _FINE).astype(np.int64)
    start, end = at_row, at_column + len(rows)
    most = np.full(len(cells), max(1, sum(rows)), np.int64)
    away = np.full(len(cells), _AWAY, np.int64)
    # Three arcs a cell: its whole part (which is left only at a price), one more, and as many as must be.
    arcs = [
        flow.add_arcs_with_capacity_and_unit_cost(start, end, capacity, cost)
        for capacity, cost in ((whole, -away), (np.ones_like(whole), up), (most, away))
    ]
    for row, target in enumerate(rows):
        flow.set_node_supply(row, target)
    for column, target in enumerate(columns):
        flow.set_node_supply(len(rows) + column, -target)
    if flow.solve() != flow.OPTIMAL:
        return None
    found = np.zeros(fitted.shape, np.int64)
    for each in arcs:
        found[at_row, at_column] += flow.flows(each)
    return found


def _crosswise(
    fitted: npt.NDArray[np.float64],
    rows: list[str],
    columns: list[str],
    areas: Mapping[str, int],
    lines: Mapping[str, int],
) -> Impossible:
    short = {row: areas[row] - fitted[r].sum() for r, row in enumerate(rows)}
    short |= {column: lines[column] - fitted[:, c].sum() for c, column in enumerate(columns)}
    key = max(short, key=lambda each: (abs(short[each]), each), default="")
    return Impossible(
        "targets.crosswise",
        Text(
            f"条块不能同时满足：{key} 的任务与登记在册的人员分布对不上。",
            f"Areas and lines cannot both be met: the target of {key} does not fit where its people stand.",
        ),
        Text("请核对该处的单位人员和手工设定。", "Check its units' people and the targets set by hand."),
        key,
    )
