"""What the shell shows of this module."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from yingjie.areas import figures
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.people import gap_queries, queries, review_entries, roster_queries, source_entries, words
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
registry.navigation(
    section="ledger",
    title=pgettext_lazy("navigation", "Changes"),
    url_name="changes",
    permission="people.view",
    icon="history",
    order=30,
)
registry.navigation(
    section="ledger",
    title=pgettext_lazy("navigation", "Gaps"),
    url_name="gaps",
    permission="people.view",
    icon="circle-dashed",
    order=40,
)
registry.status("gap-open", pgettext_lazy("gap", "Open"), tone="orange", icon="circle-dashed")
registry.status("gap-settled", pgettext_lazy("gap", "Settled"), tone="green", icon="circle-check")
for state, (title, tone, icon) in words.STATES.items():
    registry.status(f"import-{state}", title, tone=tone, icon=icon)
registry.journal_words("people.register", _("entered a person"))
registry.journal_words("people.change", _("corrected a person"))
registry.journal_words("people.correct_number", _("corrected an identity number"))
registry.journal_words("people.move", _("moved a person from {from} to {to}"), title=_("moved a person"))
registry.journal_words("people.leave", _("took a person out of the ledger"))
for verb, said in {
    "people.record_death": _("recorded a death"),
    "people.strike": _("took out a person who was entered by mistake"),
    "people.bring_back": _("brought a person back into the ledger"),
    "people.take_in": _("took in a person who left another area"),
    "people.correct_days": _("corrected a person's days"),
    "people.correct_birth": _("corrected a birth date"),
    "people.undo_change": _("took a change of a person back"),
    "people.add_document": _("added a document"),
    "people.remove_document": _("took a document out"),
    "people.set_whereabouts": _("said where a person is"),
    "people.set_mobility": _("said how a person gets about"),
    "people.add_category": _("added a person to a group"),
    "people.end_category": _("ended a person's group"),
    "people.add_condition": _("recorded a condition of health"),
    "people.end_condition": _("ended a condition of health"),
    "people.look_at_health": _("saw a person's health at a station"),
    "people.found_household": _("gave a person a household of their own"),
    "people.join_household": _("put a person into a household"),
    "people.leave_household": _("took a person out of a household"),
    "people.change_head": _("changed the head of a household"),
    "people.move_household": _("moved a household"),
    "people.split_household": _("split a household"),
    "people.set_household_address": _("said where a household lives"),
    "people.add_guardian": _("added a guardian"),
    "people.remove_guardian": _("took a guardian out"),
    "people.open_gap": _("noted a gap"),
    "people.settle_gap": _("settled a gap"),
    "people.compare_sources": _("compared two sources"),
}.items():
    registry.journal_words(verb, said)
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


@registry.action_line
def gaps_to_settle(actor: Actor) -> ActionLine | None:
    if not actor.may("people.change"):
        return None
    waiting = gap_queries.count_gaps(actor, state="open")
    return ActionLine(
        count=waiting,
        what=ngettext("gap in the ledger is open", "gaps in the ledger are open", waiting),
        url=f"{reverse('gaps')}?state=open",
        button=_("Settle"),
        icon="circle-dashed",
        order=25,
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

assert review_entries and source_entries  # their entries are registered when they are imported
