"""Reads of teams, shifts, rosters and swaps. Who came is in attendance_queries.py."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from vaxkit.rostering.problem import Ability, Demand, Problem, Shift, Span, Wish, Worker
from vaxkit.rostering.problem import Duty as Planned
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.sites import roster_rules
from yingjie.sites.models import Duty, Need, Roster, ShiftPattern, Swap, TeamMember, TimeOff
from yingjie.staff import queries as staff
from yingjie.staff import rules as staff_rules

_WHY = "of a site that was checked"
#: How far back worked shifts are looked at, for rows and weeks.
_BEFORE = timedelta(days=14)


@dataclass(frozen=True)
class TeamRow:
    id: UUID
    member_id: UUID
    name: str
    kind: str
    roles: tuple[str, ...]
    qualification: str
    account: str
    from_on: date
    until_on: date | None
    week_hours: int | None
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShiftRow:
    id: UUID
    code: str
    name: str
    begins: int
    ends: int

    @property
    def hours(self) -> str:
        ends = self.ends - 1440 if self.ends > 1440 else self.ends
        return f"{self.begins // 60:02}:{self.begins % 60:02}–{ends // 60:02}:{ends % 60:02}"


@dataclass(frozen=True)
class NeedRow:
    shift_id: UUID
    shift_code: str
    role: str
    people: tuple[int, ...]


@dataclass(frozen=True)
class TimeRow:
    id: UUID
    member_id: UUID
    name: str
    kind: str
    from_on: date
    until_on: date


@dataclass(frozen=True)
class RosterRow:
    id: UUID
    site_id: UUID
    first_on: date
    last_on: date
    state: str
    told: dict[str, Any]
    made_by: str
    made_at: datetime
    published_at: datetime | None

    @property
    def days(self) -> list[date]:
        return [
            self.first_on + timedelta(days=step) for step in range((self.last_on - self.first_on).days + 1)
        ]


@dataclass(frozen=True)
class DutyRow:
    id: UUID
    roster_id: UUID
    member_id: UUID
    name: str
    on: date
    shift: ShiftRow
    role: str
    pinned: bool
    in_spite_of: str

    @property
    def begins_at(self) -> datetime:
        return moment_at(self.on, self.shift.begins)

    @property
    def ends_at(self) -> datetime:
        return moment_at(self.on, self.shift.ends)


@dataclass(frozen=True)
class SwapRow:
    id: UUID
    site_id: UUID
    duty: DutyRow
    to_member_id: UUID
    to_name: str
    state: str
    words: str


def team(actor: Actor, site_id: UUID, on: date | None = None) -> list[TeamRow]:
    """The team of a site on a day (today), by name; `lacking` are roles of theirs for which a certificate is missing that day."""
    on = on or clock.today()
    rows = TeamMember.objects.visible_to(actor).filter(site_id=site_id, from_on__lte=on)
    rows = rows.filter(Q(until_on__isnull=True) | Q(until_on__gte=on))
    found = list(rows)
    briefs = staff.briefs({row.member_id for row in found})
    standings = staff.standings({row.member_id for row in found})
    team_rows = []
    for row in found:
        who = briefs[row.member_id]
        lacking = tuple(
            role
            for role in who.roles
            if staff.member_may_fill(standings[row.member_id], role, on) is not None
        )
        team_rows.append(
            TeamRow(
                row.pk, row.member_id, who.name, who.kind, who.roles, who.qualification, who.account, row.from_on,
                row.until_on, row.week_hours, lacking,
            )
        )  # fmt: skip
    return sorted(team_rows, key=lambda each: (each.name, each.member_id))


def shifts(actor: Actor, site_id: UUID) -> list[ShiftRow]:
    rows = ShiftPattern.objects.visible_to(actor).filter(site_id=site_id).order_by("begins", "code")
    return [_shift(row) for row in rows]


def needs(actor: Actor, site_id: UUID) -> list[NeedRow]:
    rows = Need.objects.visible_to(actor).filter(site_id=site_id).select_related("shift")
    rows = rows.order_by(
        "shift__begins", "shift__code"
    )  # the solver's roster hangs on the order it is asked in
    order = list(staff_rules.roles())
    found = [NeedRow(row.shift_id, row.shift.code, row.role, tuple(row.people)) for row in rows]
    return sorted(found, key=lambda row: order.index(row.role))


def time_off(actor: Actor, site_id: UUID, since: date) -> list[TimeRow]:
    rows = TimeOff.objects.visible_to(actor).filter(site_id=site_id, until_on__gte=since)
    found = list(rows.order_by("from_on", "pk"))
    names = staff.briefs({row.member_id for row in found})
    return [
        TimeRow(row.pk, row.member_id, names[row.member_id].name, row.kind, row.from_on, row.until_on)
        for row in found
    ]


def rosters(actor: Actor, site_id: UUID) -> list[RosterRow]:
    """The latest first; dropped ones are left out."""
    rows = Roster.objects.visible_to(actor).filter(site_id=site_id).exclude(state="dropped")
    return [_roster(row) for row in rows.order_by("-first_on", "-made_at")[:30]]


def roster(actor: Actor, roster_id: UUID, permission: str = "sites.view") -> RosterRow:
    """One roster. Raises NotFound."""
    found = Roster.objects.visible_to(actor, permission).filter(pk=roster_id).first()
    if found is None:
        raise NotFound()
    return _roster(found)


def duties(actor: Actor, roster_id: UUID) -> list[DutyRow]:
    """All duties of a roster, by day, shift, role, name."""
    rows = Duty.objects.visible_to(actor).filter(roster_id=roster_id).select_related("shift", "member")
    return _sorted([_duty(row) for row in rows])


def on_duty(actor: Actor, site_id: UUID, first_on: date, last_on: date) -> list[DutyRow]:
    """What is valid on these days: of each day the duties of the roster that was published last."""
    rows = Roster.objects.visible_to(actor).filter(
        site_id=site_id, state="published", first_on__lte=last_on, last_on__gte=first_on
    )
    valid: dict[date, UUID] = {}
    for found in rows.order_by("published_at"):
        for step in range((found.last_on - found.first_on).days + 1):
            valid[found.first_on + timedelta(days=step)] = found.pk
    asked = Duty.objects.unscoped(_WHY).filter(
        site_id=site_id, roster_id__in=set(valid.values()), on__range=(first_on, last_on)
    )
    kept = [row for row in asked.select_related("shift", "member") if valid.get(row.on) == row.roster_id]
    return _sorted([_duty(row) for row in kept])


def own_duties(actor: Actor, first_on: date, last_on: date) -> list[tuple[UUID, DutyRow]]:
    """(site, duty) of whoever asks, at every site of theirs."""
    who = staff.member_of(actor)
    if who is None:
        return []
    sites = TeamMember.objects.visible_to(actor).filter(member_id=who.id).values_list("site_id", flat=True)
    return [
        (site_id, duty)
        for site_id in dict.fromkeys(sites)
        for duty in on_duty(actor, site_id, first_on, last_on)
        if duty.member_id == who.id
    ]


def swaps(actor: Actor, site_id: UUID) -> list[SwapRow]:
    """Requests that wait for an answer or a decision."""
    rows = Swap.objects.visible_to(actor).filter(site_id=site_id, state__in=("asked", "agreed"))
    found = rows.select_related("duty__shift", "duty__member", "to_member").order_by("asked_at")
    return [
        SwapRow(
            row.pk, row.site_id, _duty(row.duty), row.to_member_id, row.to_member.name, row.state, row.words
        )
        for row in found
    ]


def swap_exists(actor: Actor, swap_id: UUID) -> None:
    """Raises NotFound where the actor sees no such request."""
    if not Swap.objects.visible_to(actor).filter(pk=swap_id).exists():
        raise NotFound()


def problem_of(actor: Actor, site_id: UUID, first_on: date, last_on: date) -> Problem:
    """What the solver and the verdict on a single duty look at: needs, people with what they may do when, rest rules, shifts worked
    before."""
    patterns = shifts(actor, site_id)
    days = [first_on + timedelta(days=step) for step in range((last_on - first_on).days + 1)]
    demands = tuple(
        Demand(on, need.shift_code, need.role, need.people[on.weekday()])
        for need in needs(actor, site_id)
        for on in days
        if need.people[on.weekday()]
    )
    return Problem(
        first_on, last_on, tuple(Shift(row.code, row.begins, row.ends, row.name) for row in patterns),
        tuple(staff_rules.roles()), demands, _workers(actor, site_id, first_on, days), roster_rules.rules(),
        role_names={role: term.words.zh for role, term in staff_rules.roles().items()},
    )  # fmt: skip


def _workers(actor: Actor, site_id: UUID, first_on: date, days: list[date]) -> tuple[Worker, ...]:
    rows = TeamMember.objects.visible_to(actor).filter(site_id=site_id, from_on__lte=days[-1])
    rows = rows.filter(Q(until_on__isnull=True) | Q(until_on__gte=first_on))
    people = {row.member_id: row for row in rows}
    briefs, standings = staff.briefs(people), staff.standings(people)
    off = defaultdict(list)
    for each in time_off(actor, site_id, first_on):
        off[each.member_id].append(each)
    before = defaultdict(list)
    for duty in on_duty(actor, site_id, first_on - _BEFORE, first_on - timedelta(days=1)):
        before[duty.member_id].append((duty.on, duty.shift.code))
    found = []
    for member_id in sorted(people, key=lambda each: (briefs[each].name, str(each))):
        row, who = people[member_id], briefs[member_id]
        abilities = tuple(
            ability
            for role in who.roles
            for ability in _abilities(standings[member_id], role, days, row.from_on, row.until_on)
        )
        away = tuple(
            Span(each.from_on, each.until_on) for each in off[member_id] if each.kind in ("leave", "sick")
        )
        found.append(
            Worker(
                str(member_id), who.name, abilities, away, _wishes(off[member_id], days), tuple(before[member_id]),
                None if row.week_hours is None else row.week_hours * 60,
            )
        )  # fmt: skip
    return tuple(found)


def _abilities(
    standing: Any, role: str, days: list[date], from_on: date, until_on: date | None
) -> list[Ability]:
    """The days on which somebody may fill a role, as stretches; a role that they hold with no such day has one in the past."""
    able = [
        on
        for on in days
        if from_on <= on <= (until_on or date.max) and staff.member_may_fill(standing, role, on) is None
    ]
    if not able:
        return [Ability(role, date.min, date.min)]
    found: list[Ability] = []
    for on in able:
        if found and found[-1].until_on == on - timedelta(days=1):
            found[-1] = Ability(role, found[-1].from_on, on)
        else:
            found.append(Ability(role, on, on))
    return found


def _wishes(rows: list[TimeRow], days: list[date]) -> tuple[Wish, ...]:
    return tuple(
        Wish(on, wants=row.kind == "would_like")
        for row in rows
        if row.kind in ("rather_not", "would_like")
        for on in days
        if row.from_on <= on <= row.until_on
    )


def planned(rows: list[DutyRow]) -> tuple[Planned, ...]:
    return tuple(Planned(row.on, row.shift.code, row.role, str(row.member_id)) for row in rows)


def moment_at(on: date, minute: int) -> datetime:
    """The moment so many minutes after a day began."""
    return datetime.combine(on, time(), clock.CAMPAIGN_ZONE) + timedelta(minutes=minute)


def _sorted(rows: list[DutyRow]) -> list[DutyRow]:
    order = list(staff_rules.roles())
    return sorted(rows, key=lambda row: (row.on, row.shift.begins, order.index(row.role), row.name))


def _shift(row: ShiftPattern) -> ShiftRow:
    return ShiftRow(row.pk, row.code, row.name, row.begins, row.ends)


def _duty(row: Duty) -> DutyRow:
    return DutyRow(
        row.pk, row.roster_id, row.member_id, row.member.name, row.on, _shift(row.shift), row.role, row.pinned,
        row.in_spite_of,
    )  # fmt: skip


def _roster(row: Roster) -> RosterRow:
    return RosterRow(
        row.pk,
        row.site_id,
        row.first_on,
        row.last_on,
        row.state,
        row.told,
        row.made_by,
        row.made_at,
        row.published_at,
    )
