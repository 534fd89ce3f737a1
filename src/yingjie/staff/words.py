"""The words of kinds, states and results."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS = {"employee": _("Employee"), "volunteer": _("Volunteer")}
CERTIFICATE_STATES = {
    "in_force": (_("In force"), "green", "circle-check"),
    "ending": (_("Ends soon"), "orange", "clock"),
    "ended": (_("Ended"), "grey", "calendar-x"),
    "upcoming": (_("Not yet in force"), "blue", "calendar-due"),
    "revoked": (_("Revoked"), "red", "ban"),
}
RESULTS = {"": "–", "passed": _("Passed"), "failed": _("Not passed")}
FATES = {
    "new": (pgettext_lazy("staff sheet", "New"), "green", "user-plus"),
    "changed": (pgettext_lazy("staff sheet", "Changed"), "blue", "edit"),
    "certified": (pgettext_lazy("staff sheet", "New certificate"), "indigo", "rosette-discount-check"),
    "known": (pgettext_lazy("staff sheet", "Known already"), "grey", "check"),
    "refused": (pgettext_lazy("staff sheet", "Refused"), "red", "circle-x"),
}
