"""What sites hang on the shell: the list in the navigation, and their names where roles are shown and granted."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.access.actor import Actor
from yingjie.sites import queries
from yingjie.web import registry
from yingjie.web.registry import SiteChoice

registry.navigation(
    section="organisation",
    title=_("Sites"),
    url_name="sites",
    permission="sites.view",
    icon="building-hospital",
    order=40,
)


def grantable(actor: Actor) -> list[SiteChoice]:
    """The sites of the areas in which the actor administers users."""
    return [SiteChoice(row.id, row.name, row.area_code) for row in queries.sites(actor, "access.manage")]


registry.site_names(queries.names, grantable)
