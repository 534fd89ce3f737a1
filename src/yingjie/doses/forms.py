"""Input about doses: reports of doses elsewhere, decisions on them, amendments."""

from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yingjie.doses.wording import VERIFIED_BY
from yingjie.foundation.photos import LARGEST_BYTES
from yingjie.vaccines.queries import products


def product_choices() -> list[tuple[str, str]]:
    language = get_language() or "zh-hans"
    return [
        (each.code, f"{each.short_title.in_(language)} · {each.maker.in_(language)}") for each in products()
    ]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    def __init__(self, **arguments: Any) -> None:
        # What the chooser offers; what is accepted is decided by content.
        widget = _Files(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"})
        super().__init__(widget=widget, **arguments)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not given:
            return [super().clean(None, initial)]
        return [super(FilesField, self).clean(each, initial) for each in given]


class ClaimForm(forms.Form):
    """A dose as somebody tells of it."""

    product_code = forms.ChoiceField(label=_("Vaccine"), choices=product_choices)
    number = forms.IntegerField(label=_("Which dose"), min_value=1, max_value=9, initial=1)
    given_on = forms.DateField(label=_("Given on"), widget=_day())
    given_in = forms.CharField(
        label=_("Given where"), max_length=120, help_text=_("Province, city or county, and the site.")
    )
    lot_number = forms.CharField(label=_("Lot"), max_length=32, required=False)
    note = forms.CharField(label=pgettext_lazy("claim", "Note"), max_length=200, required=False)
    proofs = FilesField(
        label=_("Proof"),
        required=False,
        help_text=_("Photos or PDF of the vaccination card or health code, up to {megabytes} MB each."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        said = str(self.fields["proofs"].help_text)
        self.fields["proofs"].help_text = said.format(megabytes=LARGEST_BYTES // 1024 // 1024)


class StationClaimForm(ClaimForm):
    """The same at a desk, for whoever stands there."""

    number_of_card = forms.CharField(
        label=_("Identity number"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
    )
    field_order = ("number_of_card",)


class AcceptForm(forms.Form):
    verified_by = forms.ChoiceField(
        label=pgettext_lazy("claim", "Verified"),
        choices=list(VERIFIED_BY.items()),
        widget=forms.RadioSelect,
        required=False,
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class ProofForm(forms.Form):
    proofs = FilesField(label=_("Proof"))


class AmendForm(forms.Form):
    """What a record should have said."""

    product_code = forms.ChoiceField(label=_("Vaccine"), choices=product_choices)
    given_on = forms.DateField(label=_("Given on"), widget=_day())
    lot_number = forms.CharField(label=_("Lot"), max_length=32, required=False)
    given_in = forms.CharField(label=_("Given where"), max_length=120, required=False)
    reason = forms.CharField(label=pgettext_lazy("amendment", "Why the record is wrong"), max_length=200)

    def __init__(self, *args: Any, is_elsewhere: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not is_elsewhere:
            del self.fields["given_in"]
