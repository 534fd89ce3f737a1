"""Input about sites."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.sites.wording import KIND_TITLES


class ChangeForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("site", "Name"), max_length=80)
    address = forms.CharField(label=pgettext_lazy("site", "Address"), max_length=120, required=False)
    hours = forms.CharField(
        label=_("Opening hours"), max_length=80, required=False, help_text=_("For example 08:00–17:00")
    )
    closed_on = forms.DateField(
        label=_("Closed from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_(
            "The first day on which nobody is vaccinated here any more. Leave empty while it is open."
        ),
    )


class OpenForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("site", "Name"), max_length=80)
    code = forms.CharField(
        label=pgettext_lazy("site", "Code"),
        max_length=24,
        help_text=_("The site's official number, or one of your own."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KIND_TITLES.items()))
    area_code = forms.CharField(
        label=_("Area code"), max_length=16, help_text=_("Of the township or village where it lies.")
    )
    address = forms.CharField(label=pgettext_lazy("site", "Address"), max_length=120, required=False)
    hours = forms.CharField(
        label=_("Opening hours"), max_length=80, required=False, help_text=_("For example 08:00–17:00")
    )
