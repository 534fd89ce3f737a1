"""The words of kinds, rooms, states and verdicts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KIND_TITLES = {
    "store": _("Vaccine store"),
    "clinic": _("Fixed clinic"),
    "temporary": _("Temporary site"),
    "mobile": _("Mobile team"),
    "special": _("Special session site"),
}
ROOM_TITLES = {
    "check_in": pgettext_lazy("zone", "Entrance"),
    "waiting": pgettext_lazy("zone", "Waiting"),
    "registration": pgettext_lazy("zone", "Registration"),
    "screening": pgettext_lazy("zone", "Screening"),
    "vaccination": pgettext_lazy("zone", "Vaccination"),
    "observation": pgettext_lazy("zone", "Observation"),
    "emergency": pgettext_lazy("zone", "Emergency"),
    "cold_room": pgettext_lazy("zone", "Cold room"),
}
AMBULANCES = {"": _("None"), "on_site": _("Stands at the site"), "on_call": _("On call")}
VERDICTS = {"fine": _("Fine"), "fault": _("Not fine"), "left_out": _("Not needed here")}
FINDING_STATES = {
    "open": (_("To correct"), "red", "alert-circle"),
    "corrected": (_("Corrected, to be looked at"), "orange", "hourglass"),
    "settled": (_("Settled"), "green", "circle-check"),
}
ROSTER_STATES = {
    "draft": (pgettext_lazy("roster", "Draft"), "grey", "edit"),
    "published": (pgettext_lazy("roster", "Published"), "green", "circle-check"),
}
TIME_KINDS = {
    "leave": _("Leave"),
    "sick": _("Ill"),
    "rather_not": _("Would rather not"),
    "would_like": _("Would like to"),
}
PRESENCE_STATES = {
    "expected": (_("Expected"), "grey", "clock"),
    "late": (_("Late"), "orange", "alert-triangle"),
    "absent": (_("Absent"), "red", "user-x"),
    "here": (_("Here"), "green", "user-check"),
    "left": (pgettext_lazy("presence", "Left"), "grey", "logout"),
}
SWAP_STATES = {"asked": _("Asked, no answer yet"), "agreed": _("The colleague agrees")}
