"""What reminders hang on the shell: two entries of the navigation, a person's panel, lines of today, the journal's words."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.reminders import queries, words
from yingjie.web import registry
from yingjie.web.registry import ActionLine, PersonPanel

registry.navigation(
    section="mobilise", title=_("Reminders"), url_name="reminders", permission="reminders.view", icon="bell", order=60,
)  # fmt: skip
registry.navigation(
    section="mobilise", title=_("Public texts"), url_name="reminder_notices", permission="reminders.view",
    icon="volume", order=70,
)  # fmt: skip

for word, title, tone, icon in words.STATUSES:
    registry.status(word, title, tone=tone, icon=icon)
for verb, said in words.VERBS.items():
    registry.journal_words(verb, said[0], title=said[-1])


@registry.action_line
def failed_messages(actor: Actor) -> ActionLine | None:
    """Messages of the last reminders that did not arrive: those people are to be told in another way."""
    if not actor.may("reminders.send") or actor.is_system:
        return None
    lost = sum(row.lost for row in queries.reminders(actor, 5))
    return ActionLine(
        count=lost,
        what=ngettext("message did not arrive", "messages did not arrive", lost),
        url=f"{reverse('reminder_messages')}?state=lost",
        icon="bell",
        why=_("Tell these people in another way: a call, a visit."),
        order=70,
    )


@registry.person_panel
def reminders(actor: Actor, person_id: UUID) -> PersonPanel | None:
    if not actor.may("reminders.view"):
        return None
    found = queries.standing(actor, person_id)
    change = ((_("Note a wish"), reverse("reminder_wish", args=[person_id])),)
    return PersonPanel(
        pgettext_lazy("person", "Reminders"), "reminders/panel.html", {"found": found}, icon="bell",
        actions=change if actor.may("reminders.wish") else (), order=75,
    )  # fmt: skip
