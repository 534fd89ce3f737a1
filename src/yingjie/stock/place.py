"""What every page of a site's stock has around it: the site, and the tabs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjie.foundation.access.gates import ActorRequest
from yingjie.sites import queries as sites
from yingjie.stock.papers import Paper


@dataclass(frozen=True)
class Tab:
    title: str
    url: str
    is_here: bool
    count: int | None = None


def around(request: ActorRequest, site_id: UUID, here: str, permission: str = "stock.view") -> dict[str, Any]:
    """`site`, `tabs`, `may_change`, `may_decide`. Raises NotFound where the actor does not hold `permission` at the site."""
    at = sites.site(request.actor, site_id, permission)
    titles = (
        ("stock_site", _("Stock")),
        ("stock_deliveries", _("Deliveries")),
        ("stock_transfers", _("Transfers")),
        ("stock_fridges", _("Cold chain")),
        ("stock_day", pgettext("stock", "Day close")),
    )
    return {
        "site": at,
        "tabs": [Tab(title, reverse(name, args=[site_id]), name == here) for name, title in titles],
        "may_change": request.actor.may("stock.change", at.area_code, at.id),
        "may_decide": request.actor.may("stock.decide", at.area_code, at.id),
    }


def download(paper: Paper) -> HttpResponse:
    """Always a file, never a page: what it holds was handed in from outside."""
    response = HttpResponse(paper.content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, paper.name) or "attachment"
    return response
