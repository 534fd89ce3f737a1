"""The words of a site's kind."""

from django.utils.translation import gettext_lazy as _

KIND_TITLES = {
    "store": _("Vaccine store"),
    "clinic": _("Fixed clinic"),
    "temporary": _("Temporary site"),
    "mobile": _("Mobile team"),
    "special": _("Special session site"),
}
