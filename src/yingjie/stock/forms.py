"""Input about stock."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yingjie.stock.wording import CHANGE_TITLES
from yingjie.vaccines.queries import products


def _products() -> list[tuple[str, str]]:
    language = get_language() or "zh-hans"
    return [
        (each.code, f"{each.short_title.in_(language)} · {each.title.in_(language)}") for each in products()
    ]


class ReceiveForm(forms.Form):
    product_code = forms.ChoiceField(label=_("Vaccine"), choices=_products)
    lot_number = forms.CharField(
        label=_("Lot"), max_length=32, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    expires_on = forms.DateField(
        label=_("Expiry"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    doses = forms.IntegerField(label=_("Doses"), min_value=1, max_value=1_000_000)
    codes = forms.CharField(
        label=_("Trace codes of the smallest packs"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "One a line: scan them one after the other, or paste the list that came with the delivery."
        ),
    )

    def clean_codes(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["codes"].splitlines() if line.strip()]


class LotChangeForm(forms.Form):
    what = forms.ChoiceField(label=pgettext_lazy("movement", "What"), choices=list(CHANGE_TITLES.items()))
    doses = forms.IntegerField(label=_("Doses"), min_value=0, max_value=1_000_000)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("what") != "count" and not said.get("reason", "").strip():
            raise ValidationError({"reason": _("Say why.")})
        return said
