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
    "cleared": _("Cleared by a doctor"),
}

HEARD_TITLES = {code: title for code, title in OUTCOME_TITLES.items() if code != "cleared"}
"""What an officer can hear at a door; the rest is a doctor's to say."""

OUTCOME_TONES = {
    "agreed": "green", "thinking": "yellow", "refused": "red", "away": "indigo", "medical": "slate", "not_met": "outline",
    "cleared": "green",
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
    "to_do": pgettext_lazy("dose", "To do"),
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

MEASURE_TITLES = {
    "transport": _("Lift to the site"),
    "doctor_talk": _("Doctor's consultation"),
    "home_vaccination": _("Vaccination at home"),
    "family_talk": _("Talk with the family"),
    "leader_visit": _("Visit by a leader"),
    "interpreter": _("Help with language or hearing"),
    "other": pgettext_lazy("plan", "Other"),
}

PLAN_STATES = {
    "open": (pgettext_lazy("plan", "Made"), "blue", "file-text"),
    "in_progress": (pgettext_lazy("plan", "In progress"), "yellow", "player-play"),
    "closed": (pgettext_lazy("plan", "Closed"), "green", "circle-check"),
}

PLAN_OUTCOMES = {
    "vaccinated": _("Vaccinated"),
    "declined": _("Declines for good"),
    "contraindicated": pgettext_lazy("status", "Contraindicated"),
    "deferred": pgettext_lazy("status", "Deferred"),
    "moved_away": pgettext_lazy("finding", "Moved away"),
    "died": pgettext_lazy("plan", "Died"),
    "other": pgettext_lazy("plan", "Other"),
}

PLAN_STEPS = {
    "open": _("plan made"),
    "change": _("plan changed"),
    "step": _("step taken"),
    "close": _("plan closed"),
}

FINDING_TITLES = {
    "in_area": _("In the area"),
    "close_contact": _("Close contact"),
    "secondary_contact": _("Secondary contact"),
    "not_here": _("Not here"),
    "moved_away": pgettext_lazy("finding", "Moved away"),
    "cannot_reach": pgettext_lazy("finding", "Cannot be reached"),
    "wrong_data": _("Wrong data"),
    "died": pgettext_lazy("plan", "Died"),
}

MATCH_TITLES = {
    "number": _("by number"),
    "phone": _("by phone and name"),
    "name_birth": _("by name and birth date"),
    "name_address": _("by name and address"),
    "name": _("by name alone"),
    "village": _("by the village named"),
    "": _("not found in the ledger"),
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
