"""What is entered for the wall map and for scores."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class BoundariesForm(forms.Form):
    file = forms.FileField(
        label=_("Boundaries"), max_length=120,
        help_text=_(
            "GeoJSON with longitude and latitude (WGS 84), one feature for each area right below, with its statistics code or"
            " name in the properties; 8 MB at most."
        ),
    )  # fmt: skip


class PeriodForm(forms.Form):
    from_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until_on = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Scores are worked out from the bulletins issued in this time and do not change any more."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "from_on" in said and "until_on" in said and said["until_on"] < said["from_on"]:
            raise forms.ValidationError(_("The last day lies before the first."))
        return said
