"""Reads of attendance: who should be here, who is, and how the hours of a day are filled."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.sites import roster_rules
from yingjie.sites.models import Presence
from yingjie.sites.roster_queries import DutyRow, moment_at, needs, on_duty, shifts
from yingjie.staff import queries as staff


@dataclass(frozen=True)
class PresenceRow:
    """Who is or was here, or should be: `state` is expected, late, absent, here, left."""

    member_id: UUID
    name: str
    role: str
    begins_at: datetime | None
    ends_at: datetime | None
    in_at: datetime | None
    out_at: datetime | None
    state: str
    late_minutes: int
    id: UUID | None = None


@dataclass(frozen=True)
class Hour:
    """An hour of a day on the coverage board: people by role against those needed."""

    begins_at: datetime
    there: dict[str, int]
    wanted: dict[str, int]

    @property
    def missing(self) -> int:
        return sum(max(0, people - self.there.get(role, 0)) for role, people in self.wanted.items())


def coverage(actor: Actor, site_id: UUID, on: date) -> list[Hour]:
    """The 24 hours of a day: who is on duty by role, against the need, shifts of the evening before included."""
    rows = on_duty(actor, site_id, on - timedelta(days=1), on)
    wanted = [
        (need, shift)
        for need in needs(actor, site_id)
        for shift in shifts(actor, site_id)
        if shift.id == need.shift_id
    ]
    hours = []
    for hour in range(24):
        begins_at = moment_at(on, hour * 60)
        ends_at = begins_at + timedelta(hours=1)
        there = Counter(row.role for row in rows if row.begins_at < ends_at and row.ends_at > begins_at)
        asked: Counter[str] = Counter()
        for need, shift in wanted:
            for day in (on - timedelta(days=1), on):
                if moment_at(day, shift.begins) < ends_at and moment_at(day, shift.ends) > begins_at:
                    asked[need.role] += need.people[day.weekday()]
        hours.append(Hour(begins_at, dict(there), dict(asked)))
    return hours


def presences(actor: Actor, site_id: UUID, on: date) -> list[PresenceRow]:
    """Everybody who is on duty that day or signed in, those who are missing first."""
    now, grace = clock.now(), timedelta(minutes=roster_rules.late_after_minutes())
    signed = {
        row.member_id: row
        for row in Presence.objects.visible_to(actor).filter(site_id=site_id, on=on).order_by("in_at")
    }
    duties_by_member = {duty.member_id: duty for duty in on_duty(actor, site_id, on, on)}
    names = staff.briefs(set(signed) | set(duties_by_member))
    found = []
    for member_id in set(signed) | set(duties_by_member):
        row, duty = signed.get(member_id), duties_by_member.get(member_id)
        begins = duty.begins_at if duty else None
        late = max(timedelta(0), row.in_at - begins) if row and begins else timedelta(0)
        found.append(
            PresenceRow(
                member_id, names[member_id].name, duty.role if duty else "", begins, duty.ends_at if duty else None,
                row.in_at if row else None, row.out_at if row else None, _presence_state(row, duty, now, grace),
                int(late.total_seconds() // 60) if late > grace else 0, row.pk if row else None,
            )
        )  # fmt: skip
    order = {"absent": 0, "late": 1, "expected": 2, "here": 3, "left": 4}
    return sorted(found, key=lambda each: (order[each.state], each.begins_at or now, each.name))


def _presence_state(row: Presence | None, duty: DutyRow | None, now: datetime, grace: timedelta) -> str:
    if row is not None:
        return "left" if row.out_at else "here"
    assert duty is not None
    if now >= duty.ends_at:
        return "absent"
    return "late" if now > duty.begins_at + grace else "expected"
