"""Forms of the import's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingjie.people.forms import MappingForm, UploadForm


class RosterForm(UploadForm):
    """The file, the area it is of, and whether its columns shall be looked at before it is read."""

    look = forms.BooleanField(
        label=_("Show the columns first"),
        help_text=_(
            "Choose the sheet and say what each column is, with the first lines as they will be read."
        ),
        required=False,
    )


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
