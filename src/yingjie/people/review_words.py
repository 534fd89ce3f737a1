"""The words of the review queue: states of a question, answers, names of fields."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

STATES: dict[str, tuple[Words, str, str]] = {
    "open": (pgettext_lazy("question", "To decide"), "yellow", "help-circle"),
    "later": (pgettext_lazy("question", "Put off"), "grey", "clock"),
    "same": (pgettext_lazy("question", "One person"), "green", "check"),
    "other": (pgettext_lazy("question", "Two people"), "blue", "users"),
    "out": (pgettext_lazy("question", "Left out"), "slate", "x"),
}
ANSWERS: dict[tuple[str, str], Words] = {
    ("line", "same"): _("One person: what was new in the line is in the ledger."),
    ("line", "other"): _("Entered as a person of their own."),
    ("line", "out"): _("The line stays out of the ledger."),
    ("line", "later"): _("Put off; the question stays in the list."),
    ("pair", "same"): _("The two records are one person now."),
    ("pair", "other"): _("Two people; nothing was changed."),
    ("pair", "later"): _("Put off; the question stays in the list."),
}
FIELDS: dict[str, Words] = {
    "name": _("Name"),
    "number": _("Identity number"),
    "birth": _("Birth date"),
    "sex": _("Sex"),
    "phone": pgettext_lazy("person", "Phone"),
    "address": _("Address"),
    "village": _("Village"),
    "home": _("Household"),
}
