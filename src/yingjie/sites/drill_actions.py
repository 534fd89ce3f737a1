"""Writes of emergency drills: putting one on record, and what was done about what it showed."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites import drills, refusals
from yingjie.sites.layout_actions import locked
from yingjie.sites.models import Drill


@transaction.atomic
def hold_drill(
    *,
    by: Actor,
    site_id: UUID,
    on: date,
    scenario: str,
    led_by: str,
    people: Collection[str],
    seconds: Mapping[str, int],
    finding: str = "",
    correct_by_on: date | None = None,
) -> Drill:
    """Put a drill on record that was held on a day (today or before). `seconds`: from the alarm until each was there.

    Raises NotFound, UnknownWord, BadInput."""
    site = locked(by, site_id, "sites.inspect")
    if scenario not in drills.scenarios() or not set(seconds) <= set(drills.times()):
        raise refusals.UnknownWord(word=scenario)
    names = [name for each in people if (name := each.strip()[:40])]
    if on > clock.today() or not names or not led_by.strip():
        raise BadInput(what=_("A drill was held on a day, led by somebody, with people who took part."))
    made = Drill.objects.create(
        site=site, on=on, scenario=scenario, led_by=led_by.strip()[:40], people=names, seconds=dict(seconds),
        finding=finding.strip()[:500], correct_by_on=correct_by_on if finding.strip() else None,
        by=by.signature, at=clock.now(),
    )  # fmt: skip
    facts = {"on": str(on), "scenario": scenario, "people": len(names)}
    record(by=by, verb="sites.hold_drill", subject=made, area_code=site.area_id, facts=facts)
    return made


@transaction.atomic
def correct_drill(*, by: Actor, drill_id: UUID, how: str) -> Drill:
    """What was done about what a drill showed. Raises NotFound, NotAllowed, BadInput."""
    seen = Drill.objects.visible_to(by, "sites.change").filter(pk=drill_id).first()
    if seen is None:
        raise NotFound()
    row = lock(Drill.objects.unscoped("found under sites.change above"), site_id=seen.site_id, pk=drill_id)[0]
    if not row.finding or not how.strip():
        raise BadInput(what=_("Say what was done about what the drill showed."))
    row.correction, row.corrected_at = how.strip()[:500], clock.now()
    row.corrected_by = by.signature
    row.save(update_fields=["correction", "corrected_at", "corrected_by"])
    record(by=by, verb="sites.correct_drill", subject=row, area_code=seen.site.area_id)
    return row
