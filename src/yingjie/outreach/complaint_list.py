"""Complaints on the screen: their words, the list and the forms, the public page's among them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.areas.forms import DayInput
from yingjie.foundation.access.actor import Actor
from yingjie.outreach import complaints
from yingjie.outreach.complaints import ComplaintRow, Narrowed
from yingjie.people import choices
from yingjie.web.choices import offer
from yingjie.web.lists import Choices, Column, Empty, Filter, Filters, ListSpec

ABOUT_TITLES = {
    "pressed": _("Was pressed or threatened"),
    "rude": _("Was treated rudely"),
    "withheld": _("Something was withheld for want of a dose"),
    "privacy": _("Personal data were told to others"),
    "wrong_time": _("Called on too often or too late"),
    "other": pgettext_lazy("plan", "Other"),
}
HOW_TITLES = {
    "telephone": _("By telephone"),
    "in_person": _("In person"),
    "letter": _("By letter"),
    "online": _("Online"),
}
FINDING_TITLES = {
    "upheld": pgettext_lazy("complaint", "Right"),
    "partly": pgettext_lazy("complaint", "Partly right"),
    "not_upheld": pgettext_lazy("complaint", "Not confirmed"),
    "withdrawn": pgettext_lazy("complaint", "Withdrawn by the resident"),
}
STATES = {
    "open": (pgettext_lazy("complaint", "To be answered"), "blue", "clock"),
    "overdue": (pgettext_lazy("complaint", "Answer overdue"), "orange", "calendar-due"),
    "decided": (pgettext_lazy("complaint", "Answered"), "green", "circle-check"),
}

COMPLAINTS = ListSpec(
    name="complaints",
    title=_("Complaints"),
    columns=(
        Column("name", pgettext_lazy("person", "Name"), "link", url=lambda row: reverse("outreach_complaint", args=[row.id])),
        Column("place", _("Lives in")),
        Column("about", pgettext_lazy("complaint", "About"), value=lambda row: str(ABOUT_TITLES[row.about])),
        Column("state", _("State"), "status", value=lambda row: f"complaint-{row.state}"),
        Column("owner", pgettext_lazy("complaint", "Answered by")),
        Column("due_on", pgettext_lazy("plan", "By"), "day"),
        Column("finding", pgettext_lazy("complaint", "Found"), value=lambda row: str(FINDING_TITLES.get(row.finding, ""))),
    ),
    filters=(
        Filter("state", _("State"), choices=[(code, said[0]) for code, said in STATES.items()]),
        Filter("area", pgettext_lazy("visit", "Area"), choices=choices.filterable),
        Filter("about", pgettext_lazy("complaint", "About"), choices=list(ABOUT_TITLES.items())),
    ),
    sorts=("due_on", "-made_at", "place"),
    export_permission="people.export",
    empty=Empty(_("No complaint"), _("A complaint is taken from the page of the resident who makes it; visits rest from then on.")),
    unit=pgettext_lazy("complaint", "complaints"),
)  # fmt: skip


class ComplaintSource:
    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def count(self, filters: Filters) -> int:
        return complaints.count(self._actor, _narrowed(filters))

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[ComplaintRow]:
        return complaints.rows(self._actor, _narrowed(filters), sort, offset, limit)

    def all(self, filters: Filters, sort: str) -> Iterable[ComplaintRow]:
        return complaints.rows(self._actor, _narrowed(filters), sort)


def _narrowed(filters: Any) -> Narrowed:
    return Narrowed(filters.get("state", ""), filters.get("area", ""), filters.get("about", ""))


class ComplaintForm(forms.Form):
    about = forms.ChoiceField(
        label=pgettext_lazy("complaint", "About"), choices=[("", "…"), *ABOUT_TITLES.items()]
    )
    how = forms.ChoiceField(label=_("How it came"), choices=[("", "…"), *HOW_TITLES.items()])
    text = forms.CharField(
        label=_("In their own words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    officer_id = forms.TypedChoiceField(label=_("About which officer"), required=False, empty_value=None)
    owner = forms.CharField(
        label=pgettext_lazy("complaint", "Answered by"),
        max_length=80,
        required=False,
        help_text=_("Left empty: whoever takes it."),
    )
    due_on = forms.DateField(label=_("Answer by"), required=False, widget=DayInput())

    def __init__(self, *args: Any, officers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "officer_id", [("", "–"), *officers])


class WrittenForm(forms.Form):
    """For residents, on the public page. Who proved who they are is asked neither township nor name."""

    area_code = forms.ChoiceField(label=_("Which township it is about"))
    about = forms.ChoiceField(label=_("What it is about"), choices=[("", "…"), *ABOUT_TITLES.items()])
    text = forms.CharField(
        label=pgettext_lazy("complaint", "What happened"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("When, where, who. No illnesses or identity numbers are needed."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name (may stay empty)"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_(
            "With your name and phone the task force finds you: once it has taken your complaint on, nobody calls on you until you "
            "are answered."
        ),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Your phone (may stay empty)"), max_length=24, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip

    def __init__(self, *args: Any, towns: Choices, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", [("", "…"), *towns])
        for key in ("area_code", "name", "phone") if is_known else ():
            del self.fields[key]


class ReceiptForm(forms.Form):
    receipt = forms.CharField(
        label=_("Receipt number"), max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )  # fmt: skip


class TakeWrittenForm(forms.Form):
    who = forms.CharField(
        label=_("Name, identity number or phone"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The one resident of the ledger whose complaint it is. Visits to them rest from then on."),
    )  # fmt: skip


class AnswerWrittenForm(forms.Form):
    reply = forms.CharField(
        label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Whoever holds the receipt number reads it on the public page: name nobody else in it."),
    )  # fmt: skip


class HandOnForm(forms.Form):
    owner = forms.CharField(label=pgettext_lazy("complaint", "Answered by"), max_length=80)
    due_on = forms.DateField(label=_("Answer by"), widget=DayInput())


class DecideForm(forms.Form):
    finding = forms.ChoiceField(
        label=pgettext_lazy("complaint", "Found"), choices=[("", "…"), *FINDING_TITLES.items()]
    )
    reply = forms.CharField(
        label=_("What the resident was answered"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    rests = forms.BooleanField(label=_("Nobody calls on them any more until they ask"), required=False)
