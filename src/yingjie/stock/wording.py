"""The words of stock: states of a lot at a site, kinds of movements, causes, decisions."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: word -> (title, tone, icon)
LOT_STATES = {
    "usable": (pgettext_lazy("stock", "Usable"), "green", "circle-check"),
    "expiring": (pgettext_lazy("stock", "Expires soon"), "orange", "calendar-due"),
    "expired": (pgettext_lazy("stock", "Expired"), "red", "calendar-x"),
    "held": (pgettext_lazy("stock", "Held back"), "purple", "player-pause"),
    "quarantined": (pgettext_lazy("stock", "In quarantine"), "yellow", "lock"),
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
    "quarantined": (pgettext_lazy("receipt", "In quarantine"), "yellow", "lock"),
    "refused": (pgettext_lazy("receipt", "Refused"), "red", "ban"),
}

CHANGE_TITLES = {
    "count": _("Count: set the usable doses to what is there"),
    "waste": _("Write off usable doses"),
    "waste_held": _("Write off held doses"),
    "hold": _("Hold doses back"),
    "release": _("Release held doses"),
    "hand_back": _("Hand doses back to the supplier"),
}

FRIDGE_TITLES = {
    "fridge": pgettext_lazy("cold chain", "Fridge"),
    "cold_room": pgettext_lazy("cold chain", "Cold room"),
    "box": pgettext_lazy("cold chain", "Cold box"),
    "vehicle": pgettext_lazy("cold chain", "Refrigerated vehicle"),
}

EXCURSION_TITLES = {
    "warm": (pgettext_lazy("cold chain", "Too warm"), "red", "thermometer"),
    "cold": (pgettext_lazy("cold chain", "Too cold"), "blue", "thermometer"),
    "frozen": (pgettext_lazy("cold chain", "Frozen"), "indigo", "snowflake"),
}

EXCURSION_LOT_TITLES = {
    "held": (pgettext_lazy("cold chain", "On hold"), "purple", "player-pause"),
    "released": (pgettext_lazy("cold chain", "Released"), "green", "circle-check"),
    "destroyed": (pgettext_lazy("cold chain", "Destroyed"), "slate", "trash"),
}

DECIDE_EXCURSION_TITLES = {
    "release": pgettext_lazy("cold chain", "Release: it may be given again"),
    "destroy": pgettext_lazy("cold chain", "Destroy: it is written off"),
}

DECIDE_RECEIPT_TITLES = {
    "accepted": pgettext_lazy("receipt", "Accept it into the usable stock"),
    "refused": pgettext_lazy("receipt", "Refuse it"),
}

SUSPEND_TITLES = {
    "suspend": pgettext_lazy("lot", "Suspend it at every station, at once"),
    "resume": pgettext_lazy("lot", "Let it be used again"),
}

TRANSFER_TITLES = {
    "sent": (pgettext_lazy("transfer", "On its way"), "blue", "truck"),
    "arrived": (pgettext_lazy("transfer", "Arrived"), "green", "circle-check"),
    "called_back": (pgettext_lazy("transfer", "Called back"), "slate", "rotate-clockwise"),
}
