"""Input about sites."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.sites.wording import KIND_TITLES


class _PlaceForm(forms.Form):
    """When a site is open and how many it takes."""

    name = forms.CharField(label=pgettext_lazy("site", "Name"), max_length=80)
    address = forms.CharField(label=pgettext_lazy("site", "Address"), max_length=120, required=False)
    hours = forms.CharField(
        label=_("Opening hours"), max_length=200, required=False,
        help_text=_("For example 08:00–11:30 13:30–17:00; Sat 09:00–12:00; Sun closed. Or 24h."),
    )  # fmt: skip
    seats_per_hour = forms.IntegerField(
        label=_("People an hour"), min_value=1, max_value=5000, required=False,
        help_text=_("How many can be booked for an hour. Left empty: nothing is said."),
    )  # fmt: skip
    seats_per_session = forms.IntegerField(
        label=_("People a session"), min_value=1, max_value=50000, required=False
    )


class ChangeForm(_PlaceForm):
    closed_on = forms.DateField(
        label=_("Closed from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_(
            "The first day on which nobody is vaccinated here any more. Leave empty while it is open."
        ),
    )


class OpenForm(_PlaceForm):
    field_order = ("name", "code", "kind", "area_code")

    code = forms.CharField(
        label=pgettext_lazy("site", "Code"),
        max_length=24,
        help_text=_("The site's official number, or one of your own."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KIND_TITLES.items()))
    area_code = forms.CharField(
        label=_("Area code"), max_length=16, help_text=_("Of the township or village where it lies.")
    )
