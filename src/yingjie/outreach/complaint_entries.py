"""What complaints hang on the shell."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yingjie.foundation.access.actor import Actor
from yingjie.outreach import complaint_list, complaints, written
from yingjie.people import queries as people
from yingjie.web import registry
from yingjie.web.registry import ActionLine, PersonPanel

registry.navigation(
    section="mobilise", title=_("Complaints"), url_name="outreach_complaints", permission=complaints.SEE, icon="flag",
    order=55,
)  # fmt: skip
for _state, (_title, _tone, _icon) in complaint_list.STATES.items():
    registry.status(f"complaint-{_state}", _title, tone=_tone, icon=_icon)
registry.public_link(_("Complaint"), url_name="resident_complaint", order=30)
registry.journal_words("outreach.write_complaint", _("wrote a complaint on the public page"))
registry.journal_words("outreach.answer_written", _("answered what was written on the public page"))
registry.journal_words("outreach.take_complaint", _("took a complaint"))
registry.journal_words("outreach.hand_on_complaint", _("handed a complaint on"))
registry.journal_words("outreach.decide_complaint", _("decided a complaint"))


@registry.action_line
def complaints_open(actor: Actor) -> ActionLine | None:
    if not actor.may(complaints.DECIDE) or actor.is_system:
        return None
    waiting, late = complaints.waiting(actor)
    return ActionLine(
        count=waiting,
        what=ngettext("complaint to answer", "complaints to answer", waiting),
        url=f"{reverse('outreach_complaints')}?state={'overdue' if late else 'open'}",
        icon="flag",
        tone="orange" if late else "blue",
        why=ngettext("{n} is past its day.", "{n} are past their day.", late).format(n=late) if late else "",
        order=12,
    )


@registry.action_line
def written_to_take(actor: Actor) -> ActionLine | None:
    if not actor.may(complaints.DECIDE) or actor.is_system:
        return None
    waiting = written.to_take(actor)
    what = ngettext(
        "complaint from the public page to take on", "complaints from the public page to take on", waiting
    )
    return ActionLine(waiting, what, f"{reverse('outreach_complaints')}#written", icon="flag", order=11)


@registry.person_panel
def complaints_of(actor: Actor, person_id: UUID) -> PersonPanel | None:
    if not actor.may(complaints.SEE):
        return None
    found = complaints.of_person(actor, person_id)
    may_take = actor.may(complaints.DECIDE, people.person(actor, person_id).area_code)
    actions = ((_("Take a complaint"), reverse("outreach_take_complaint", args=[person_id])),)
    shown = [(row, complaint_list.ABOUT_TITLES[row.about]) for row in found]
    return PersonPanel(
        _("Complaints"), "outreach/complaints_panel.html", {"rows": shown}, icon="flag",
        actions=actions if may_take else (), order=90,
    )  # fmt: skip
