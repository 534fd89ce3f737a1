"""What doses hang on the shell: the panel of a person's page with standing, reason and timeline; the queue of reported doses."""

from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from yingjie.doses import beside, claim_queries, queries, screen
from yingjie.doses.wording import CLAIM_STATES
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.people import queries as people
from yingjie.vaccines.queries import product
from yingjie.web import registry
from yingjie.web.registry import ActionLine, PersonPanel

# A list may show a status under the word by which it is stored.
for _status, _word in screen.SHELL_WORDS.items():
    _known = registry.current.statuses.get(_word)
    if _known is not None:
        registry.status(_status.value, _known.title, tone=_known.tone, icon=_known.icon)
for _state, (_title, _tone, _icon) in CLAIM_STATES.items():
    registry.status(f"claim-{_state}", _title, tone=_tone, icon=_icon)

registry.navigation(
    section="ledger", title=_("Doses given elsewhere"), url_name="dose_claims", permission="doses.view", icon="world", order=40,
)  # fmt: skip
registry.journal_words("doses.amend", _("amended the record of a dose"))
registry.journal_words("doses.claim", _("reported a dose given elsewhere"))
registry.journal_words("doses.add_proof", _("added a proof to a dose given elsewhere"))
registry.journal_words("doses.accept", _("accepted a dose given elsewhere"))
registry.journal_words(
    "doses.refuse", _("did not accept a dose given elsewhere: {reason}"), title=_("did not accept a dose given elsewhere")
)  # fmt: skip
registry.journal_words(
    "doses.reopen", _("opened the report of a dose again: {reason}"), title=_("opened the report of a dose again")
)  # fmt: skip
registry.journal_words("doses.see_proof", _("looked at a proof"))


@registry.action_line
def claims_to_decide(actor: Actor) -> ActionLine | None:
    if not actor.may("doses.decide") or actor.is_system:
        return None
    waiting = claim_queries.waiting(actor)
    return ActionLine(
        waiting, ngettext("dose given elsewhere to verify", "doses given elsewhere to verify", waiting),
        f"{reverse('dose_claims')}?state=claimed", button=pgettext_lazy("claim", "Verify"), tone="yellow", icon="world",
        why=_("They do not count until somebody decides."), order=25,
    )  # fmt: skip


def _beside(actor: Actor, person_id: UUID, today: date) -> list[dict[str, Any]]:
    """The other campaigns that concern somebody, a line each."""
    titles = beside.group_titles(today)
    return [
        {
            "group": group,
            "title": titles[group],
            "status": screen.shell_word(row.status),
            "standing": row,
            "is_due_now": row.earliest_on is not None and row.earliest_on <= today,
        }
        for group, row in beside.standings_beside(actor, person_id, today).items()
    ]


@registry.person_panel
def doses(actor: Actor, person_id: UUID) -> PersonPanel | None:
    if not actor.may("doses.view"):
        return None
    today = clock.today()
    person = people.person(actor, person_id)
    standing = queries.standing(actor, person_id, today)
    may_claim = actor.may("doses.claim", person.area_code) and person.left_on is None
    context = {
        "standing": standing,
        "is_due_now": standing.earliest_on is not None and standing.earliest_on <= today,
        "status": screen.shell_word(standing.status),
        "items": screen.timeline(queries.history(actor, person_id)),
        "claims": [(row, *CLAIM_STATES[row.state]) for row in claim_queries.claims_of(actor, person_id)],
        "because": standing.because,
        "products": [product(code) for code in standing.products],
        "beside": _beside(actor, person_id, today),
        "person_id": person_id,
        "may_correct": actor.may("people.change", person.area_code),
    }
    more = ((_("Report a dose given elsewhere"), reverse("dose_claim_new", args=[person_id])),) * may_claim
    return PersonPanel(
        pgettext_lazy("panel", "Doses"), "doses/panel.html", context, icon="vaccine", actions=more, order=20
    )
