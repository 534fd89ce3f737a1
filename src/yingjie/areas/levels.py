"""The words for the levels of the tree."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLES: dict[str, str | Promise] = {
    "province": _("Province"),
    "city": _("City"),
    "county": _("County"),
    "town": _("Township"),
    "village": _("Village or community"),
    "grid": _("Grid"),
    "micro_grid": _("Micro-grid"),
}
PLURALS: dict[str, str | Promise] = {
    "province": _("Provinces"),
    "city": _("Cities"),
    "county": _("Counties"),
    "town": _("Townships"),
    "village": _("Villages and communities"),
    "grid": _("Grids"),
    "micro_grid": _("Micro-grids"),
}
BELOW = {
    "province": "city",
    "city": "county",
    "county": "town",
    "town": "village",
    "village": "grid",
    "grid": "micro_grid",
}
