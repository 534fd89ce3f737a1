"""What the shell shows of the review queue; `web_entries` brings it in."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yingjie.foundation.access.actor import Actor
from yingjie.people import review_queries
from yingjie.web import registry
from yingjie.web.registry import ActionLine

registry.navigation(
    section="ledger",
    title=_("Review queue"),
    url_name="review",
    permission="people.import",
    icon="help-circle",
    order=22,
)
registry.journal_words("people.decide_doubt", _("answered a question of the review queue"))
registry.journal_words("people.undo_decision", _("took an answer of the review queue back"))
registry.journal_words("people.look_for_doubles", _("looked for people who stand twice in the ledger"))


@registry.action_line
def doubts_to_decide(actor: Actor) -> ActionLine | None:
    if not actor.may("people.import"):
        return None
    waiting = review_queries.waiting(actor)
    return ActionLine(
        count=waiting,
        what=ngettext("doubtful person waits for a decision", "doubtful people wait for a decision", waiting),
        url=reverse("review"),
        button=_("Decide them"),
        icon="help-circle",
        why=_("A line of a roster is like somebody of the ledger, but not surely the same."),
        order=22,
    )
