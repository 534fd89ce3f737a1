"""Input about stock."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yingjie.stock.receipts import Transport
from yingjie.stock.wording import CAUSE_TITLES, CHANGE_TITLES
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
    lowest = forms.DecimalField(
        label=_("Lowest on the way, °C"), required=False, decimal_places=2, max_digits=5
    )
    highest = forms.DecimalField(
        label=_("Highest on the way, °C"), required=False, decimal_places=2, max_digits=5
    )
    minutes = forms.IntegerField(
        label=_("Minutes on the way"), required=False, min_value=0, max_value=100_000
    )
    supplier = forms.CharField(label=_("Sent by"), max_length=80, required=False)
    release_number = forms.CharField(
        label=_("Number of the lot-release document"), max_length=40, required=False
    )
    packs_damaged = forms.IntegerField(label=_("Damaged packs"), min_value=0, required=False)
    codes = forms.CharField(
        label=_("Trace codes of the smallest packs"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "One a line: scan them one after the other, or paste the list that came with the delivery."
        ),
    )

    def delivery(self) -> dict[str, Any]:
        """The arguments of `receive`."""
        said = dict(self.cleaned_data)
        transport = Transport(
            lowest=said.pop("lowest"),
            highest=said.pop("highest"),
            minutes=said.pop("minutes"),
            supplier=said.pop("supplier"),
            release_number=said.pop("release_number"),
            packs_damaged=said.pop("packs_damaged") or 0,
        )
        return {**said, "transport": transport}

    def clean_codes(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["codes"].splitlines() if line.strip()]


class LotChangeForm(forms.Form):
    what = forms.ChoiceField(label=pgettext_lazy("movement", "What"), choices=list(CHANGE_TITLES.items()))
    doses = forms.IntegerField(label=_("Doses"), min_value=0, max_value=1_000_000)
    cause = forms.ChoiceField(label=_("Cause"), choices=[("", "–"), *CAUSE_TITLES.items()], required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        is_waste = str(said.get("what", "")).startswith("waste")
        if is_waste and not said.get("cause"):
            raise ValidationError({"cause": _("Say why these doses are written off.")})
        if said.get("what") in ("hold", "release") and not said.get("reason", "").strip():
            raise ValidationError({"reason": _("Say why.")})
        return said
