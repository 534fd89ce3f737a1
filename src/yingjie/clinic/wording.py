"""The words of the visit's checks, states and reasons, by the words under which they are stored."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from vaxkit.vocabulary import Text
from yingjie.foundation import clock
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
    "health_status": _("Health code not green"),
    "withdrawn": _("Consent withdrawn"),
    "went_home": _("Went home before their turn"),
    "wrong_person": _("Somebody else was registered by mistake"),
}

STATE_TITLES = {
    "ticketed": _("Has a number"),
    "checked_in": pgettext_lazy("visit", "Checked in"),
    "registered": pgettext_lazy("visit", "Registered"),
    "consented": _("Consent signed"),
    "with_doctor": _("With the doctor"),
    "screened": _("Fit to be vaccinated"),
    "verified": _("Verified at the needle"),
    "observed": _("Under observation"),
    "reacting": _("Being looked after"),
    "left": pgettext_lazy("visit", "Left"),
    "to_hospital": _("Taken to hospital"),
    "deferred": _("Deferred"),
    "contraindicated": _("Contraindicated"),
    "turned_away": _("Turned away"),
}

STEP_TITLES = {
    "ticket": pgettext_lazy("step", "Number given"),
    "check_in": pgettext_lazy("step", "Checked in"),
    "register": pgettext_lazy("step", "Registered"),
    "consent": pgettext_lazy("step", "Consent signed"),
    "screen": pgettext_lazy("step", "Screened: fit"),
    "refer": pgettext_lazy("step", "Referred to the doctor"),
    "find_fit": pgettext_lazy("step", "Doctor: fit"),
    "defer": pgettext_lazy("step", "Deferred"),
    "contraindicate": pgettext_lazy("step", "Contraindicated"),
    "verify": pgettext_lazy("step", "Verified"),
    "set_aside": pgettext_lazy("step", "Verification put aside"),
    "vaccinate": pgettext_lazy("step", "Vaccinated"),
    "receive_record": pgettext_lazy("step", "Dose put under this name"),
    "react": pgettext_lazy("step", "Not well"),
    "recover": pgettext_lazy("step", "Well again"),
    "send_to_hospital": pgettext_lazy("step", "Taken to hospital"),
    "leave": pgettext_lazy("step", "Left"),
    "withdraw": pgettext_lazy("step", "Consent taken back"),
    "turn_away": pgettext_lazy("step", "Ended without vaccination"),
    "take_back": pgettext_lazy("step", "Record taken back"),
}

#: What comes next for somebody in a state, said where another station met them too early or too late.
NEXT_STATIONS = {
    "ticketed": _("Send them to the entrance: document, temperature, health code."),
    "checked_in": _("Send them to registration."),
    "registered": _("Let them read and sign the consent first."),
    "consented": _("Send them to screening: the questions come first."),
    "with_doctor": _("The doctor decides first."),
    "screened": _("Send them to the vaccination station: person and vial are verified first."),
    "verified": _("Whoever verified them gives the injection now."),
    "observed": _("They stay under observation until their time is over."),
    "reacting": _("The doctor looks after them; whether they go is decided there."),
    "left": _("Nothing more is to be done."),
    "to_hospital": _("Nothing more is to be done."),
    "deferred": _("Ask them to come back on the day that was said."),
    "contraindicated": _("Nothing more is to be done."),
    "turned_away": _("Register the person again if they may be vaccinated after all."),
}

#: Where somebody is called to, and where people wait.
PLACE_TITLES = {
    "registration": _("Registration"),
    "consent": _("Consent"),
    "screening": _("Screening"),
    "doctor": _("Doctor"),
    "vaccination": _("Vaccination"),
    "observation": _("Observation"),
}

OBJECTION_TITLES = {"clinic.other_product": _("Another maker's vaccine than before")}

#: state -> (title, tone, icon)
STATE_TONES = {
    state: (STATE_TITLES[state], tone, icon)
    for state, tone, icon in (
        ("ticketed", "grey", "list-details"),
        ("checked_in", "grey", "id"),
        ("registered", "blue", "clipboard-list"),
        ("consented", "blue", "edit"),
        ("with_doctor", "yellow", "stethoscope"),
        ("screened", "blue", "checklist"),
        ("verified", "indigo", "shield-check"),
        ("observed", "orange", "clock"),
        ("reacting", "red", "alert-triangle"),
        ("left", "green", "circle-check"),
        ("to_hospital", "red", "first-aid-kit"),
        ("deferred", "purple", "calendar-clock"),
        ("contraindicated", "slate", "ban"),
        ("turned_away", "slate", "circle-x"),
    )
}

HEALTH_TITLES = {
    "green": pgettext_lazy("health code", "Green"),
    "yellow": pgettext_lazy("health code", "Yellow"),
    "red": pgettext_lazy("health code", "Red"),
}

DOCUMENT_TITLES = {
    "reader": _("Card reader"),
    "typed": _("Typed from the card"),
    "ticket": _("Ticket and card"),
    "paper": _("Another document"),
}

SIDE_TITLES = {
    "left": pgettext_lazy("arm", "Left arm"),
    "right": pgettext_lazy("arm", "Right arm"),
    "none": _("Not by needle"),
}

REACTION_TITLES = {
    "faint": _("Fainted or felt faint"),
    "allergic": _("Rash, swelling, allergic reaction"),
    "breathing": _("Trouble breathing"),
    "fever": _("Fever"),
    "local": _("Pain or swelling where it was given"),
    "other": _("Something else"),
}

RELATION_TITLES = {
    "parent": _("Parent"),
    "grandparent": _("Grandparent"),
    "spouse": _("Husband or wife"),
    "child": _("Son or daughter"),
    "other": _("Other guardian"),
}


def clock_time(moment: datetime | None) -> str:
    """14:32, or nothing."""
    return f"{moment.astimezone(clock.CAMPAIGN_ZONE):%H:%M}" if moment else ""


class _Listed:
    def __init__(self, titles: Iterable[object]) -> None:
        self.titles = tuple(titles)

    def __str__(self) -> str:
        return pgettext("between list items", ", ").join(str(title) for title in self.titles)


def listed(texts: Iterable[Text]) -> Words:
    """Words of rule data in one line, in the language in which they are shown."""
    return lazystr(_Listed([said(text) for text in texts]))


def check_list(checks: tuple[str, ...]) -> Words:
    """The titles of some checks in one line, in the language in which they are shown."""
    return lazystr(_Listed(CHECK_TITLES[check] for check in checks))


def product_list(codes: tuple[str, ...]) -> Words:
    """The short titles of products in one line, in the language in which they are shown."""
    return lazystr(_Listed(said(product(code).short_title) for code in codes))
