"""The pace: how far an area is from its targets, the doses a day that are needed, and what the sites, the vaccine and the
people allow.

The task of a day is worked out from the evening before, so that it stays the same while the day is worked off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from vaxkit.coverage import Coverage
from vaxkit.targets import Day, Limit, Milestone, Projection, needed, project
from yingjie.areas import queries as areas
from yingjie.areas.queries import AreaRow
from yingjie.campaigns import queries as campaigns
from yingjie.campaigns.queries import Board, MilestoneView, PhaseView
from yingjie.doses import reached
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.oversight import pace_sharing
from yingjie.oversight.counting import under
from yingjie.oversight.pace_limits import Fit, Rooms, at_sites, fit, together
from yingjie.oversight.pace_sharing import Claim
from yingjie.people.group_counts import Group, by_area_and_line

VIEW = "oversight.view"
RECENT_DAYS = 7
TREND_DAYS = 14


@dataclass(frozen=True)
class PaceRow:
    """One area at one milestone. `per_day` is today's task (None: no day is left), `today` what of it is done, `recent` the
    doses of the
    last seven full days, `finishes_on` the day on which that pace reaches the target (None: never, or it is reached)."""

    key: str
    name: str
    people: int
    target: int
    done: int
    today: int
    per_day: int | None
    recent: int
    finishes_on: date | None
    is_behind: bool

    @property
    def completion(self) -> Coverage:
        return Coverage(self.done, self.target)

    @property
    def coverage(self) -> Coverage:
        return Coverage(self.done, self.people)

    @property
    def left(self) -> int:
        return max(0, self.target - self.done)

    @property
    def is_reached(self) -> bool:
        return self.done >= self.target


@dataclass(frozen=True)
class PacePage:
    """`days_left` counts today. `projection` is None where no site of the area says how many people an hour it can take, `rooms`
    where no day is left. `fits`: each area of `rows` that has something left to do → its task against its own sites. Rooms and
    fits are this phase's part: `shares_with` are the others that ask for the same seats, hands and doses."""

    board: Board
    on: date
    days_left: int
    total: PaceRow
    rows: tuple[PaceRow, ...]
    trend: Mapping[date, int]
    projection: Projection | None
    rooms: Rooms | None
    fits: Mapping[str, Fit]
    shares_with: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Step:
    """A milestone in the overview."""

    phase: PhaseView
    milestone_id: UUID
    on: date
    row: PaceRow


def overview(actor: Actor, area_code: str) -> tuple[AreaRow, list[Step]]:
    """Every issued milestone of an area that is not past, by day. Raises NotFound."""
    _may(actor, area_code)
    today = clock.today()
    steps = [
        _step(actor, area_code, *each) for each in campaigns.issued(actor, area_code) if each[1].on >= today
    ]
    return areas.path(area_code)[-1], sorted(steps, key=lambda step: (step.on, step.phase.title))


def next_step(actor: Actor, area_code: str) -> Step | None:
    """The milestone that comes next in an area: of those on one day the one with most left to do. Raises NotFound."""
    _may(actor, area_code)
    today = clock.today()
    issued = [each for each in campaigns.issued(actor, area_code) if each[1].on >= today]
    soonest = min((milestone.on for _phase, milestone in issued), default=None)
    steps = [_step(actor, area_code, *each) for each in issued if each[1].on == soonest]
    return max(steps, key=lambda step: step.row.left, default=None)


def _step(actor: Actor, area_code: str, phase: PhaseView, milestone: MilestoneView) -> Step:
    name = areas.path(area_code)[-1].name
    listed = {area_code: (name, milestone.target or 0)}
    return Step(phase, milestone.id, milestone.on, _rows(actor, area_code, phase, milestone.on, listed)[0])


def rows(actor: Actor, milestone_id: UUID, area_code: str) -> tuple[Board, PaceRow, list[PaceRow]]:
    """(the milestone's board, the area's own row, one for each area below). Raises NotFound."""
    _may(actor, area_code)
    board = campaigns.board(actor, milestone_id, area_code)
    if board.milestone.issued_at is None:
        raise NotFound()
    listed = {row.key: (row.name, row.target) for row in (board.total, *board.below)}
    total, *below = _rows(actor, area_code, board.phase, board.milestone.on, listed)
    return board, total, below


def page(actor: Actor, milestone_id: UUID, area_code: str) -> PacePage:
    """One milestone of an area, by the areas one level below. Raises NotFound."""
    board, total, below = rows(actor, milestone_id, area_code)
    today, last = clock.today(), board.milestone.on
    group, dose = group_of(board.phase), board.phase.dose
    trend = reached.by_day(actor, area_code, today, group, dose, TREND_DAYS, VIEW)
    days = [today + timedelta(step) for step in range((last - today).days + 1)]
    near = at_sites(actor, area_code, days) if days else []
    asked = pace_sharing.claims(actor, area_code, today) if days else {}
    own = asked.get(area_code, [])
    room = pace_sharing.part(together(near, days), own, board.phase.id) if days else None
    projection = None
    if room and not room.says_nothing:
        due = reached.due_by_day(actor, area_code, today, group, dose, VIEW)
        projection = _projected(total, room, due)
    fits = {
        row.key: fit(
            pace_sharing.part(
                together([each for each in near if each.area_code.startswith(row.key)], days),
                asked.get(row.key, []),
                board.phase.id,
            ),
            row.per_day,
        )
        for row in (total, *below)
        if row.per_day
    }
    return PacePage(
        board, today, len(days), total, tuple(below), trend, projection, room, fits,
        tuple(pace_sharing.others(own, board.phase.id)),
    )  # fmt: skip


def group_of(phase: PhaseView) -> Group:
    return Group(phase.age_from, phase.age_until, phase.category, phase.present_only)


def _rows(
    actor: Actor, area_code: str, phase: PhaseView, last: date, listed: Mapping[str, tuple[str, int]]
) -> list[PaceRow]:
    """One row for each area of `listed` (code → name and target), in its order."""
    today = clock.today()
    group, dose = group_of(phase), phase.dose
    counted: Counter[str] = Counter()
    for (area, _line), number in by_area_and_line(actor, area_code, today, group, VIEW).items():
        counted[area] += number
    evening = today - timedelta(1)
    until_now, until_evening, until_then = (
        reached.by_area(actor, area_code, today, group, dose, until=until, permission=VIEW)
        for until in (today, evening, evening - timedelta(RECENT_DAYS))
    )
    return [
        _row(
            key, name, target, today, last, under(counted, key), under(until_now, key), under(until_evening, key),
            under(until_then, key),
        )
        for key, (name, target) in listed.items()
    ]  # fmt: skip


def _row(
    key: str, name: str, target: int, today: date, last: date, people: int, done: int, before: int, then: int
) -> PaceRow:
    days = [today + timedelta(step) for step in range((last - today).days + 1)]
    need = needed(before, [Milestone(last, target)], days)[0]
    recent = before - then
    finishes = None
    if done < target and recent > 0:
        finishes = today + timedelta(-(-(target - before) * RECENT_DAYS // recent) - 1)
    behind = done < target and (need.per_day is None or recent < need.per_day * RECENT_DAYS)
    return PaceRow(key, name, people, target, done, done - before, need.per_day, recent, finishes, behind)


def _projected(total: PaceRow, room: Rooms, due: Mapping[date, int]) -> Projection:
    first = room.days[0].on
    days = [
        Day(each.on, each.seats, each.staff, each.arriving, due.get(each.on, 0) if each.on > first else 0)
        for each in room.days
    ]
    return project(total.done, total.target, room.on_hand, due.get(first, 0), days)


def _may(actor: Actor, area_code: str) -> None:
    if not actor.may(VIEW, area_code):
        raise NotFound()


__all__ = ["Limit", "PacePage", "PaceRow", "Step", "group_of", "next_step", "overview", "page", "rows"]
