"""The words for what the ledger stores: sexes, places in a household, fates of lines, states of rosters."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

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
