"""The words of the visit's checks, states and reasons, by the words under which they are stored."""

from collections.abc import Iterable

from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from yingjie.foundation.refusals import Words
from yingjie.vaccines.queries import product
from yingjie.vaccines.wording import said

CHECK_TITLES = {
    "health": _("Health today and contraindications asked"),
    "records": _("Card compared with the record"),
    "vaccine": _("Vaccine and syringe look right, lot and expiry read"),
    "name": pgettext_lazy("check", "Name"),
    "age": pgettext_lazy("check", "Age"),
    "product": pgettext_lazy("check", "Vaccine"),
    "specification": pgettext_lazy("check", "Specification"),
    "dose": pgettext_lazy("check", "Dose volume"),
    "body_site": pgettext_lazy("check", "Body site"),
    "route": pgettext_lazy("check", "Route"),
    "confirmed": _("The recipient has seen vaccine and expiry and agrees"),
}

REASON_TITLES = {
    "fever": _("Fever"),
    "acute_illness": _("Acute illness"),
    "contraindication": _("Contraindication"),
    "declined": _("Declined at the site"),
    "documents": _("No document, or it does not match"),
    "other": _("Other reason"),
}

STATE_TITLES = {
    "registered": pgettext_lazy("visit", "Registered"),
    "observed": _("Under observation"),
    "left": pgettext_lazy("visit", "Left"),
    "turned_away": _("Turned away"),
}


#: state -> (title, tone, icon)
STATE_TONES = {
    "registered": (STATE_TITLES["registered"], "blue", "clipboard-list"),
    "observed": (STATE_TITLES["observed"], "orange", "clock"),
    "left": (STATE_TITLES["left"], "green", "circle-check"),
    "turned_away": (STATE_TITLES["turned_away"], "slate", "circle-x"),
}


class _Listed:
    def __init__(self, titles: Iterable[object]) -> None:
        self.titles = tuple(titles)

    def __str__(self) -> str:
        return pgettext("between list items", ", ").join(str(title) for title in self.titles)


def check_list(checks: tuple[str, ...]) -> Words:
    """The titles of some checks in one line, in the language in which they are shown."""
    return lazystr(_Listed(CHECK_TITLES[check] for check in checks))


def product_list(codes: tuple[str, ...]) -> Words:
    """The short titles of products in one line, in the language in which they are shown."""
    return lazystr(_Listed(said(product(code).short_title) for code in codes))
