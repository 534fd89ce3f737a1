"""Staff by station and hour of a day's plan, as what each shift of the site's roster needs; handed over by the site's own action.

wanted(actor, found)     role by role and shift by shift: what the roster asks for on that weekday, what the plan asks for
hand_over(by, …)         the plan's numbers become the needs of these weekdays
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.plans import day_editing, queries, refusals
from yingjie.plans.day_basis import ROLES
from yingjie.plans.queries import ScenarioView
from yingjie.sites import queries as sites
from yingjie.sites import roster_queries, team_actions
from yingjie.sites.roster_queries import ShiftRow

WEEK = range(7)
#: A shift that only touches an hour for less than this does not staff it.
LEAST_MINUTES = 30


@dataclass(frozen=True)
class Wanted:
    """People of a role in a shift: what the roster's needs say of the plan's weekday, and what the plan needs."""

    shift: ShiftRow
    role: str
    now: int
    plan: int


def by_hour(found: ScenarioView) -> dict[str, dict[int, int]]:
    """Role → hour of the day → people: of the smallest staffing where it was found, else of the plan itself."""
    if found.staffing and found.staffing["feasible"]:
        zero = found.staffing["zero"]
        told: dict[str, dict[int, int]] = {}
        for need in found.staffing["needs"]:
            hours: dict[int, int] = {}
            for each in need["hours"]:
                hour = int(zero + each["start"]) // 60
                hours[hour] = max(hours.get(hour, 0), each["servers"])
            told[need["id"]] = hours
    else:
        grid = day_editing.grid(found.document)
        told = {name: dict(zip(grid.hours, numbers, strict=True)) for name, _title, numbers in grid.rows}
    return {role: told[station] for station, role in ROLES.items() if station in told}


def of_shift(hours: Mapping[int, int], begins: int, ends: int) -> int:
    """The most people needed in any hour that the shift covers; a shift may end after midnight."""
    found = 0
    for hour, people in hours.items():
        for day in (0, 1440):
            covered = min(ends, hour * 60 + 60 + day) - max(begins, hour * 60 + day)
            if covered >= min(LEAST_MINUTES, ends - begins):
                found = max(found, people)
    return found


def wanted(actor: Actor, found: ScenarioView) -> list[Wanted]:
    """In the order of roles and shifts; [] where the site has no shifts yet."""
    shifts = roster_queries.shifts(actor, found.site_id)
    now = {(row.shift_id, row.role): row.people for row in roster_queries.needs(actor, found.site_id)}
    weekday = found.on.weekday()
    return [
        Wanted(
            shift, role, _of(now.get((shift.id, role)), weekday), of_shift(hours, shift.begins, shift.ends)
        )
        for role, hours in by_hour(found).items()
        for shift in shifts
    ]


@transaction.atomic
def hand_over(*, by: Actor, scenario_id: UUID, weekdays: Collection[int]) -> int:
    """What the plan needs becomes what the roster's shifts need on these weekdays (0: Monday); the next roster is built from it.
    Returns how many needs changed. Raises NotFound, NotAllowed, NoShifts, BadInput."""
    found = queries.scenario(by, scenario_id)
    site = sites.site(by, found.site_id, "sites.roster")
    rows = wanted(by, found)
    if not rows:
        raise refusals.NoShifts(site=site.name)
    days = sorted(set(weekdays) & set(WEEK))
    if not days:
        raise refusals.NoWeekday()
    before: dict[tuple[UUID, str], Sequence[int]] = {
        (row.shift_id, row.role): row.people for row in roster_queries.needs(by, site.id)
    }
    given: dict[tuple[UUID, str], list[int]] = {}
    for row in rows:
        people = list(before.get((row.shift.id, row.role), (0,) * 7))
        after = [row.plan if day in days else people[day] for day in WEEK]
        if after != people:
            given[row.shift.id, row.role] = after
    if given:
        team_actions.set_needs(by=by, site_id=site.id, given=given)
        facts: dict[str, Any] = {"site": site.name, "on": str(found.on), "needs": len(given)}
        record(
            by=by,
            verb="plans.hand_over",
            subject=("scenario", found.id),
            area_code=site.area_code,
            facts=facts,
        )
    return len(given)


def _of(people: Sequence[int] | None, weekday: int) -> int:
    return people[weekday] if people else 0
