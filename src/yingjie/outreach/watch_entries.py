"""What the watch over deferred people hangs on the shell."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.outreach import watch_list, watches
from yingjie.web import registry
from yingjie.web.registry import ActionLine, PersonPanel

registry.navigation(
    section="mobilise", title=_("Deferred people"), url_name="outreach_watches", permission="outreach.view", icon="eye", order=27,
)  # fmt: skip
for _state, (_title, _tone, _icon) in watch_list.STATES.items():
    registry.status(f"watch-{_state}", _title, tone=_tone, icon=_icon)
registry.journal_words("outreach.check_deferred", _("asked how somebody deferred is"))
registry.journal_words("outreach.change_watch", _("changed who asks somebody deferred, and how often"))
registry.journal_words(
    "outreach.settle_watches",
    _("settled whom to look after while deferred ({begun} begun, {ended} ended)"),
    title=_("settled whom to look after while deferred"),
)


def _is_asked(actor: Actor) -> bool:
    return not actor.is_system and (actor.may("outreach.record") or actor.may("people.health"))


@registry.action_line
def checks_due(actor: Actor) -> ActionLine | None:
    if not _is_asked(actor):
        return None
    due = watches.due(actor)
    return ActionLine(
        count=due,
        what=ngettext("deferred person to ask how they are", "deferred people to ask how they are", due),
        url=f"{reverse('outreach_watches')}?state=due",
        icon="eye",
        order=26,
    )


@registry.action_line
def come_back(actor: Actor) -> ActionLine | None:
    if not _is_asked(actor):
        return None
    back = watches.back(actor)
    return ActionLine(
        count=back,
        what=ngettext("deferred person has come back", "deferred people have come back", back),
        url=f"{reverse('outreach_watches')}?state=back",
        icon="rotate-clockwise",
        tone="blue",
        why=_("Nothing stands against a dose any more: offer a place or a visit at home."),
        order=24,
    )


@registry.person_panel
def watch_over(actor: Actor, person_id: UUID) -> PersonPanel | None:
    if not actor.may("outreach.view"):
        return None
    found = watches.of_person(actor, person_id)
    if found is None:
        return None
    actions = ((_("Open"), reverse("outreach_watch", args=[found.id])),)
    context = {"row": found, "result": watch_list.RESULT_TITLES.get(found.result, "")}
    title = pgettext_lazy("watch", "While deferred")
    return PersonPanel(title, "outreach/watch_panel.html", context, icon="eye", actions=actions, order=62)
