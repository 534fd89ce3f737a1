"""Whether a site may vaccinate on a day: what inspections and drills found and nobody put right, as data/readiness.yaml weighs it.

stands_against(actor, site_id, on)   every point, those that keep the site shut first
may_vaccinate(site_id, on)           None, or the refusal to raise; for the desk, which has checked the site
permit_of(actor, site_id, on)        who opened the day in spite of it
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yingjie.foundation.access.actor import Actor
from yingjie.sites import drills, queries, refusals, standards
from yingjie.sites.models import DayPermit, Drill, Finding, Site

_WHY = "of a site that was checked"


@dataclass(frozen=True)
class Point:
    """Something that stands against a day: its code in the data, the line of the checklist ("" for drills), what, since when."""

    code: str
    line: str
    what: str | Promise
    blocks: bool


@dataclass(frozen=True)
class PermitRow:
    on: date
    reason: str
    by: str
    at: datetime


def stands_against(actor: Actor, site_id: UUID, on: date) -> list[Point]:
    """Raises NotFound."""
    return _points(queries.site(actor, site_id).id, on)


def may_vaccinate(site_id: UUID, on: date) -> refusals.DayNotOpen | None:
    """What keeps a site that was checked from registering people on a day; None: nothing, or somebody took it on themselves."""
    found = [point for point in _points(site_id, on) if point.blocks]
    if not found or DayPermit.objects.unscoped(_WHY).filter(site_id=site_id, on=on).exists():
        return None
    name = Site.objects.unscoped(_WHY).values_list("name", flat=True).get(pk=site_id)
    return refusals.DayNotOpen(site=name, what=refusals.said_all(tuple(point.what for point in found)))


def permit_of(actor: Actor, site_id: UUID, on: date) -> PermitRow | None:
    row = DayPermit.objects.visible_to(actor).filter(site_id=site_id, on=on).first()
    return PermitRow(row.on, row.reason, row.by, row.at) if row else None


def _points(site_id: UUID, on: date) -> list[Point]:
    found = [*_of_findings(site_id, on), *_of_drills(site_id, on)]
    return sorted(found, key=lambda point: not point.blocks)


def _of_findings(site_id: UUID, on: date) -> list[Point]:
    rows = Finding.objects.unscoped(_WHY).filter(site_id=site_id).exclude(state="settled")
    found = []
    for row in rows.order_by("found_at", "pk"):
        item = standards.checklist().get(row.code)
        is_late = row.state == "open" and row.correct_by_on is not None and row.correct_by_on < on
        keeps_shut = item is not None and item.blocks
        code = "finding_that_blocks" if keeps_shut else "finding_overdue"
        if keeps_shut or is_late:
            what = format_lazy("{line}: {what}", line=item.title if item else row.code, what=row.what)
            found.append(Point(code, row.code, what, _blocks(code)))
    return found


def _of_drills(site_id: UUID, on: date) -> list[Point]:
    rows = Drill.objects.unscoped(_WHY).filter(site_id=site_id, on__lte=on)
    last = rows.order_by("-on").values_list("on", flat=True).first()
    found = []
    if last is not None and on - last > timedelta(days=drills.within_days()):
        what = format_lazy(_("the last emergency drill was on {on}"), on=last)
        found.append(Point("drill_overdue", "", what, _blocks("drill_overdue")))
    late = rows.exclude(finding="").filter(corrected_at__isnull=True, correct_by_on__lt=on)
    for row in late.order_by("on", "pk"):
        what = format_lazy(_("found in the drill of {on}: {what}"), on=row.on, what=row.finding)
        found.append(Point("drill_finding_overdue", "", what, _blocks("drill_finding_overdue")))
    return found


def _blocks(code: str) -> bool:
    return standards.opening()[code] == "block"
