"""The words of claims on screen."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: state of a claim → words, tone, icon
CLAIM_STATES = {
    "claimed": (_("To verify"), "yellow", "help-circle"),
    "accepted": (pgettext_lazy("claim", "Accepted"), "green", "circle-check"),
    "refused": (pgettext_lazy("claim", "Not accepted"), "red", "circle-x"),
}

VERIFIED_BY = {
    "proof": _("by the proof"),
    "platform": _("by the national platform"),
    "site": _("by asking the site that gave it"),
}
