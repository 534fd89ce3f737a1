"""The words of stock: states of a lot at a site, kinds of movements."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: word -> (title, tone, icon)
LOT_STATES = {
    "usable": (pgettext_lazy("stock", "Usable"), "green", "circle-check"),
    "expiring": (pgettext_lazy("stock", "Expires soon"), "orange", "calendar-due"),
    "expired": (pgettext_lazy("stock", "Expired"), "red", "calendar-x"),
    "held": (pgettext_lazy("stock", "Held back"), "purple", "player-pause"),
    "quarantined": (pgettext_lazy("stock", "In quarantine"), "yellow", "shield-half"),
    "suspended": (pgettext_lazy("stock", "Suspended"), "red", "ban"),
    "empty": (pgettext_lazy("stock", "Used up"), "grey", "circle-dashed"),
}

MOVEMENT_TITLES = {
    "received": pgettext_lazy("stock", "Received"),
    "accepted": pgettext_lazy("stock", "Accepted"),
    "rejected": pgettext_lazy("stock", "Refused afterwards"),
    "opened": pgettext_lazy("stock", "Vial opened"),
    "given": pgettext_lazy("stock", "Given"),
    "wasted": pgettext_lazy("stock", "Written off"),
    "counted": pgettext_lazy("stock", "Counted"),
    "held": pgettext_lazy("stock", "Held back"),
    "released": pgettext_lazy("stock", "Released"),
    "sent": pgettext_lazy("stock", "Sent on"),
    "arrived": pgettext_lazy("stock", "Arrived"),
    "called_back": pgettext_lazy("stock", "Called back"),
    "handed_back": pgettext_lazy("stock", "Handed back"),
}

STATE_TITLES = {
    "usable": pgettext_lazy("stock", "Usable"),
    "opened": pgettext_lazy("stock", "In opened vials"),
    "held": pgettext_lazy("stock", "Held back"),
    "quarantined": pgettext_lazy("stock", "In quarantine"),
    "in_transit": pgettext_lazy("stock", "On its way"),
}

CAUSE_TITLES = {
    "left_over": pgettext_lazy("stock", "Left in an opened vial"),
    "broken": pgettext_lazy("stock", "Broken"),
    "expired": pgettext_lazy("stock", "Expired"),
    "temperature": pgettext_lazy("stock", "Too warm, too cold or frozen"),
    "contaminated": pgettext_lazy("stock", "Contaminated or unclear"),
    "drawn_up": pgettext_lazy("stock", "Drawn up and not given"),
    "lost": pgettext_lazy("stock", "Missing"),
    "recalled": pgettext_lazy("stock", "Recalled"),
    "other": pgettext_lazy("stock", "Another cause"),
}

DECISION_TITLES = {
    "accepted": (pgettext_lazy("receipt", "Accepted"), "green", "circle-check"),
    "quarantined": (pgettext_lazy("receipt", "In quarantine"), "yellow", "shield-half"),
    "refused": (pgettext_lazy("receipt", "Refused"), "red", "ban"),
}

CHANGE_TITLES = {
    "count": _("Count: set the usable doses to what is there"),
    "waste": _("Write off usable doses"),
    "waste_held": _("Write off held doses"),
    "hold": _("Hold doses back"),
    "release": _("Release held doses"),
}
