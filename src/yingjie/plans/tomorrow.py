"""The evening before: every site that is open on a day, who has a place there, and what the plans of that day say.

ahead(actor, on)         the sites of a day, those with the longest wait first
to_look_at(actor, on)    of sites with sessions that the actor may plan for: how many have no plan, how many of what wait too long
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Sum

from yingjie.bookings.models import Session
from yingjie.foundation.access.actor import Actor
from yingjie.plans.models import Scenario
from yingjie.plans.queries import CHANGE, VIEW
from yingjie.sites import layout_queries
from yingjie.sites import queries as sites

#: Nine of ten people wait no longer than this, or the day is worth a second look; the promise of a day's plan.
LONG_MINUTES = 20
_COUNTED = "counted for sites that the actor may see"
_PLANS = (
    "id", "site_id", "based_on", "title", "job_id", "simulated_at", "result__wait__p90__mean", "result__overtime__mean",
    "basis__booked__people",
)  # fmt: skip


@dataclass(frozen=True)
class DayPlan:
    """A plan of the day; `ninety`: nine of ten people wait at most so many minutes in total (None: not simulated)."""

    id: UUID
    title: str
    is_variant: bool
    is_done: bool
    ninety: float | None
    overtime: float | None
    booked: int


@dataclass(frozen=True)
class SiteAhead:
    """`booked` have a place in `sessions` sessions now; `plan` is the newest one as the ledger had it, `better` the variant with
    the shortest wait if it is shorter by a minute or more; `may` plan there."""

    id: UUID
    name: str
    sessions: int
    booked: int
    plan: DayPlan | None
    better: DayPlan | None
    plans: int
    may: bool

    @property
    def is_long(self) -> bool:
        return bool(self.plan and self.plan.ninety is not None and self.plan.ninety > LONG_MINUTES)

    @property
    def is_changed(self) -> bool:
        """Other people have a place than when the plan was drawn up."""
        return bool(self.plan and self.plan.booked != self.booked)


def ahead(actor: Actor, on: date) -> list[SiteAhead]:
    """The actor's sites with a session or opening hours that day."""
    rows = [row for row in sites.sites(actor, VIEW) if row.kind != "store" and row.is_open(on)]
    held = _held([row.id for row in rows], on)
    plans = _plans(actor, [row.id for row in rows], on)
    found = []
    for row in rows:
        if row.id not in held and row.id not in plans and not layout_queries.openings(row, on, on):
            continue
        sessions, booked = held.get(row.id, (0, 0))
        of_site = plans.get(row.id, [])
        plan = next((each for each in of_site if not each.is_variant), None)
        may = actor.may(CHANGE, row.area_code, row.id)
        better = _better(plan, of_site)
        found.append(SiteAhead(row.id, row.name, sessions, booked, plan, better, len(of_site), may))
    return sorted(
        found,
        key=lambda row: (-(row.plan.ninety or 0) if row.plan else 0, -row.booked, row.name, str(row.id)),
    )


def to_look_at(actor: Actor, on: date) -> tuple[int, int]:
    """Sites with sessions but no plan of the day, and sites where even the best plan makes people wait too long."""
    rows = [
        row.id for row in sites.sites(actor, CHANGE) if row.kind != "store" and row.is_open(on)
    ]  # fmt: skip
    held = [site_id for site_id, (_n, booked) in _held(rows, on).items() if booked]
    plans = _plans(actor, held, on)
    unplanned = sum(not plans.get(site_id) for site_id in held)
    shortest = [
        min((each.ninety for each in plans[site_id] if each.ninety is not None), default=0.0)
        for site_id in held
        if plans.get(site_id)
    ]
    return unplanned, sum(wait > LONG_MINUTES for wait in shortest)


def _held(site_ids: Sequence[UUID], on: date) -> dict[UUID, tuple[int, int]]:
    """Site → sessions and places given out."""
    rows = Session.objects.unscoped(_COUNTED).filter(site_id__in=site_ids, on=on, state="open").order_by()
    counted: defaultdict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    for site_id, taken in rows.values_list("site_id").annotate(n=Sum("taken")).values_list("site_id", "n"):
        counted[site_id][1] = taken or 0
    for site_id in rows.values_list("site_id", flat=True):
        counted[site_id][0] += 1
    return {site_id: (n, taken) for site_id, (n, taken) in counted.items()}


def _plans(actor: Actor, site_ids: Sequence[UUID], on: date) -> Mapping[UUID, list[DayPlan]]:
    """Site → plans of the day, the newest first, without their documents."""
    rows = Scenario.objects.visible_to(actor).filter(site_id__in=site_ids, on=on).order_by("-made_at", "-pk")
    found: defaultdict[UUID, list[DayPlan]] = defaultdict(list)
    for row in rows.values(*_PLANS):
        found[row["site_id"]].append(_plan(row))
    return found


def _plan(row: Mapping[str, Any]) -> DayPlan:
    return DayPlan(
        row["id"], row["title"], row["based_on"] is not None, row["simulated_at"] is not None, row["result__wait__p90__mean"],
        row["result__overtime__mean"], row["basis__booked__people"] or 0,
    )  # fmt: skip


def _better(plan: DayPlan | None, plans: Sequence[DayPlan]) -> DayPlan | None:
    if plan is None or plan.ninety is None:
        return None
    done = [each for each in plans if each.ninety is not None]
    best = min(done, key=lambda each: each.ninety or 0.0)
    return best if (best.ninety or 0.0) <= plan.ninety - 1 else None
