"""The words that all screens share: the sections of the left navigation, by job, and the statuses of a person.

This is the one file of the shell that names the field's work, and it holds words only, no rule. A module adds statuses of its own
with `registry.status` in its `web_entries.py`.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.web import registry


def register() -> None:
    for order, (key, title, icon) in enumerate(SECTIONS):
        registry.section(key, title, icon, order)
    for word, title, tone, icon in STATUSES:
        registry.status(word, title, tone=tone, icon=icon)


SECTIONS = (
    ("today", pgettext_lazy("navigation", "Today"), "home"),
    ("ledger", _("Ledger"), "users"),
    ("mobilise", _("Mobilise"), "speakerphone"),
    ("appointments", _("Appointments"), "calendar-event"),
    ("on-site", _("On site"), "building-hospital"),
    ("vaccine", _("Vaccine"), "vaccine"),
    ("safety", _("Safety"), "shield-check"),
    ("reports", _("Reports"), "report-analytics"),
    ("plan", pgettext_lazy("navigation", "Plan"), "route"),
    ("organisation", _("Organisation"), "sitemap"),
    ("settings", pgettext_lazy("navigation", "Settings"), "settings"),
)

STATUSES = (
    ("not-due", pgettext_lazy("status", "Not yet due"), "grey", "clock"),
    ("due", pgettext_lazy("status", "Due"), "blue", "needle"),
    ("booked", pgettext_lazy("status", "Booked"), "indigo", "calendar-event"),
    ("overdue", pgettext_lazy("status", "Overdue"), "orange", "calendar-due"),
    ("deferred", pgettext_lazy("status", "Deferred"), "purple", "player-pause"),
    ("contraindicated", pgettext_lazy("status", "Contraindicated"), "slate", "ban"),
    ("declined", pgettext_lazy("status", "Declined"), "red", "circle-x"),
    ("elsewhere", pgettext_lazy("status", "Dose elsewhere, to verify"), "yellow", "help-circle"),
    ("complete", pgettext_lazy("status", "Complete"), "green", "circle-check"),
    ("not-met", pgettext_lazy("status", "Not yet met"), "outline", "circle-dashed"),
)
