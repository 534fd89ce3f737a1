"""What is entered for the wall map."""

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
