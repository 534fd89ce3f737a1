"""What a bulletin says beyond counting: milestones against their pace, what is laid out for tomorrow, what stands out."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection

from vaxkit.targets import Milestone, needed
from yingjie.bookings import queries as bookings
from yingjie.bookings.models import Booking
from yingjie.campaigns import queries as campaigns
from yingjie.campaigns.queries import MilestoneView, PhaseView
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.oversight.content import BulletinContent
from yingjie.oversight.counting import PACE_DAYS, VIEW
from yingjie.oversight.models import Card
from yingjie.oversight.sections import Notice, TargetLine, Tomorrow
from yingjie.people.queries import counted_on, years_before
from yingjie.sites import queries as sites
from yingjie.stock.queries import usable_doses
from yingjie.vaccines.queries import CAMPAIGN_GROUP

#: Lists from which fewer came than this share, of at least so many people, stand out.
POOR_LISTS, OF_AT_LEAST = 0.8, 10
_BY_SYSTEM = system("oversight")
# Whoever had the second dose had the first: a number is reached by it or any later one that counts.
_REACHED = """
    SELECT count(*), count(*) FILTER (WHERE had.on_day <= %s), count(*) FILTER (WHERE had.on_day < %s),
           count(*) FILTER (WHERE had.on_day < %s AND had.on_day >= %s)
    FROM ({people}) p (id, area_id, birth_on, whereabouts, pinyin) LEFT JOIN (
        SELECT d.person_id, min(d.given_on) AS on_day FROM doses_dose d
        WHERE d."group" = %s AND d.counts_as >= %s AND d.recorded_at <= %s AND (d.voided_at IS NULL OR d.voided_at > %s)
        GROUP BY 1
    ) had ON had.person_id = p.id
    WHERE p.birth_on <= %s AND p.birth_on > %s
          AND (%s = '' OR EXISTS (SELECT 1 FROM people_personcategory c WHERE c.person_id = p.id AND c.code = %s
               AND (c.from_on IS NULL OR c.from_on <= %s) AND (c.until_on IS NULL OR c.until_on > %s)))
"""


def targets(area_code: str, on: date, cut_off_at: datetime) -> tuple[TargetLine, ...]:
    """The issued milestones of an area that are not past on the day, with what was reached by the cut-off, by day and title."""
    found = []
    for phase, milestone in campaigns.issued(_BY_SYSTEM, area_code):
        if milestone.on >= on and milestone.issued_at is not None and milestone.issued_at <= cut_off_at:
            found.append(_target(area_code, phase, milestone, on, cut_off_at))
    return tuple(sorted(found, key=lambda each: (each.on, each.title, each.dose)))


def _target(
    area_code: str, phase: PhaseView, milestone: MilestoneView, on: date, cut_off_at: datetime
) -> TargetLine:
    people, done, before, recent = _reached(area_code, phase, on, cut_off_at)
    target = milestone.target or 0
    days = [on + timedelta(step) for step in range((milestone.on - on).days + 1)]
    need = needed(before, [Milestone(milestone.on, target)], days)[0]
    return TargetLine(
        phase.title, phase.dose, milestone.on, people, target, done, before, need.per_day, recent
    )


def _reached(area_code: str, phase: PhaseView, on: date, cut_off_at: datetime) -> tuple[int, int, int, int]:
    """People of the phase's group; who reached its dose by the day, before the day, in the seven days before it."""
    sums = [0, 0, 0, 0]
    after = date.min if phase.age_until is None else years_before(on, phase.age_until + 1)
    asked: list[Any] = [
        CAMPAIGN_GROUP, phase.dose, cut_off_at, cut_off_at, years_before(on, phase.age_from), after,
        phase.category, phase.category, on, on,
    ]  # fmt: skip
    for rows in counted_on(on, cut_off_at, present=phase.present_only).rows(_BY_SYSTEM, area_code, VIEW):
        try:
            sql, parameters = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        week = on - timedelta(PACE_DAYS)
        with connection.cursor() as cursor:
            cursor.execute(_REACHED.format(people=sql), [on, on, on, week, *parameters, *asked])
            sums = [one + more for one, more in zip(sums, cursor.fetchone(), strict=True)]
    return sums[0], sums[1], sums[2], sums[3]


def needed_next_day(lines: Sequence[TargetLine], on: date) -> int:
    """Doses that the milestones ask of the day after `on`: of milestones of one dose and group title, the most pressing one."""
    pressing: dict[tuple[str, int], int] = {}
    for line in lines:
        days = (line.on - on).days
        if days > 0:
            asked = -(-line.left // days)
            key = line.title, line.dose
            pressing[key] = max(pressing.get(key, 0), asked)
    return sum(pressing.values())


def tomorrow(area_code: str, on: date, lines: Sequence[TargetLine]) -> Tomorrow | None:
    """What is laid out for the day after, as known now; None for a bulletin of a past day."""
    if on != clock.today():
        return None
    day = on + timedelta(days=1)
    near = [
        site for site in sites.sites(_BY_SYSTEM) if site.area_code.startswith(area_code) and site.is_open(day)
    ]
    ids: list[UUID] = [site.id for site in near if site.kind != "store"]
    found = bookings.sessions(ids, day, day)
    rows = Booking.objects.unscoped("counted for sites of the area").filter(
        site_id__in=ids, on=day, state="booked"
    )
    on_hand = sum(usable_doses(_BY_SYSTEM, [site.id for site in near]).values())
    return Tomorrow(
        needed=needed_next_day(lines, on),
        booked=rows.count(),
        seats=sum(each.seats for each in found),
        sites=len({each.site_id for each in found}),
        doses_on_hand=on_hand,
    )


def notices(content: BulletinContent, laid_out: Tomorrow | None) -> tuple[Notice, ...]:
    """What stands out, hardest first; the words are the paper's."""
    lines = [line for line in content.lines if line.code]
    found = [
        Notice("no_doses", *_named(line.name for line in lines if line.remaining and not line.doses_today)),
        Notice("behind", *_named(line.title for line in content.targets if line.is_behind)),
        Notice("poor_lists", *_named(line.name for line in lines if _is_poor(line.listed, line.attended))),
        Notice("over_full", *_named(line.name for line in lines if line.first_dose > line.people > 0)),
    ]
    if laid_out and laid_out.needed > laid_out.doses_on_hand:
        found.append(Notice("short_of_vaccine", laid_out.needed - laid_out.doses_on_hand))
    overdue = Card.objects.unscoped("cards raised from this area's bulletins").filter(
        raised_by_id=content.area_code, state="open", reply_due_on__lt=content.on
    )
    found.append(Notice("cards_unanswered", overdue.count()))
    return tuple(notice for notice in found if notice.count)


def _is_poor(listed: int, attended: int) -> bool:
    return listed >= OF_AT_LEAST and attended < POOR_LISTS * listed


def _named(names: Any) -> tuple[int, tuple[str, ...]]:
    """How many, and the first five of them by name."""
    found = tuple(names)
    return len(found), found[:5]
