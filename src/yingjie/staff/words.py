"""The words of kinds, states and results."""

from django.utils.translation import gettext_lazy as _

KINDS = {"employee": _("Employee"), "volunteer": _("Volunteer")}
CERTIFICATE_STATES = {
    "in_force": (_("In force"), "green", "circle-check"),
    "ending": (_("Ends soon"), "orange", "clock"),
    "ended": (_("Ended"), "grey", "calendar-x"),
    "upcoming": (_("Not yet in force"), "blue", "calendar-due"),
    "revoked": (_("Revoked"), "red", "ban"),
}
RESULTS = {"": "–", "passed": _("Passed"), "failed": _("Not passed")}
