"""What stands on the page of today for whoever may see an area's counts: the day's task, what is left, the pace, what is short.

The figures are those of the pace's own pages and of the cards' list; every tile leads to the list behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from vaxkit.targets import Limit
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.oversight import card_queries, pace, queries
from yingjie.oversight.pace import PaceRow
from yingjie.oversight.pace_limits import Fit, at_sites, fit, together


@dataclass(frozen=True)
class DayOf:
    """An area's day at its next milestone. `fit` is None for whoever may not see sites, or where nothing is asked any more."""

    area_code: str
    milestone_id: UUID
    milestone_on: date
    row: PaceRow
    fit: Fit | None

    @property
    def limit(self) -> Limit | None:
        return self.fit.limit if self.fit else None


def day_of(actor: Actor) -> DayOf | None:
    """The day of the actor's own area; None where no milestone is ahead or the actor may not see targets."""
    code = queries.home(actor)
    if not actor.may("campaigns.view", code):
        return None
    step = pace.next_step(actor, code)
    if step is None:
        return None
    held = None
    if step.row.per_day and actor.may("sites.view", code):
        days = [clock.today() + timedelta(nth) for nth in range((step.on - clock.today()).days + 1)]
        held = fit(together(at_sites(actor, code, days), days), step.row.per_day)
    return DayOf(code, step.milestone_id, step.on, step.row, held)


def cards_standing(actor: Actor) -> tuple[int, int]:
    """(cards that stand, those whose answer is late)."""
    rows = [row for row in card_queries.cards(actor) if row.state != "proposed"]
    return len(rows), sum(row.is_late for row in rows)
