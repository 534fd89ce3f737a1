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
    ("not-due", _("Not yet due"), "grey", "clock"),
    ("due", _("Due"), "blue", "needle"),
    ("booked", _("Booked"), "indigo", "calendar-event"),
    ("overdue", _("Overdue"), "orange", "calendar-due"),
    ("deferred", _("Deferred"), "purple", "player-pause"),
    ("contraindicated", _("Contraindicated"), "slate", "ban"),
    ("declined", _("Declined"), "red", "circle-x"),
    ("elsewhere", _("Dose elsewhere, to verify"), "yellow", "help-circle"),
    ("complete", _("Complete"), "green", "circle-check"),
    ("not-met", _("Not yet met"), "outline", "circle-dashed"),
)
