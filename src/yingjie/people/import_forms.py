"""Forms of the import's pages."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.people.forms import Choices, DayInput, MappingForm, UploadForm
from yingjie.web.choices import offer


class RosterForm(UploadForm):
    """The file, the area it is of, what it is, and whether its columns shall be looked at before it is read."""

    source_kind = forms.ChoiceField(
        label=_("What the list is"),
        required=False,
        help_text=_(
            "Where lists differ, the one that is believed more decides, field by field; the others are kept."
        ),
    )
    said_on = forms.DateField(
        label=_("The list is as of"),
        required=False,
        widget=DayInput(),
        help_text=_("The day whose facts the list holds; left empty, the day on which it is written."),
    )

    look = forms.BooleanField(
        label=_("Show the columns first"),
        help_text=_(
            "Choose the sheet and say what each column is, with the first lines as they will be read."
        ),
        required=False,
    )

    field_order = ("area_code", "file", "source_kind", "said_on", "look")

    def __init__(self, *args: Any, kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", _("As the last time with these headings")), *kinds]
        offer(self, "source_kind", offered)

    def clean_said_on(self) -> date | None:
        said_on: date | None = self.cleaned_data["said_on"]
        if said_on and said_on > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return said_on


class SheetForm(MappingForm):
    """Which sheet, and what each of its columns is."""

    sheet = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, chosen_sheet: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].initial = chosen_sheet

    def changed(self) -> dict[str, str]:
        """Column ("#3") → field, for the columns that were chosen differently from what was proposed."""
        columns = {name: field for name, field in self.fields.items() if name != "sheet"}
        return {
            f"#{name[1:]}": self.cleaned_data[name] or "ignore"
            for name, field in columns.items()
            if self.cleaned_data[name] != field.initial
        }
