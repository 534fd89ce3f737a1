"""Writes of sites."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites import hours as opening_hours
from yingjie.sites.models import KINDS, Site
from yingjie.sites.refusals import CodeTaken, UnknownKind


@transaction.atomic
def open_site(
    *,
    by: Actor,
    code: str,
    name: str,
    kind: str,
    area_code: str,
    address: str = "",
    hours: str = "",
    opened_on: date | None = None,
    seats_per_hour: int | None = None,
    seats_per_session: int | None = None,
) -> Site:
    """Open a site or a store. `hours` as in hours.py. Raises CodeTaken, UnknownKind, HoursUnreadable, NotAllowed."""
    by.require("sites.change", area_code)
    opening_hours.weekly(hours)
    if kind not in KINDS:
        raise UnknownKind(kind=kind, known=", ".join(KINDS))
    site = Site(
        code=code.strip(),
        name=name.strip(),
        kind=kind,
        area_id=area_code,
        address=address.strip(),
        hours=hours.strip(),
        opened_on=opened_on or clock.today(),
        seats_per_hour=seats_per_hour,
        seats_per_session=seats_per_session,
    )
    try:
        with transaction.atomic():
            site.save(force_insert=True)
    except IntegrityError as clash:
        if "code" not in str(clash):
            raise
        raise CodeTaken(site_code=site.code) from clash
    record(
        by=by, verb="sites.open", subject=site, area_code=area_code, facts={"code": site.code, "kind": kind}
    )
    return site


@transaction.atomic
def change(
    *,
    by: Actor,
    site_id: UUID,
    name: str | None = None,
    address: str | None = None,
    hours: str | None = None,
    closed_on: date | None = None,
    seats_per_hour: int | None = None,
    seats_per_session: int | None = None,
) -> Site:
    """Change what is said about a site, or close it from a day on. What is left out stays. Raises NotFound, BadInput,
    HoursUnreadable."""
    if not Site.objects.visible_to(by, "sites.change").filter(pk=site_id).exists():
        raise NotFound()
    site = lock(Site.objects.unscoped("found under sites.change above"), pk=site_id)[0]
    opening_hours.weekly(hours or "")
    asked = {
        "name": name, "address": address, "hours": hours, "closed_on": closed_on, "seats_per_hour": seats_per_hour,
        "seats_per_session": seats_per_session,
    }  # fmt: skip
    changed = {
        key: value for key, value in asked.items() if value is not None and getattr(site, key) != value
    }
    if closed_on is not None and closed_on < site.opened_on:
        raise BadInput(what=_("A site cannot close before it opened."))
    for key, value in changed.items():
        setattr(site, key, value)
    if changed:
        site.save(update_fields=list(changed))
    facts = {key: str(value) for key, value in changed.items()}
    record(by=by, verb="sites.change", subject=site, area_code=site.area_id, facts=facts)
    return site
