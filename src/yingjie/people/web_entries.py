"""What the shell shows of this module."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from yingjie.areas import figures
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.people import queries, review_entries, roster_queries, words
from yingjie.web import registry
from yingjie.web.registry import ActionLine

registry.navigation(
    section="ledger",
    title=pgettext_lazy("navigation", "People"),
    url_name="people",
    permission="people.view",
    icon="users",
    order=10,
)
registry.navigation(
    section="ledger",
    title=_("Import a roster"),
    url_name="imports",
    permission="people.import",
    icon="upload",
    order=20,
)
for state, (title, tone, icon) in words.STATES.items():
    registry.status(f"import-{state}", title, tone=tone, icon=icon)
registry.journal_words("people.register", _("entered a person"))
registry.journal_words("people.change", _("corrected a person"))
registry.journal_words("people.correct_number", _("corrected an identity number"))
registry.journal_words("people.move", _("moved a person from {from} to {to}"), title=_("moved a person"))
registry.journal_words("people.leave", _("took a person out of the ledger"))
registry.journal_words(
    "people.reveal", _("saw an identity number: {purpose}"), title=_("saw an identity number")
)
registry.journal_words("people.look_up", _("looked a number up at a station"))
registry.journal_words("people.propose_import", _("uploaded the roster {file}"), title=_("uploaded a roster"))
registry.journal_words("people.remap_import", _("changed the columns of a roster"))
registry.journal_words("people.commit_import", _("wrote a roster into the ledger"))
registry.journal_words("people.discard_import", _("discarded a roster"))
registry.journal_words("people.undo_import", _("took a roster back"))
registry.journal_words(
    "people.take_back_lines",
    _("took {lines} lines of a roster as a file"),
    title=_("took lines of a roster as a file"),
)


@registry.action_line
def rosters_to_review(actor: Actor) -> ActionLine | None:
    if not actor.may("people.import"):
        return None
    waiting = roster_queries.waiting(actor)
    return ActionLine(
        count=waiting,
        what=ngettext("roster waits for your review", "rosters wait for your review", waiting),
        url=f"{reverse('imports')}?state=proposed",
        button=_("Review"),
        icon="file-spreadsheet",
        why=_("Their people are not in the ledger yet."),
        order=20,
    )


def people_per_area(actor: Actor, code: str, codes: Sequence[str]) -> dict[str, int]:
    """People in the ledger today, per area of the level that the codes have."""
    return queries.counts_by_area(actor, code, len(codes[0]), clock.today())


figures.column(
    "people",
    _("People in the ledger"),
    people_per_area,
    permission="people.view",
    url_name="people",
    order=10,
)

assert review_entries  # its entries are registered when it is imported
