"""Outcomes of a visit, reasons and age bands, in the users' words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

OUTCOME_TITLES = {
    "agreed": pgettext_lazy("visit", "Agreed"),
    "thinking": _("Thinking it over"),
    "refused": pgettext_lazy("visit", "Declined"),
    "away": pgettext_lazy("visit", "Away"),
    "medical": _("Medical grounds"),
    "not_met": _("Nobody met"),
}

OUTCOME_TONES = {
    "agreed": "green", "thinking": "yellow", "refused": "red", "away": "indigo", "medical": "slate", "not_met": "outline",
}  # fmt: skip

REASON_TITLES = {
    "away_for_work": _("Away for work"),
    "chronic_illness": pgettext_lazy("visit", "Chronic illness"),
    "afraid": _("Afraid of reactions"),
    "sees_no_need": _("Sees no need"),
    "refuses": _("Firmly declines"),
    "cannot_be_reached": _("Cannot be reached"),
    "family_objects": _("Family objects"),
    "contraindication": pgettext_lazy("visit", "Contraindication"),
}

TERM_TITLES = {
    "to_do": _("To do"),
    "declined": pgettext_lazy("status", "Declined"),
    "deferred": pgettext_lazy("status", "Deferred"),
    "contraindicated": pgettext_lazy("status", "Contraindicated"),
    "away": _("Living away"),
    "elsewhere_proved": _("Vaccinated elsewhere, proved"),
    "done": _("Vaccinated"),
    "not_offered": _("Not of the age offered"),
    "left": _("Left the ledger"),
}

BAND_TITLES = {
    "healthy": _("Nothing stands against a dose"),
    "deferred": pgettext_lazy("status", "Deferred"),
    "contraindicated": pgettext_lazy("status", "Contraindicated"),
}

HEALTH_REASONS = frozenset({"chronic_illness", "contraindication"})
"""Health data: shown per person only to whoever records visits there; others see that it is a health reason, not which."""

AGE_BANDS = (("under_18", 0), ("18_59", 18), ("60_69", 60), ("70_79", 70), ("80_up", 80))
"""Bands and the age at which each begins."""

AGE_BAND_TITLES = {
    "under_18": _("Under 18"),
    "18_59": "18–59",
    "60_69": "60–69",
    "70_79": "70–79",
    "80_up": _("80 and above"),
}

SAVED_LISTS = frozenset({"unvaccinated"})
"""The lists of which a user may keep views."""
