"""Reads of sites. What others ask of a site's layout, hours and readiness is named here too."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.sites import hours as opening_hours
from yingjie.sites.layout_queries import Opening, StationRow, ZoneRow, openings, stations, zones
from yingjie.sites.models import Site
from yingjie.sites.readiness_queries import is_ready, may_open_session, what_is_missing

__all__ = [
    "Opening", "SiteRow", "StationRow", "ZoneRow", "is_ready", "may_open_session", "names", "openings", "site",
    "site_by_code", "sites", "stations", "what_is_missing", "zones",
]  # fmt: skip


@dataclass(frozen=True)
class SiteRow:
    id: UUID
    code: str
    name: str
    kind: str
    area_code: str
    address: str
    hours: str
    opened_on: date
    closed_on: date | None
    seats_per_hour: int | None = None
    seats_per_session: int | None = None

    @property
    def hours_said(self) -> str:
        return opening_hours.said(self.hours, get_language() or "zh")

    def is_open(self, on: date) -> bool:
        return self.opened_on <= on and (self.closed_on is None or on < self.closed_on)


def site(actor: Actor, site_id: UUID, permission: str = "sites.view") -> SiteRow:
    """One site. Raises NotFound where the actor does not hold `permission` there."""
    found = Site.objects.visible_to(actor, permission).filter(pk=site_id).first()
    if found is None:
        raise NotFound()
    return _row(found)


def site_by_code(actor: Actor, code: str) -> SiteRow:
    """A site by the code that people write. Raises NotFound."""
    found = Site.objects.visible_to(actor).filter(code=code).first()
    if found is None:
        raise NotFound()
    return _row(found)


def sites(actor: Actor, permission: str = "sites.view", *, with_closed: bool = False) -> list[SiteRow]:
    """The sites at which the actor holds `permission`, in the order of their areas."""
    rows = Site.objects.visible_to(actor, permission).order_by("area_id", "code")
    if not with_closed:
        rows = rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=clock.today()))
    return [_row(found) for found in rows]


def names(site_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of sites, which are public."""
    return dict(
        Site.objects.unscoped("names of sites are public").filter(pk__in=site_ids).values_list("pk", "name")
    )


def _row(site: Site) -> SiteRow:
    return SiteRow(
        site.pk,
        site.code,
        site.name,
        site.kind,
        site.area_id,
        site.address,
        site.hours,
        site.opened_on,
        site.closed_on,
        site.seats_per_hour,
        site.seats_per_session,
    )
