"""What outreach hangs on the shell: the reasons in the navigation, the visits on a person's page."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.outreach import screen
from yingjie.web import registry
from yingjie.web.registry import PersonPanel

registry.navigation(
    section="mobilise", title=_("Reasons heard"), url_name="outreach_reasons", permission="outreach.view",
    icon="speakerphone", order=50,
)  # fmt: skip


@registry.person_panel
def visits(actor: Actor, person_id: UUID) -> PersonPanel | None:
    if not actor.may("outreach.view"):
        return None
    context = screen.panel(actor, person_id)
    return PersonPanel(
        pgettext_lazy("visit", "Visits"), "outreach/panel.html", context, icon="home", order=60
    )
