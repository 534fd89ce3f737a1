"""The shape of input about people and rosters."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingjie.people import words

Choices = Iterable[tuple[str, Any]]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AreaForm(forms.Form):
    """A form with a choice of areas, given by the view."""

    area_code = forms.ChoiceField(label=_("Village or grid"))

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area_code"].choices = [("", "…"), *areas]  # type: ignore[attr-defined]


class RegisterForm(AreaForm):
    number = forms.CharField(
        label=_("Identity number"),
        max_length=30,
        help_text=_("Sex and birth date follow from it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(label=_("Name"), max_length=60)
    phones = forms.CharField(
        label=_("Phones"), max_length=100, required=False, help_text=_("Several with commas between them.")
    )
    address = forms.CharField(label=_("Address"), max_length=120, required=False)
    household_role = forms.ChoiceField(
        label=_("Place in the household"), choices=[("", "…"), *words.ROLES.items()], required=False
    )
    moved_in_on = forms.DateField(
        label=_("Moved in on"),
        required=False,
        help_text=_("Left empty for who has long lived here."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    field_order = ("number", "name", "area_code", "address", "phones", "household_role", "moved_in_on")


class ChangeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    address = forms.CharField(label=_("Address"), max_length=120, required=False)
    household_role = forms.ChoiceField(
        label=_("Place in the household"), choices=[("", "…"), *words.ROLES.items()], required=False
    )
    phones = forms.CharField(
        label=_("New phones"),
        max_length=100,
        required=False,
        help_text=_("They take the place of the present ones; left empty, those stay."),
    )


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("Identity number as it stands on the card"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class MoveForm(AreaForm):
    pass


class LeaveForm(forms.Form):
    on = forms.DateField(label=_("First day on which the person does not count any more"), widget=DayInput())
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            ("moved away", _("Moved away for good")),
            ("died", _("Died")),
            ("entered wrongly", _("Entered by mistake")),
        ],
    )


class RevealForm(forms.Form):
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=[*words.PURPOSES.items()], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("In your own words"), max_length=120, required=False, help_text=_("Without any number.")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("purpose") == "other" and len(given.get("note", "").strip()) < 2:
            self.add_error("note", _("Say what the number is needed for."))
        return given


class FindForm(forms.Form):
    """A whole number or phone: sent by POST, so that it never stands in an address."""

    text = forms.CharField(
        label=_("Identity number or phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "text"}),
    )


class UploadForm(AreaForm):
    file = forms.FileField(
        label=_("Roster"),
        help_text=_(
            "Excel (new or old), WPS, OpenDocument or CSV. Any column order; titles above the header do no harm."
        ),
    )

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, areas=areas, **kwargs)
        self.fields["area_code"].label = _("The roster is of")
        self.fields["area_code"].help_text = _("Villages in the file are looked for inside this area only.")


class MappingForm(forms.Form):
    """One choice per column of the file, named c1, c2, …"""

    def __init__(
        self, *args: Any, labels: Iterable[str], fields: Iterable[str], choices: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = list(choices)
        for number, (label, chosen) in enumerate(zip(labels, fields, strict=True), 1):
            self.fields[f"c{number}"] = forms.ChoiceField(
                label=label or f"#{number}", choices=offered, required=False, initial=chosen
            )

    def changed(self) -> dict[str, str]:
        """Column ("#3") → field, for the columns that were chosen differently from before."""
        return {
            f"#{name[1:]}": self.cleaned_data[name] or "ignore"
            for name, field in self.fields.items()
            if self.cleaned_data[name] != field.initial
        }
