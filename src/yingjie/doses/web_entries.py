"""What doses hang on the shell: the panel of a person's page with standing, reason and timeline."""

from uuid import UUID

from django.utils.translation import pgettext_lazy

from yingjie.doses import queries, screen
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.web import registry
from yingjie.web.registry import PersonPanel

# A list may show a status under the word by which it is stored.
for _status, _word in screen.SHELL_WORDS.items():
    _known = registry.current.statuses.get(_word)
    if _known is not None:
        registry.status(_status.value, _known.title, tone=_known.tone, icon=_known.icon)


@registry.person_panel
def doses(actor: Actor, person_id: UUID) -> PersonPanel | None:
    if not actor.may("doses.view"):
        return None
    today = clock.today()
    standing = queries.standing(actor, person_id, today)
    context = {
        "standing": standing,
        "is_due_now": standing.earliest_on is not None and standing.earliest_on <= today,
        "status": screen.shell_word(standing.status),
        "items": screen.timeline(queries.history(actor, person_id)),
        "because": standing.because,
        "person_id": person_id,
        "may_correct": actor.may("people.change"),
    }
    return PersonPanel(pgettext_lazy("panel", "Doses"), "doses/panel.html", context, icon="vaccine", order=20)
