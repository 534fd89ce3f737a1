"""Input of appointments."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.foundation import clock
from yingjie.web.choices import offer
from yingjie.web.registry import Words

Choices = Sequence[tuple[str, Words]]


class SessionForm(forms.Form):
    """A session; one that ends at or before the hour at which it begins ends on the next day."""

    on = forms.DateField(
        label=pgettext_lazy("session", "Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    from_hour = forms.TimeField(
        label=pgettext_lazy("session", "From"), widget=forms.TimeInput(attrs={"type": "time"})
    )
    until_hour = forms.TimeField(
        label=pgettext_lazy("session", "Until"),
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("An earlier hour than the beginning means the next day."),
    )
    minutes = forms.TypedChoiceField(
        label=_("A time of arrival every (minutes)"),
        coerce=int,
        choices=[(n, n) for n in (10, 15, 20, 30, 60)],
    )
    seats = forms.IntegerField(label=_("Seats at each time"), min_value=1, max_value=5000)
    products = forms.MultipleChoiceField(label=_("Vaccine"), widget=forms.CheckboxSelectMultiple)
    offline_percent = forms.IntegerField(
        label=_("Kept for people without a smartphone (%)"), min_value=0, max_value=100
    )
    extra_percent = forms.IntegerField(
        label=_("Given out beyond the seats (%)"), min_value=0, max_value=100, initial=0
    )
    kind = forms.ChoiceField(
        label=_("For whom"),
        choices=[("ordinary", _("Everybody")), ("special", _("A village or unit alone"))],
    )
    area_code = forms.ChoiceField(label=_("Which village or township"), required=False)
    title = forms.CharField(label=_("Title"), max_length=80, required=False)

    def __init__(self, *args: Any, products: Choices, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "products", products)
        offer(self, "area_code", [("", "–"), *areas])

    def span(self) -> tuple[datetime, datetime]:
        """Beginning and end as moments."""
        said = self.cleaned_data
        day, zone = said["on"], clock.CAMPAIGN_ZONE
        from_at = datetime.combine(day, said["from_hour"], zone)
        until_at = datetime.combine(day, said["until_hour"], zone)
        return from_at, until_at if until_at > from_at else until_at + timedelta(days=1)


class SeatsForm(forms.Form):
    seats = forms.IntegerField(label=_("Seats at each time"), min_value=1, max_value=5000)


class CancelForm(forms.Form):
    because = forms.CharField(
        label=_("Why it does not take place"), max_length=200, help_text=_("People with a place read this.")
    )


class ListForm(forms.Form):
    """Where the people come from: the ledger, a file, or pasted lines."""

    title = forms.CharField(label=_("Name of the list"), max_length=120)
    area_code = forms.ChoiceField(label=_("Whose list"))
    unit_id = forms.ChoiceField(label=_("Of a unit"), required=False)
    source = forms.ChoiceField(
        label=_("Where the people come from"),
        choices=[
            ("ledger", _("From the ledger: to whom a dose is due")),
            ("file", _("A spreadsheet")),
            ("pasted", _("Pasted lines")),
        ],
        widget=forms.RadioSelect,
    )
    age_band = forms.ChoiceField(label=_("Age"), required=False)
    number = forms.TypedChoiceField(
        label=pgettext_lazy("booking", "Dose"), coerce=int, empty_value=None, required=False,
        choices=[("", _("Any")), (1, "1"), (2, "2"), (3, "3")],
    )  # fmt: skip
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("Excel or CSV with names or identity numbers.")
    )
    text = forms.CharField(
        label=_("Pasted lines"), required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A person a line: identity number, name or phone, in any order."),
    )  # fmt: skip

    def __init__(self, *args: Any, areas: Choices, units: Choices, bands: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", areas)
        offer(self, "unit_id", [("", "–"), *units])
        offer(self, "age_band", [("", _("Any")), *bands])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("source") == "file" and not said.get("file"):
            self.add_error("file", _("Choose a file."))
        if said.get("source") == "pasted" and not (said.get("text") or "").strip():
            self.add_error("text", _("Paste at least one line."))
        return said


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("Identity number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


class DoorForm(forms.Form):
    number = forms.CharField(
        label=_("Identity number"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text", "spellcheck": "false"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Mobile phone"), max_length=24, widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("The phone that your village knows."),
    )  # fmt: skip


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the message"), max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )  # fmt: skip
