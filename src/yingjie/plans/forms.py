"""Input of plans."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.web.registry import Words

Choices = Sequence[tuple[str, Words]]


class DayForm(forms.Form):
    """Which site, which day."""

    site_id = forms.ChoiceField(label=_("Site"))
    on = forms.DateField(label=pgettext_lazy("plan", "Day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, sites: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site_id"].choices = list(sites)  # type: ignore[attr-defined]  # a ChoiceField, which the stubs do not say


class PromiseForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("Wait at a station at most (minutes)"), min_value=1, max_value=240, initial=15
    )
    percent = forms.IntegerField(label=_("For so many of 100 people"), min_value=50, max_value=99, initial=90)


class VariantForm(forms.Form):
    """Besides the tables of staff and times, which are read from the plan."""

    title = forms.CharField(label=_("Name of this variant"), max_length=120)
    walk_in_percent = forms.IntegerField(
        label=_("People who come unasked (% of now)"), min_value=0, max_value=1000, initial=100
    )
    no_show_percent = forms.IntegerField(
        label=_("Of those with a place, do not come (%)"), min_value=0, max_value=100, required=False
    )
    vials = forms.IntegerField(label=_("Vials at hand"), min_value=0, max_value=1_000_000, required=False)
