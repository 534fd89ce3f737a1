"""The words of stock: states of a lot at a site, kinds of movements."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: word -> (title, tone, icon)
LOT_STATES = {
    "usable": (pgettext_lazy("stock", "Usable"), "green", "circle-check"),
    "expiring": (pgettext_lazy("stock", "Expires soon"), "orange", "calendar-due"),
    "expired": (pgettext_lazy("stock", "Expired"), "red", "calendar-x"),
    "held": (pgettext_lazy("stock", "Held back"), "purple", "player-pause"),
    "suspended": (pgettext_lazy("stock", "Suspended"), "red", "ban"),
    "empty": (pgettext_lazy("stock", "Used up"), "grey", "circle-dashed"),
}

MOVEMENT_TITLES = {
    "received": pgettext_lazy("stock", "Received"),
    "given": pgettext_lazy("stock", "Given"),
    "wasted": pgettext_lazy("stock", "Written off"),
    "counted": pgettext_lazy("stock", "Counted"),
    "held": pgettext_lazy("stock", "Held back"),
    "released": pgettext_lazy("stock", "Released"),
    "sent": pgettext_lazy("stock", "Sent on"),
}

STATE_TITLES = {"usable": pgettext_lazy("stock", "Usable"), "held": pgettext_lazy("stock", "Held back")}

CHANGE_TITLES = {
    "count": _("Count: set the usable doses to what is there"),
    "waste": _("Write off usable doses"),
    "waste_held": _("Write off held doses"),
    "hold": _("Hold doses back"),
    "release": _("Release held doses"),
}
