"""Opening a site's day in spite of what stands against it: by somebody above the site, with a reason, for that day only."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import BadInput
from yingjie.sites import opening, queries, refusals
from yingjie.sites.models import DayPermit


@transaction.atomic
def permit_day(*, by: Actor, site_id: UUID, reason: str) -> None:
    """Let the site register people today although something keeps it shut. Whoever inspects the area may; who works at the
    site alone may not permit themselves.

    Raises OwnPermit, NothingToPermit, PermittedBefore, BadInput, NotFound."""
    at = queries.site(by, site_id, "sites.inspect")
    if not may_permit(by, at.area_code):
        raise refusals.OwnPermit()
    today = clock.today()
    if not reason.strip():
        raise BadInput(what=_("Say why the site opens today in spite of it."))
    points = [point for point in opening.stands_against(by, at.id, today) if point.blocks]
    if not points:
        raise refusals.NothingToPermit(site=at.name)
    row = DayPermit(
        site_id=at.id, on=today, against=[point.line or point.code for point in points], reason=reason.strip()[:200],
        by=by.signature, at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as twice:
        if "a_day_of_a_site_is_permitted_once" not in str(twice):
            raise
        raise refusals.PermittedBefore(site=at.name) from twice
    facts = {"on": today.isoformat(), "against": row.against, "reason": row.reason}
    record(by=by, verb="sites.permit_day", subject=row, area_code=at.area_code, facts=facts)


def may_permit(by: Actor, area_code: str) -> bool:
    """Whether the actor inspects for the area in which a site lies, not for one site alone."""
    return by.is_system or any(
        held.site_id is None and not held.line_code and area_code.startswith(held.area_code)
        for held in by.scopes("sites.inspect")
    )
