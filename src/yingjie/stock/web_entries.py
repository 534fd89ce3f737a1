"""What stock hangs on the shell: its navigation, the panel of a site, lots that are about to expire."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yingjie.foundation.access.actor import Actor
from yingjie.sites import queries as sites
from yingjie.sites.panels import SitePanel, site_panel
from yingjie.stock import queries
from yingjie.stock.screen import shown
from yingjie.web import registry
from yingjie.web.registry import ActionLine

registry.navigation(
    section="vaccine", title=_("Stock"), url_name="stock", permission="stock.view", icon="package", order=10
)


@site_panel
def balances(actor: Actor, site_id: UUID) -> SitePanel | None:
    if not actor.may("stock.view", site_id=site_id):
        return None
    rows = [shown(row) for row in queries.balances(actor, site_id)]
    more = ((_("Movements"), reverse("stock_site", args=[site_id]), "list-details"),)
    return SitePanel(
        _("Stock"), "stock/balances.html", {"balances": rows}, icon="package", actions=more, order=20
    )


@registry.action_line
def expiring_lots(actor: Actor) -> Iterator[ActionLine]:
    """For whoever can do something about it."""
    if not actor.may("stock.change") or actor.is_system:
        return
    found = queries.expiring(actor)
    names = sites.names({site_id for site_id, _count in found})
    for site_id, count in found[:5]:
        yield ActionLine(
            count, _("lots expire within 30 days"), reverse("stock_site", args=[site_id]), why=names[site_id],
            icon="calendar-due", order=40,
        )  # fmt: skip
