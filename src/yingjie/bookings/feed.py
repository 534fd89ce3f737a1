"""Sites and free places as data, for anybody: no person is in it, and nothing that could lead to one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from yingjie.bookings.queries import SessionRow, sessions, slots
from yingjie.bookings.rules import rules
from yingjie.foundation import clock
from yingjie.sites.models import Site
from yingjie.vaccines.queries import product

_PUBLIC = "sites and their free times are public"


def feed(area_code: str = "") -> dict[str, Any]:
    """Every open site below an area with its sessions and free places of the days ahead; times with their zone."""
    today = clock.today()
    rows = Site.objects.unscoped(_PUBLIC).filter(area__code__startswith=area_code, closed_on__isnull=True)
    sites = list(rows.exclude(kind="store").order_by("area_id", "code"))
    found = sessions([row.pk for row in sites], today, today + timedelta(days=rules().ahead_days))
    coming = [row for row in found if not row.is_over]
    return {
        "version": 2,
        "as_of": _said(clock.now()),
        "days": rules().ahead_days,
        "sites": [_site(site, [row for row in coming if row.site_id == site.pk]) for site in sites],
    }


def _site(site: Site, found: Sequence[SessionRow]) -> dict[str, Any]:
    free: dict[Any, list[dict[str, Any]]] = {}
    for slot in slots([row.id for row in found]):
        one = {
            "from": _said(slot.at),
            "until": _said(slot.until_at),
            "free": max(0, slot.free),
            "free_online": max(0, slot.free_online),
            "free_first_dose": slot.free_first,
        }
        free.setdefault(slot.session_id, []).append(one)
    return {
        "code": site.code,
        "name": site.name,
        "kind": site.kind,
        "area": site.area_id,
        "address": site.address,
        "hours": site.hours,
        "sessions": [
            {
                "id": str(row.id),
                "from": _said(row.from_at),
                "until": _said(row.until_at),
                "kind": row.kind,
                "products": [_product(code) for code in row.products],
                "slots": free.get(row.id, []),
            }
            for row in found
        ],
    }


def _product(code: str) -> dict[str, str]:
    title = product(code).short_title
    return {"code": code, "zh": title.zh, "en": title.en}


def _said(moment: Any) -> str:
    text: str = moment.astimezone(clock.CAMPAIGN_ZONE).isoformat(timespec="seconds")
    return text
