"""An area's day for whoever may see its counts: task, what is left, pace, what is short, sites at work, cards, what stands out.

The figures are those of the pace's own pages, of the bulletin drafted now, of the sites' waits and of the cards' list; every one of
them leads to the list behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from vaxkit.targets import Limit
from yingjie.areas import queries as areas
from yingjie.areas.queries import AreaRow
from yingjie.clinic import waits
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import unvaccinated
from yingjie.oversight import card_queries, pace, queries
from yingjie.oversight.content import BulletinContent
from yingjie.oversight.pace import PaceRow
from yingjie.oversight.pace_limits import Fit, at_sites, fit, together
from yingjie.sites import queries as sites

#: Terms of the unvaccinated ledger that a village or a grid works off, in the order of work.
TO_REACH = ("to_do", "deferred", "declined")


@dataclass(frozen=True)
class DayOf:
    """An area's day at its next milestone. `fit` is None for whoever may not see sites, or where nothing is asked any more."""

    area_code: str
    milestone_id: UUID
    milestone_on: date
    title: str
    row: PaceRow
    fit: Fit | None

    @property
    def limit(self) -> Limit | None:
        return self.fit.limit if self.fit else None


@dataclass(frozen=True)
class SiteDay:
    """A site that is open or has people at it. `now` is None for whoever may not see its visits, or where nobody came today."""

    id: UUID
    name: str
    area_code: str
    now: waits.SiteNow | None


@dataclass(frozen=True)
class Situation:
    """Everything that the page of an area's day shows; `path` are the areas above that the actor may open too."""

    area: AreaRow
    path: tuple[AreaRow, ...]
    below: tuple[AreaRow, ...]
    day: DayOf | None
    content: BulletinContent
    sites: tuple[SiteDay, ...]
    cards: int
    cards_late: int


def day_of(actor: Actor, area_code: str) -> DayOf | None:
    """None where no milestone is ahead or the actor may not see targets. Raises NotFound."""
    if not actor.may("campaigns.view", area_code):
        return None
    step = pace.next_step(actor, area_code)
    if step is None:
        return None
    held = None
    if step.row.per_day and actor.may("sites.view", area_code):
        days = [clock.today() + timedelta(nth) for nth in range((step.on - clock.today()).days + 1)]
        held = fit(together(at_sites(actor, area_code, days), days), step.row.per_day)
    return DayOf(area_code, step.milestone_id, step.on, step.phase.title, step.row, held)


def cards_standing(actor: Actor, area_code: str) -> tuple[int, int]:
    """(cards that stand at or below an area, those whose answer is late)."""
    rows = [
        row
        for row in card_queries.cards(actor)
        if row.state != "proposed" and row.area_code.startswith(area_code)
    ]
    return len(rows), sum(row.is_late for row in rows)


def people_to_reach(actor: Actor, area_code: str) -> list[tuple[str, int]]:
    """(term, people) of the terms that leave something to do, as the unvaccinated ledger counts them."""
    return [
        (term, unvaccinated.count(actor, unvaccinated.Narrowed(area_code=area_code, term=term)))
        for term in TO_REACH
    ]


def situation(actor: Actor, area_code: str) -> Situation:
    """Raises NotFound for an area whose counts the actor may not see."""
    if not actor.may(pace.VIEW, area_code):
        raise NotFound()
    by_system = system("oversight")
    standing, late = cards_standing(actor, area_code)
    return Situation(
        area=areas.area(by_system, area_code),
        path=tuple(row for row in areas.path(area_code)[:-1] if actor.may(pace.VIEW, row.code)),
        below=tuple(row for row in areas.children(by_system, area_code) if row.level in ("town", "village")),
        day=day_of(actor, area_code),
        content=queries.draft(actor, area_code, clock.today()),
        sites=_sites(actor, area_code),
        cards=standing,
        cards_late=late,
    )


def _sites(actor: Actor, area_code: str) -> tuple[SiteDay, ...]:
    """Those with most people waiting first, then by name."""
    if not actor.may("sites.view"):
        return ()
    here = {each.site_id: each for each in waits.at_sites(actor)} if actor.may("clinic.view") else {}
    today = clock.today()
    found = [
        SiteDay(row.id, row.name, row.area_code, here.get(row.id))
        for row in sites.sites(actor)
        if row.kind != "store" and row.area_code.startswith(area_code) and row.is_open(today)
    ]
    return tuple(sorted(found, key=lambda each: (-(each.now.waiting if each.now else -1), each.name)))
