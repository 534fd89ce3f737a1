"""What sites, vaccinators and vaccine give, shared between the phases that ask for it at the same time: none of them has it whole.

A day's seats and hands go by the doses a day that each phase asks for until its last milestone, the vaccine by the doses that each
has left; whole numbers whose sums agree (vaxkit.targets.share). A phase that has reached its targets asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from vaxkit.targets import Milestone, needed, share
from yingjie.campaigns import queries as campaigns
from yingjie.campaigns.queries import MilestoneView, PhaseView
from yingjie.doses import reached
from yingjie.foundation.access.actor import Actor
from yingjie.oversight.counting import under
from yingjie.oversight.pace_limits import Room, Rooms
from yingjie.people.group_counts import Group

VIEW = "oversight.view"


@dataclass(frozen=True)
class Claim:
    """What a phase asks of an area: `per_day` doses until `until`, `left` in all."""

    phase_id: UUID
    title: str
    until: date
    per_day: int
    left: int

    def plus(self, other: Claim) -> Claim:
        """Milestones of one phase ask for the same doses: the most pressing one counts."""
        return replace(
            self, until=max(self.until, other.until), per_day=max(self.per_day, other.per_day), left=max(self.left, other.left)
        )  # fmt: skip


def claims(actor: Actor, area_code: str, today: date) -> dict[str, list[Claim]]:
    """The area and each one below it → what every phase with an issued milestone ahead asks of it."""
    phases: dict[UUID, tuple[PhaseView, list[MilestoneView]]] = {}
    for phase, milestone in campaigns.issued(actor, area_code):
        if milestone.on >= today:
            phases.setdefault(phase.id, (phase, []))[1].append(milestone)
    found: dict[str, dict[UUID, Claim]] = {}
    for phase, milestones in phases.values():
        group = Group(phase.age_from, phase.age_until, phase.category, phase.present_only)
        evening = today - timedelta(1)
        done = reached.by_area(actor, area_code, today, group, phase.dose, until=evening, permission=VIEW)
        for milestone in milestones:
            board = campaigns.board(actor, milestone.id, area_code)
            for row in (board.total, *board.below):
                made = _claim(phase, milestone.on, row.target, under(done, row.key), today)
                of_area = found.setdefault(row.key, {})
                of_area[phase.id] = of_area[phase.id].plus(made) if phase.id in of_area else made
    return {key: list(each.values()) for key, each in found.items()}


def part(rooms: Rooms, found: Sequence[Claim], phase_id: UUID) -> Rooms:
    """What of these days is for one phase; all of it where no other asks."""
    if not any(claim.phase_id != phase_id and claim.left for claim in found):
        return rooms
    days = tuple(_of_day(day, found, phase_id) for day in rooms.days)
    return replace(rooms, days=days, on_hand=_mine(rooms.on_hand, _left(found), phase_id))


def others(found: Iterable[Claim], phase_id: UUID) -> list[Claim]:
    """The phases that share with this one, the most pressing first."""
    rows = [claim for claim in found if claim.phase_id != phase_id and claim.left]
    return sorted(rows, key=lambda claim: (-claim.per_day, claim.title))


def _of_day(day: Room, found: Sequence[Claim], phase_id: UUID) -> Room:
    asking = {str(claim.phase_id): claim.per_day for claim in found if claim.until >= day.on}
    staff = None if day.staff is None else _mine(day.staff, asking, phase_id)
    return Room(
        day.on, _mine(day.seats, asking, phase_id), staff, _mine(day.arriving, _left(found), phase_id)
    )


def _left(found: Sequence[Claim]) -> dict[str, int]:
    return {str(claim.phase_id): claim.left for claim in found}


def _mine(total: int, weights: Mapping[str, int], phase_id: UUID) -> int:
    if not any(weights.values()):
        return total
    return share(total, weights).get(str(phase_id), 0)


def _claim(phase: PhaseView, on: date, target: int, done: int, today: date) -> Claim:
    days = [today + timedelta(step) for step in range((on - today).days + 1)]
    need = needed(done, [Milestone(on, target)], days)[0]
    return Claim(phase.id, phase.title, on, need.per_day or 0, need.left)
