"""What outreach hangs on the shell: the reasons in the navigation, the visits on a person's page."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.outreach import queries, screen
from yingjie.outreach.forms import AttemptForm
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
    context = {
        "items": screen.timeline(queries.history(actor, person_id)),
        "form": AttemptForm() if queries.may_record(actor, person_id) else None,
        "person_id": person_id,
    }
    return PersonPanel(
        pgettext_lazy("visit", "Visits"), "outreach/panel.html", context, icon="home", order=60
    )
