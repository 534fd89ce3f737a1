"""Input at the stations."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yingjie.clinic.wording import REASON_TITLES


class TurnAwayForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=list(REASON_TITLES.items()),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What was advised"),
        max_length=200,
        required=False,
        help_text=_("For example: back when the fever has been gone for three days."),
    )


class EarlyForm(forms.Form):
    early_reason = forms.CharField(
        label=_("Why they leave before the time"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )


class CorrectForm(forms.Form):
    reason = forms.CharField(
        label=_("What is wrong with the record"),
        max_length=200,
        help_text=_("For example: recorded for the wrong person."),
    )
