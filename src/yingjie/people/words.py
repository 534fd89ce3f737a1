"""The words for what the ledger stores: sexes, places in a household, fates of lines, states of rosters."""

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vaxkit.identity.kinds import DocumentKind
from yingjie.people import codelists
from yingjie.people.person_page import TimeLine

Words = str | Promise


def _in_language(kind: DocumentKind) -> str:
    return kind.text.in_(get_language() or "zh")


_said = lazy(_in_language, str)
DOCUMENTS: dict[str, Words] = {kind.value: _said(kind) for kind in DocumentKind}
WHEREABOUTS = codelists.titles(codelists.whereabouts())
CATEGORIES = codelists.titles(codelists.categories())
CONDITIONS = codelists.titles(codelists.conditions())
MOBILITIES: dict[str, Words] = {
    "walks": _("Walks without help"),
    "helped": _("Walks with help"),
    "housebound": _("Does not leave the home"),
    "bedridden": _("Bedridden"),
}
WITHOUT_DOCUMENT: dict[str, Words] = {
    "newborn": _("Newborn, not registered yet"),
    "applied": _("Applied for, not issued yet"),
    "lost": _("Lost"),
    "refused": _("Does not want to show it"),
    "unknown": _("Not known"),
}
OWNERS: dict[str, Words] = {
    "self": _("Their own"),
    "spouse": _("Spouse"),
    "child": _("Child"),
    "parent": _("Parent"),
    "guardian": _("Guardian"),
    "neighbour": _("Neighbour"),
    "employer": _("Employer"),
    "other": pgettext_lazy("household", "Other"),
}
RELATIONS: dict[str, Words] = {
    "father": _("Father"),
    "mother": _("Mother"),
    "grandparent": _("Grandparent"),
    "sibling": _("Brother or sister"),
    "other": pgettext_lazy("household", "Other"),
}
GONE: dict[str, Words] = {
    "moved": _("Moved away"),
    "died": _("Died"),
    "mistake": _("Entered by mistake"),
}
CHANGES: dict[str, tuple[Words, str, str]] = {
    "born": (pgettext_lazy("change", "Born"), "green", "user-plus"),
    "arrived": (pgettext_lazy("change", "Moved in"), "green", "user-plus"),
    "moved": (pgettext_lazy("change", "Moved"), "blue", "map-pin"),
    "left": (pgettext_lazy("change", "Moved away"), "orange", "logout"),
    "died": (pgettext_lazy("change", "Died"), "slate", "user-x"),
    "returned": (pgettext_lazy("change", "Returned"), "green", "user-check"),
    "corrected": (pgettext_lazy("change", "Days corrected"), "yellow", "edit"),
    "whereabouts": (pgettext_lazy("change", "Whereabouts"), "indigo", "map"),
    "household": (pgettext_lazy("change", "Household"), "grey", "home"),
    "details": (pgettext_lazy("change", "Details corrected"), "grey", "edit"),
    "documents": (pgettext_lazy("change", "Document"), "grey", "id"),
}
GAP_KINDS: dict[str, tuple[Words, str, str]] = {
    "empty_home": (_("Empty home"), "slate", "home"),
    "not_met": (_("Not met"), "outline", "circle-dashed"),
    "one_source": (_("In one source only"), "yellow", "link"),
    "unit_staff": (_("Staff not in the ledger"), "orange", "building-community"),
}
FINDINGS: dict[str, Words] = {
    "entered": _("Entered into the ledger"),
    "in_ledger": _("Is in the ledger under another writing"),
    "elsewhere": _("Lives elsewhere and is registered there"),
    "moved_away": _("Moved away"),
    "died": _("Died"),
    "nobody_lives_there": _("Nobody lives there"),
    "mistake": _("The source is wrong"),
    "not_found": _("Could not be found"),
}

SEXES: dict[str, Words] = {
    "male": _("Male"),
    "female": _("Female"),
    "unknown": pgettext_lazy("sex", "Unknown"),
}
ROLES: dict[str, Words] = {
    "head": _("Head of household"),
    "spouse": _("Spouse"),
    "child": _("Child"),
    "parent": _("Parent"),
    "grandchild": _("Grandchild"),
    "other": pgettext_lazy("household", "Other"),
}
FATES: dict[str, tuple[Words, str, str]] = {
    "new": (pgettext_lazy("line", "New"), "blue", "plus"),
    "changed": (pgettext_lazy("line", "Changed"), "indigo", "edit"),
    "same": (pgettext_lazy("line", "Same"), "grey", "check"),
    "doubtful": (pgettext_lazy("line", "Doubtful"), "yellow", "help-circle"),
    "refused": (pgettext_lazy("line", "Refused"), "red", "circle-x"),
}
STATES: dict[str, tuple[Words, str, str]] = {
    "proposed": (_("Waiting for review"), "orange", "hourglass"),
    "committed": (_("In the ledger"), "green", "circle-check"),
    "discarded": (_("Discarded"), "grey", "trash"),
    "undone": (_("Taken back"), "slate", "rotate-clockwise"),
}
PURPOSES: dict[str, Words] = {
    "door": _("Checking the card at the door"),
    "correct": _("Correcting a mistake in the ledger"),
    "other_area": _("Asking another area about the person"),
    "certificate": _("Issuing a document for the person"),
    "other": pgettext_lazy("purpose", "Other"),
}


def line(told: TimeLine) -> dict[str, object]:
    """A line of the timeline as the page draws it. What the actor may not know is "" in it, and left out here."""
    title, tone, icon = CHANGES[told.kind]
    way = " → ".join(filter(None, (told.at_place, told.to_place))) if told.to_place else told.at_place
    where = {
        "from": WHEREABOUTS.get(told.facts.get("from", "")),
        "to": WHEREABOUTS.get(told.facts.get("to", "")),
    }
    said = f"{where['from']} → {where['to']}" if told.kind == "whereabouts" and where["to"] else way
    of_kind = DOCUMENTS.get(told.facts.get("kind", "")) or CATEGORIES.get(told.facts.get("category", ""))
    parts = [pgettext("change", "taken back") if told.undone else "", said, of_kind, told.reason, told.by]
    return {
        "title": title,
        "on": told.on,
        "text": " · ".join(str(part) for part in parts if part),
        "tone": "grey" if told.undone else tone,
        "icon": "rotate-clockwise" if told.undone else icon,
    }
