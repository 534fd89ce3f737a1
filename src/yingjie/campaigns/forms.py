"""Input about campaigns."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.people.codelists import categories, titles


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


class CampaignForm(forms.Form):
    title = forms.CharField(label=pgettext_lazy("campaign", "Title"), max_length=80)
    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))


class PhaseForm(forms.Form):
    title = forms.CharField(
        label=pgettext_lazy("campaign", "Title"),
        max_length=80,
        help_text=_("For example “18 to 59, first dose”."),
    )
    dose = forms.IntegerField(label=_("Dose number"), min_value=1, max_value=9)
    from_on = _day(pgettext_lazy("campaign", "From"))
    age_from = forms.IntegerField(label=_("Age from"), min_value=0, max_value=150, initial=0)
    age_until = forms.IntegerField(
        label=_("Age until"),
        min_value=0,
        max_value=150,
        required=False,
        help_text=_("In full years, included. Leave empty for no upper age."),
    )
    category = forms.ChoiceField(label=_("Population group"), required=False)
    present_only = forms.BooleanField(label=_("Leave out those who live away"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["category"]
        chosen.choices = [("", pgettext_lazy("campaign", "Everybody")), *titles(categories()).items()]


class MilestoneForm(forms.Form):
    on = _day(_("Reached by the evening of"))
    percent = forms.DecimalField(
        label=_("Share of the group (%)"), min_value=Decimal("0.01"), max_value=Decimal(200), decimal_places=2
    )

    @property
    def share(self) -> Decimal:
        percent: Decimal = self.cleaned_data["percent"]
        return percent / 100


class HandForm(forms.Form):
    key = forms.CharField(max_length=24)
    target = forms.IntegerField(label=_("Target"), min_value=0, max_value=2_000_000_000, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class KeyForm(forms.Form):
    text = forms.CharField(
        label=_("Area and figure"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "One area a line: its code or name, then the figure. Leave empty to go back to the ledger's own people."
        ),
    )
