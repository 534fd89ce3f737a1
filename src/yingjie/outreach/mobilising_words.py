"""Words on screen of 包保 and 敲门行动."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KIND_TITLES = {
    "leader": pgettext_lazy("officer", "Leader"),
    "officer": pgettext_lazy("officer", "Officer"),
    "team": _("Support team"),
}
BECAUSE_TITLES = {
    "left": pgettext_lazy("officer", "Left the post"),
    "ill": pgettext_lazy("officer", "Ill"),
    "transferred": pgettext_lazy("officer", "Transferred"),
    "other": pgettext_lazy("plan", "Other"),
}
WHY_TITLES = {
    "pinned": _("named by hand"),
    "kept": _("kept from before"),
    "same_unit": _("of the same unit"),
    "same_grid": _("of the same grid"),
    "same_village": _("of the same village"),
    "same_township": _("of the same township"),
    "household": _("of the same household"),
    "leader": _("no officer has room"),
    "handed_over": _("taken over"),
}
ENDED_TITLES = {
    "reallotted": _("given to another"),
    "handed_over": _("handed over"),
    "closed": _("vaccinated, or no longer here"),
    "gone": _("officer gone"),
}
#: Where somebody stands in the rounds: title, tone, icon.
CALL_STATES = {
    "call": (_("To be called on"), "blue", "home"),
    "later": (pgettext_lazy("round", "Later"), "grey", "clock"),
    "agreed": (_("Agreed, not yet come"), "green", "check"),
    "booked": (_("Has a place"), "indigo", "calendar-event"),
    "home": (_("At home, to be arranged"), "purple", "truck"),
    "doctor": (_("Waits for the doctor"), "purple", "stethoscope"),
    "away": (_("Living away"), "indigo", "route"),
    "not_due": (_("Not due yet"), "grey", "calendar-clock"),
    "contraindicated": (pgettext_lazy("status", "Contraindicated"), "slate", "ban"),
    "stopped": (_("No more visits"), "red", "hand-stop"),
    "rests": (_("Visits rest"), "slate", "player-pause"),
}
HOME_TITLES = {
    "bedridden": _("Bedridden"),
    "housebound": _("Cannot leave the house"),
    "carer_alone": _("Cares for somebody and cannot leave them"),
    "other": pgettext_lazy("plan", "Other"),
}
HOME_STATES = {
    "asked": (_("Asked for"), "blue", "clock"),
    "arranged": (_("Arranged"), "indigo", "calendar-event"),
    "done": (pgettext_lazy("home", "Done"), "green", "check"),
    "withdrawn": (_("Withdrawn"), "grey", "x"),
}
WORD_TITLES = {
    "cleared": _("Nothing stands against a dose"),
    "later": _("Look again on a later day"),
    "contraindicated": _("Never to be given"),
}
ASKED_TITLES = {
    "villages": pgettext_lazy("contacts", "Villages"),
    "units": pgettext_lazy("contacts", "Units"),
    "both": pgettext_lazy("contacts", "Villages and units"),
}
