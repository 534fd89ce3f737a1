"""The shape of input about areas."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.areas.queries import AreaRow
from yingjie.web.choices import offer


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AddLocalForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("area", "Name"),
        max_length=64,
        help_text=_("As people there call it, for example “Grid 1” or “South lane”."),
    )


class RenameForm(forms.Form):
    name = forms.CharField(label=_("New name"), max_length=64)
    on = forms.DateField(label=_("In force from"), widget=DayInput())
    reason = forms.CharField(
        label=_("Basis of the change"),
        max_length=200,
        required=False,
        help_text=_("The document that decided it, if there is one."),
    )


class MergeForm(forms.Form):
    into = forms.ChoiceField(label=_("Goes into"))
    on = forms.DateField(label=_("In force from"), widget=DayInput())
    reason = forms.CharField(
        label=_("Basis of the change"),
        max_length=200,
        required=False,
        help_text=_("The document that decided it, if there is one."),
    )

    def __init__(self, *args: Any, others: Iterable[AreaRow], said: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.code, said.get(row.code, row.name)) for row in others]
        offer(self, "into", [("", "…"), *choices])
