"""What cards and meetings hang on the shell: their place in the navigation, the journal's words, lines of Today."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yingjie.foundation.access.actor import Actor
from yingjie.oversight import card_queries, meetings
from yingjie.oversight.card_actions import ANSWER, DECIDE
from yingjie.web import registry
from yingjie.web.registry import ActionLine
from yingjie.web.templatetags.web import moment

registry.navigation(
    section="reports", title=gettext_lazy("Cards and orders"), url_name="oversight_cards", permission="oversight.view",
    icon="flag", order=17,
)  # fmt: skip
registry.journal_words(
    "oversight.propose_cards",
    gettext_lazy("rules proposed cards: {cards}"),
    title=gettext_lazy("rules proposed cards"),
)
registry.journal_words(
    "oversight.card",
    gettext_lazy("took a step with a card: {step}"),
    title=gettext_lazy("took a step with a card"),
)
registry.journal_words(
    "oversight.arrange_meeting", gettext_lazy("arranged an interview or a visit on the spot")
)
registry.journal_words("oversight.hold_meeting", gettext_lazy("recorded an interview or a visit on the spot"))
registry.journal_words(
    "oversight.call_off_meeting", gettext_lazy("called an interview or a visit on the spot off")
)


@registry.action_line
def cards_to_answer(actor: Actor) -> ActionLine | None:
    """Cards that wait for the actor's own area."""
    if not actor.may(ANSWER) or actor.is_system:
        return None
    waiting = card_queries.to_answer(actor)
    return ActionLine(
        count=waiting, what=ngettext("card to answer", "cards to answer", waiting), url=reverse("oversight_cards"), icon="flag",
        why=gettext_lazy("The task force above waits for what was done about it."), order=15,
    )  # fmt: skip


@registry.action_line
def meetings_to_attend(actor: Actor) -> ActionLine | None:
    """Interviews and visits on the spot to which the actor's own area is called."""
    if not actor.may(ANSWER) or actor.is_system:
        return None
    count, first = meetings.to_attend(actor)
    return ActionLine(
        count=count, what=ngettext("interview or visit ahead", "interviews or visits ahead", count), url=reverse("oversight_cards"),
        icon="calendar-event", tone="blue", why=_("The first is on {at}.").format(at=moment(first)) if first else "", order=16,
    )  # fmt: skip


@registry.action_line
def cards_to_decide(actor: Actor) -> ActionLine | None:
    """Proposals of the rules, and answers to check."""
    if not actor.may(DECIDE) or actor.is_system:
        return None
    waiting = card_queries.to_decide(actor)
    return ActionLine(
        count=waiting, what=ngettext("card to decide on", "cards to decide on", waiting), url=reverse("oversight_cards"),
        icon="flag", why=gettext_lazy("A rule proposes; a person decides."), order=65,
    )  # fmt: skip


@registry.action_line
def supervision_overdue(actor: Actor) -> ActionLine | None:
    """Replies past their day, meetings without a record, interviews without a day."""
    if not actor.may(DECIDE) or actor.is_system:
        return None
    found = meetings.overdue(actor)
    said = _("replies {replies} · records {records} · interviews without a day {undated}")
    return ActionLine(
        count=found.total, what=ngettext("overdue in supervision", "overdue in supervision", found.total),
        url=f"{reverse('oversight_cards')}?late=1", icon="calendar-due", tone="orange",
        why=said.format(replies=found.replies, records=found.records, undated=found.undated), order=14,
    )  # fmt: skip
