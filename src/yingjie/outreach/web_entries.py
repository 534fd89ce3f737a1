"""What outreach hangs on the shell: the reasons in the navigation, the visits on a person's page."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.outreach import feedback, screen
from yingjie.web import registry
from yingjie.web.registry import ActionLine, PersonPanel

registry.navigation(
    section="mobilise", title=_("Reasons heard"), url_name="outreach_reasons", permission="outreach.view",
    icon="speakerphone", order=50,
)  # fmt: skip
registry.navigation(
    section="mobilise", title=_("Not vaccinated yet"), url_name="outreach_unvaccinated", permission="outreach.view",
    icon="list-details", order=10,
)  # fmt: skip
registry.status("away", _("Living away"), tone="indigo", icon="route")
registry.journal_words(
    "outreach.issue_unvaccinated",
    _("made the lists of {villages} villages ({people} people)"),
    title=_("made the villages' lists of those not vaccinated"),
)
registry.journal_words(
    "outreach.take_list",
    _("took a village's list of {on} as a file ({rows} people)"),
    title=_("took a village's list as a file"),
)


@registry.action_line
def lists_to_make(actor: Actor) -> ActionLine | None:
    """The lists of the day, for whoever makes them."""
    if not actor.may("outreach.issue") or actor.is_system:
        return None
    waiting = feedback.missing(actor, clock.today())
    return ActionLine(
        count=waiting,
        what=ngettext("village has no list of today yet", "villages have no list of today yet", waiting),
        url=reverse("outreach_lists"),
        button=_("Make the lists"),
        tone="blue",
        icon="send",
        why=_("Who is not vaccinated is fed back to every village each day."),
        order=60,
    )


@registry.person_panel
def visits(actor: Actor, person_id: UUID) -> PersonPanel | None:
    if not actor.may("outreach.view"):
        return None
    context = screen.panel(actor, person_id)
    return PersonPanel(
        pgettext_lazy("visit", "Visits"), "outreach/panel.html", context, icon="home", order=60
    )
