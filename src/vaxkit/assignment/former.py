"""A plan that was made before, read from its document for the problem as it is now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaxkit.assignment.booking import BEYOND
from vaxkit.assignment.plan import LEFT
from vaxkit.assignment.problem import Ints, Problem
from vaxkit.faults import Fault, Faulty
from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Former:
    """Per person of the problem, what they had: `session` and `later` (-1: nothing, or it is gone; `later` -2: after the plan) by
    index into its sessions, `product` (-1: none), and the id of the session as it was written (None: none)."""

    session: Ints
    later: Ints
    product: Ints
    was: tuple[str | None, ...]

    def told(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document of a new plan, with what became of the old one: who moves says from where."""
        for row, was in zip(document["people"], self.was, strict=True):
            if was is not None and was != row.get("session"):
                row["was"] = was
        had = sum(was is not None for was in self.was)
        moved = sum("was" in row for row in document["people"])
        return {key: document[key] for key in document if key != "people"} | {
            "had": had, "stayed": had - moved, "people": document["people"],
        }  # fmt: skip


def former(problem: Problem, document: Any) -> Former:
    """What everybody had. People and sessions that are no longer there are passed over. Raises Faulty for what is no plan."""
    rows = document.get("people") if isinstance(document, Mapping) else None
    if not isinstance(rows, list) or not all(
        isinstance(row, Mapping) and isinstance(row.get("id"), str) and "place" not in row for row in rows
    ):
        raise Faulty([_NO_PLAN])
    sessions = {name: number for number, name in enumerate(problem.sessions.ids)}
    products = {name: number for number, name in enumerate(problem.products)}
    had = {row["id"]: row for row in rows}
    found = [had.get(str(name), {}) for name in problem.people.ids]
    later: list[int] = []
    for row in found:
        following = row.get("next_dose")
        name = following.get("session") if isinstance(following, Mapping) else None
        later.append(BEYOND if isinstance(following, str) else _number(sessions, name))
    return Former(
        session=np.array([_number(sessions, row.get("session")) for row in found], dtype=np.int64),
        later=np.array(later, dtype=np.int64),
        product=np.array([_number(products, row.get("product")) for row in found], dtype=np.int64),
        was=tuple(str(row["session"]) if row.get("session") else None for row in found),
    )


def _number(known: Mapping[str, int], name: object) -> int:
    return known.get(name, LEFT) if isinstance(name, str) else LEFT


_NO_PLAN = Fault(
    "people",
    Text("不是本命令给出的分派方案", "is not a plan as this command gives it"),
    Text("请用 solve 输出的文件。", "Take a file that solve put out."),
)
