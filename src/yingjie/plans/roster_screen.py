"""What the page of staff for the roster shows: roles by shifts, with the reason of every number."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.plans import roster_needs
from yingjie.plans.queries import ScenarioView
from yingjie.plans.roster_needs import Wanted
from yingjie.sites import roster_rules
from yingjie.staff import rules as staff_rules

#: Why somebody is there as long as people are on site.
PRESENT = {
    "lead": gettext_lazy("Leads the site as long as people are on it."),
    "emergency_doctor": gettext_lazy(
        "A physician trained in emergency care, as long as people are on site: "
        "a severe reaction comes within minutes of the needle."
    ),
}


def page(actor: Actor, found: ScenarioView) -> dict[str, Any]:
    """Roles by shifts: what the roster's needs say of that weekday, what the plan asks for, and whether the team can."""
    rows = roster_needs.wanted(actor, found)
    return {
        "scenario": found,
        "rows": [_row(row) for row in rows],
        "uncovered": [_clock(hour) for hour in roster_needs.uncovered(actor, found)],
        "lacking": _lacking(rows),
        "people": sum(row.plan for row in rows),
        "is_found": bool(found.staffing and found.staffing["feasible"]),
        "may_hand_over": bool(rows) and actor.may("sites.roster", found.area_code, found.site_id),
    }


def _row(row: Wanted) -> dict[str, Any]:
    return {
        "role": staff_rules.roles()[row.role].title, "shift": row.shift.name, "hours": row.shift.hours, "now": row.now,
        "plan": row.plan, "more": row.plan - row.now, "less": row.now - row.plan, "why": _why(row), "able": row.able,
        "is_short": row.able < row.plan,
    }  # fmt: skip


def _why(row: Wanted) -> str:
    if row.hour is None:
        return _("Nobody is on site in this shift.")
    if row.why == "desks":
        return _("Desks of the busiest hour, {hour}: {people} people on site.").format(
            hour=_clock(row.hour), people=row.people
        )
    if row.why == "watch":
        watches = next(need.watches for need in roster_rules.needs() if need.role == row.role)
        words = _(
            "{people} people under observation at {hour}; one watches {watches} at most, and always one."
        )
        return words.format(people=row.people, hour=_clock(row.hour), watches=watches)
    return str(PRESENT.get(row.role, ""))


def _lacking(rows: list[Wanted]) -> list[str]:
    """Roles for which the team has too few people in some shift, whoever is free."""
    found: dict[str, str] = {}
    for row in rows:
        if row.able < row.plan:
            words = _("{role}: {able} in the team, {plan} needed at once")
            found[row.role] = words.format(
                role=staff_rules.roles()[row.role].title, able=row.able, plan=row.plan
            )
    return list(found.values())


def _clock(hour: int) -> str:
    return f"{hour % 24:02d}:00"
