"""Staff by station and hour of a day's plan, as what each shift of the site's roster needs; handed over by the site's own action.

wanted(actor, found)     role by role and shift by shift: what the roster asks for on that weekday, what the plan asks for, and why
uncovered(actor, found)  hours with people on site that no shift covers
hand_over(by, …)         the plan's numbers become the needs of these weekdays

Those at the desks come from the plan; whoever watches people after the needle, treats a reaction or leads the site comes from who
is on site when, by the standard needs of `sites`: a site is never rostered without them.
"""

import math
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
from yingjie.sites import roster_queries, roster_rules, team_actions
from yingjie.sites.roster_queries import ShiftRow

WEEK = range(7)
#: A shift that only touches an hour for less than this does not staff it.
LEAST_MINUTES = 30
Hours = Mapping[int, int]


@dataclass(frozen=True)
class Wanted:
    """People of a role in a shift: what the roster's needs say of the plan's weekday, what the plan needs. `why` is desks, watch or
    present; `hour` the one that needs most (None: none), `people` then on site or under observation; `able`: how many of the
    team may fill the role that day."""

    shift: ShiftRow
    role: str
    now: int
    plan: int
    why: str
    hour: int | None
    people: int
    able: int


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


def on_site(found: ScenarioView) -> tuple[dict[int, int], dict[int, int]]:
    """Hour of the day → most people on site, and most under observation: what 95 of 100 simulated days keep, else the expected."""
    result = found.result
    if result is None:
        return _expected(found.document)
    watched: Sequence[float] = next(
        (row["busy"]["most"] for row in result["stations"] if row["id"] == "observation"), []
    )
    return (
        _most_by_hour(result["minutes"], result["on_site"]["most"], result["zero"]),
        _most_by_hour(result["minutes"], watched, result["zero"]),
    )


def of_shift(hours: Hours, begins: int, ends: int) -> int:
    """The most people needed in any hour that the shift covers; a shift may end after midnight."""
    return max((hours[hour] for hour in _covered(hours, begins, ends)), default=0)


def wanted(actor: Actor, found: ScenarioView) -> list[Wanted]:
    """In the order of roles and shifts; [] where the site has no shifts yet."""
    shifts = roster_queries.shifts(actor, found.site_id)
    now = {(row.shift_id, row.role): row.people for row in roster_queries.needs(actor, found.site_id)}
    team = roster_queries.team(actor, found.site_id, found.on)
    weekday, (here, watched) = found.on.weekday(), on_site(found)
    rows = []
    for role, (why, hours, crowd) in _needed(by_hour(found), here, watched).items():
        able = sum(role in each.roles and role not in each.lacking for each in team)
        for shift in shifts:
            covered = _covered(hours, shift.begins, shift.ends)
            busiest = max(covered, key=lambda hour: (hours[hour], crowd.get(hour, 0), -hour), default=None)
            plan = hours[busiest] if busiest is not None else 0
            asked = _of(now.get((shift.id, role)), weekday)
            rows.append(
                Wanted(
                    shift, role, asked, plan, why, busiest if plan else None, crowd.get(busiest, 0) if busiest is not None else 0,
                    able,
                )
            )  # fmt: skip
    return rows


def uncovered(actor: Actor, found: ScenarioView) -> list[int]:
    """Hours of the day with people on site that no shift of the site covers; [] where it has no shifts."""
    shifts = roster_queries.shifts(actor, found.site_id)
    here, _watched = on_site(found)
    covered = {hour for shift in shifts for hour in _covered(here, shift.begins, shift.ends)}
    return [hour for hour, people in sorted(here.items()) if people and hour not in covered] if shifts else []


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


def _needed(desks: Mapping[str, Hours], here: Hours, watched: Hours) -> dict[str, tuple[str, Hours, Hours]]:
    """Role → why, hour → people needed, hour → people because of whom; in the order of the standard needs. As soon as a desk is
    staffed somebody may come: the others are there too."""
    open_hours = {hour for hours in desks.values() for hour, people in hours.items() if people}
    open_hours |= {hour for hour, people in here.items() if people}
    found: dict[str, tuple[str, Hours, Hours]] = {}
    for need in roster_rules.needs():
        if need.role in desks:
            found[need.role] = ("desks", desks[need.role], here)
        elif need.watches:
            each = {
                hour: max(1, math.ceil(watched.get(hour, 0) / need.watches)) for hour in sorted(open_hours)
            }
            found[need.role] = ("watch", each, watched)
        elif need.base:
            found[need.role] = ("present", dict.fromkeys(sorted(open_hours), need.base), here)
    return found


def _expected(document: Mapping[str, Any]) -> tuple[dict[int, int], dict[int, int]]:
    """Of a plan that was not simulated: those who come in an hour, and half of them under observation at a moment; each hour is
    followed by one in which the last ones leave."""
    come: dict[int, float] = {}
    for row in document["arrivals"]:
        if row["kind"] == "appointments":
            for at, people in day_editing.slots(row):
                hour = day_editing.minute(at) // 60
                come[hour] = come.get(hour, 0) + people
        for rate in row.get("rates", ()):
            begins, ends = day_editing.minute(rate["from"]), day_editing.minute(rate["until"])
            for hour in range(begins // 60, -(-ends // 60)):
                minutes = min(ends, hour * 60 + 60) - max(begins, hour * 60)
                come[hour] = come.get(hour, 0) + rate["per_hour"] * minutes / 60
    hours = {hour: people for hour, people in come.items() if people}
    after = {hour + 1: people for hour, people in hours.items()}
    here = {hour: math.ceil(max(hours.get(hour, 0), after.get(hour, 0))) for hour in hours | after}
    return here, {hour: math.ceil(people / 2) for hour, people in here.items()}


def _most_by_hour(minutes: Sequence[float], people: Sequence[float], zero: float) -> dict[int, int]:
    found: dict[int, int] = {}
    for minute, most in zip(minutes, people, strict=False):
        hour = int(zero + minute) // 60
        found[hour] = max(found.get(hour, 0), math.ceil(most))
    return found


def _covered(hours: Hours, begins: int, ends: int) -> list[int]:
    """The hours that a shift staffs, its own part of each being long enough."""
    least = min(LEAST_MINUTES, ends - begins)
    return [
        hour
        for hour in hours
        if any(
            min(ends, hour * 60 + 60 + day) - max(begins, hour * 60 + day) >= least
            for day in (-1440, 0, 1440)
        )
    ]


def _of(people: Sequence[int] | None, weekday: int) -> int:
    return people[weekday] if people else 0
