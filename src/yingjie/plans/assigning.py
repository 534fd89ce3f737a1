"""From facts to vaxkit.assignment's columns, and from its plan to rows. Pure: values in, values out.

The rules of who comes first (`PRIORITIES`) are data in the language of vaxkit.assignment.priorities and are shown on the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np

from vaxkit.assignment.explain import Explainer
from vaxkit.assignment.plan import LEFT, Plan
from vaxkit.assignment.priorities import rules, weight
from vaxkit.assignment.problem import Batches, Costs, Ints, People, Problem, Sessions
from vaxkit.assignment.replan import replan
from vaxkit.assignment.solve import solve
from yingjie.plans.assigning_facts import Candidate, Cell, Supply
from yingjie.plans.spoken import said_in_both
from yingjie.plans.ways import Ways

#: The first rule that holds says how much a day's delay and being left over weigh.
PRIORITIES: tuple[Mapping[str, Any], ...] = (
    {"when": {"overdue": True, "age": ">=60"}, "weight": 6},
    {"when": {"overdue": True}, "weight": 4},
    {"when": {"age": ">=60"}, "weight": 3},
    {"when": {"dose": ">=2"}, "weight": 2},
)
_RANKING = rules(PRIORITIES, [])
#: So many alternatives are kept with a person.
ALTERNATIVES = 3


@dataclass(frozen=True)
class Outcome:
    """What becomes of a candidate, with the explanation in both languages. `cell` None: left over."""

    candidate: Candidate
    weight: int
    cell: Cell | None
    product: str
    km: float | None
    because: dict[str, Any]


@dataclass(frozen=True)
class Told:
    """The whole: outcomes in the order of candidates, and what the solver proved; how many people's way is measured."""

    outcomes: tuple[Outcome, ...]
    cost: int
    bound: float
    gap: float
    measured: int = 0


def weight_of(each: Candidate) -> int:
    """How much a day's delay of somebody weighs, by `PRIORITIES`."""
    return weight(_RANKING, {"age": each.age, "overdue": each.is_overdue, "dose": each.number})


class Assigning:
    """One problem: built once, solved or re-planned, told."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        cells: Sequence[Cell],
        supplies: Sequence[Supply],
        ways: Ways,
        site_names: Mapping[UUID, str],
        first: date,
        last: date,
        pins: Mapping[UUID, UUID] | None = None,
    ) -> None:
        self.candidates, self.cells, self.supplies = list(candidates), list(cells), list(supplies)
        # Seats and doses held back for later doses are a site of their own beside the real one, which first doses cannot reach.
        self._sites = sorted({(cell.site_id, cell.for_later) for cell in cells}, key=str)
        self._site_row = {site: row for row, site in enumerate(self._sites)}
        self._products = sorted(
            {code for cell in cells for code in cell.products} | {each.product for each in supplies}
        )
        self._bit = {code: row for row, code in enumerate(self._products)}
        self._cell_row = {cell.session_id: row for row, cell in enumerate(cells) if not cell.for_later}
        self._places = sorted({_place(each) for each in candidates})
        self.weights = [weight_of(each) for each in candidates]
        self._names = site_names
        self._ways = ways
        self.problem = self._problem(first, last, pins or {})

    def solved(self) -> Told:
        """A fresh plan, or one in which those who hold a place keep it wherever that is still possible."""
        if any(each.held for each in self.candidates):
            session = _ints(
                [self._cell_row.get(each.held, -1) if each.held else -1 for each in self.candidates]
            )
            product = _ints(
                [
                    self._product_of(each, at)
                    for each, at in zip(self.candidates, session.tolist(), strict=True)
                ]
            )
            plan = replan(self.problem, session, np.full(len(session), -1, np.int64), product)
        else:
            plan = solve(self.problem)
        return self._told(plan)

    def _problem(self, first: date, last: date, pins: Mapping[UUID, UUID]) -> Problem:
        km = np.array(
            [
                [
                    np.inf if for_later and is_first else self._ways.km(village, site)
                    for site, for_later in self._sites
                ]
                for village, is_first in self._places
            ],
            np.float64,
        ).reshape(len(self._places), len(self._sites))
        return Problem(
            places=tuple(village for village, _is_first in self._places),
            sites=tuple(self._names[site] for site, _for_later in self._sites), products=tuple(self._products),
            km=km, sessions=self._sessions(), batches=self._batches(), people=self._people(pins), first_day=first.toordinal(),
            last_day=last.toordinal(), costs=Costs(),
        )  # fmt: skip

    def _sessions(self) -> Sessions:
        rows = self.cells
        return Sessions(
            ids=tuple(f"{self._names[cell.site_id]} {cell.on} {cell.minute // 60:02d}:{cell.minute % 60:02d}" for cell in rows),
            site=_ints([self._site_row[cell.site_id, cell.for_later] for cell in rows]),
            day=_ints([cell.on.toordinal() for cell in rows]),
            minute=_ints([cell.minute for cell in rows]), seats=_ints([cell.seats for cell in rows]),
            products=_ints([self._mask(cell.products) for cell in rows]), burden=_ints([0] * len(rows)),
        )  # fmt: skip

    def _batches(self) -> Batches:
        rows = [each for each in self.supplies if (each.site_id, each.for_later) in self._site_row]
        return Batches(
            site=_ints([self._site_row[each.site_id, each.for_later] for each in rows]),
            product=_ints([self._bit[each.product] for each in rows]),
            doses=_ints([each.doses for each in rows]), first_day=_ints([each.from_on.toordinal() for each in rows]),
            last_day=_ints([each.until_on.toordinal() for each in rows]),
        )  # fmt: skip

    def _people(self, pins: Mapping[UUID, UUID]) -> People:
        rows = self.candidates
        place = {name: row for row, name in enumerate(self._places)}
        homes: dict[UUID, int] = {}
        none = _ints([0] * len(rows))
        return People(
            ids=tuple(_nameless(each) for each in rows), place=_ints([place[_place(each)] for each in rows]),
            household=_ints([homes.setdefault(each.household_id, len(homes)) if each.household_id else -1 for each in rows]),
            products=_ints([self._mask(each.products) for each in rows]),
            earliest=_ints([each.earliest_on.toordinal() for each in rows]),
            latest=_ints([each.latest_on.toordinal() for each in rows]), due=_ints([each.due_on.toordinal() for each in rows]),
            weight=_ints(self.weights), sites=none, farthest=np.full(len(rows), np.inf), next_after=none, next_until=none,
            pinned=_ints(self._pinned(pins)),
        )  # fmt: skip

    def _pinned(self, pins: Mapping[UUID, UUID]) -> list[int]:
        """The cell of each pin: of a later dose one that is held back, as long as it has seats."""
        held_back = {cell.session_id: row for row, cell in enumerate(self.cells) if cell.for_later}
        found, taken = [], Counter[int]()
        for each in self.candidates:
            session = pins.get(each.person_id)
            row = held_back.get(session, -1) if session and each.number > 1 else -1
            if session and (row < 0 or taken[row] >= self.cells[row].seats):
                row = self._cell_row.get(session, row)
            taken[row] += 1
            found.append(row)
        return found

    def _mask(self, products: Sequence[str]) -> int:
        """The bits of products; of nothing (any will do), all of them."""
        return (
            sum(1 << self._bit[code] for code in products if code in self._bit)
            or (1 << len(self._products)) - 1
        )

    def _product_of(self, each: Candidate, at: int) -> int:
        """The product that somebody who holds a place is likeliest to get: the first that suits person and session."""
        if at < 0:
            return -1
        both = self._mask(each.products) & self._mask(self.cells[at].products)
        return (both & -both).bit_length() - 1 if both else -1

    def _told(self, plan: Plan) -> Told:
        kept = np.array([each.held is not None for each in self.candidates], dtype=bool)
        kept &= plan.session == _ints(
            [self._cell_row.get(each.held, LEFT) if each.held else LEFT for each in self.candidates]
        )
        explainer = Explainer(self.problem, plan, kept)
        known: dict[tuple[object, ...], dict[str, Any]] = {}
        outcomes = []
        sizes: dict[tuple[UUID | None, int], int] = {}
        for each, at in zip(self.candidates, plan.session.tolist(), strict=True):
            sizes[each.household_id, at] = sizes.get((each.household_id, at), 0) + 1
        homes = Counter(each.household_id for each in self.candidates)
        shared = {home for home, members in homes.items() if home and members > 1}
        for row, each in enumerate(self.candidates):
            at = int(plan.session[row])
            together = sizes[each.household_id, at] if each.household_id else 1
            key = (
                _place(each),
                each.products,
                each.earliest_on,
                each.latest_on,
                each.due_on,
                self.weights[row],
                at,
                together,
                bool(kept[row]),
                int(self.problem.people.pinned[row]),
                int(plan.batch[row]),
                # What keeps a household from another session may be any of its members.
                each.household_id if each.household_id in shared else None,
            )
            if key not in known:
                known[key] = self._because(explainer, row)
            cell = self.cells[at] if at != LEFT else None
            km = (
                None
                if cell is None
                else float(
                    self.problem.km[
                        self.problem.people.place[row], self._site_row[cell.site_id, cell.for_later]
                    ]
                )
            )
            batch = int(plan.batch[row])
            product = self._products[int(self.problem.batches.product[batch])] if batch >= 0 else ""
            outcomes.append(Outcome(each, self.weights[row], cell, product, km, known[key]))
        measured = sum(
            1
            for each in outcomes
            if each.cell and self._ways.is_measured(each.candidate.village_code, each.cell.site_id)
        )
        return Told(tuple(outcomes), plan.cost, plan.bound, plan.gap, measured)

    def _because(self, explainer: Explainer, row: int) -> dict[str, Any]:
        """Of one person; those who are alike in everything the solver looks at share it."""
        found = explainer.explain(row)
        is_first = self.candidates[row].number == 1
        others: dict[str, dict[str, str]] = {}
        for other in found.alternatives:
            if not (is_first and self.cells[other.session].for_later):
                session = self.problem.sessions.ids[other.session]
                said = {"session": session, "code": other.code, "zh": other.why.zh, "en": other.why.en}
                others.setdefault(session, said)
        return {
            "zh": found.because.zh,
            "en": found.because.en,
            "others": list(others.values())[:ALTERNATIVES],
        }


def _place(each: Candidate) -> tuple[str, bool]:
    """Where somebody comes from, and whether for a first dose."""
    return each.village_code, each.number == 1


def _nameless(each: Candidate) -> str:
    """How an explanation calls a member of the household: it is kept for everybody who is alike, so it names nobody."""
    return " / ".join(said_in_both("aged", age=each.age).values())


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)
