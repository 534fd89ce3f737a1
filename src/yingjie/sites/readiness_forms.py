"""Input about layout, equipment, the emergency plan, inspections and findings."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.sites.readiness import Kept, Pieces
from yingjie.sites.readiness_actions import Answer, Stock
from yingjie.sites.standards import Item
from yingjie.sites.wording import AMBULANCES, ROOM_TITLES, VERDICTS


class ZoneForm(forms.Form):
    room = forms.ChoiceField(label=_("Zone"), choices=list(ROOM_TITLES.items()))
    letter = forms.CharField(
        label=_("Letter"), max_length=4, required=False, help_text=_("A, B … where there are several.")
    )
    seats = forms.IntegerField(label=pgettext_lazy("zone", "Seats"), min_value=0, max_value=2000, initial=0)
    stations = forms.IntegerField(
        label=pgettext_lazy("zone", "Stations"), min_value=0, max_value=200, initial=1
    )


class SpecialDayForm(forms.Form):
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hours_text = forms.CharField(
        label=_("Opening hours"),
        max_length=120,
        required=False,
        help_text=_("Left empty: closed on that day."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=120, required=False)


class EmergencyForm(forms.Form):
    hospital = forms.CharField(label=_("Paired hospital"), max_length=80, required=False)
    hospital_phone = forms.CharField(label=_("Its phone"), max_length=24, required=False)
    drive_minutes = forms.IntegerField(label=_("Minutes by road"), min_value=0, max_value=600, required=False)
    ambulance = forms.ChoiceField(label=_("Ambulance"), choices=list(AMBULANCES.items()), required=False)
    ambulance_plate = forms.CharField(label=_("Number plate"), max_length=16, required=False)


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("What was done, or why not"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    photo = forms.FileField(label=_("Photo"), required=False)


class EquipmentForm(forms.Form):
    """Three numbers for each kind of equipment: pieces, of these broken, wanted (empty: as the data says)."""

    def __init__(self, rows: Sequence[Pieces], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.rows = rows
        for row in rows:
            self.fields[f"{row.code}-pieces"] = _count(row.pieces, row.title)
            self.fields[f"{row.code}-broken"] = _count(row.broken, row.title)

    def given(self) -> dict[str, Stock]:
        data = self.cleaned_data
        return {
            row.code: Stock(data[f"{row.code}-pieces"] or 0, data[f"{row.code}-broken"] or 0, note=row.note)
            for row in self.rows
        }

    @property
    def lines(self) -> list[tuple[Pieces, Any, Any]]:
        return [(row, self[f"{row.code}-pieces"], self[f"{row.code}-broken"]) for row in self.rows]


class KitForm(forms.Form):
    def __init__(self, rows: Sequence[Kept], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.rows = rows
        for row in rows:
            self.fields[f"{row.code}-pieces"] = _count(row.pieces, row.title)
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            day = forms.DateField(required=False, initial=row.expires_on, widget=widget, label=str(row.title))
            self.fields[f"{row.code}-expires"] = day

    def given(self) -> dict[str, tuple[int, Any]]:
        data = self.cleaned_data
        return {row.code: (data[f"{row.code}-pieces"] or 0, data[f"{row.code}-expires"]) for row in self.rows}

    @property
    def lines(self) -> list[tuple[Kept, Any, Any]]:
        return [(row, self[f"{row.code}-pieces"], self[f"{row.code}-expires"]) for row in self.rows]


class InspectionForm(forms.Form):
    """One question a line: fine, not fine (what, perhaps a photo), not needed here."""

    note = forms.CharField(label=pgettext_lazy("site", "Note"), max_length=300, required=False)
    correct_by_on = forms.DateField(
        label=_("To be corrected by"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, items: Sequence[Item], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.items = items
        for item in items:
            choices = forms.ChoiceField(
                label=str(item.title),
                choices=list(VERDICTS.items()),
                widget=forms.RadioSelect,
                required=not item.told,
            )
            self.fields[f"{item.code}-verdict"] = choices
            self.fields[f"{item.code}-what"] = forms.CharField(
                required=False, max_length=300, label=_("What was found")
            )
            self.fields[f"{item.code}-photo"] = forms.FileField(required=False, label=_("Photo"))

    def answers(self) -> dict[str, Answer]:
        data = self.cleaned_data
        found = {}
        for item in self.items:
            verdict, photo = data[f"{item.code}-verdict"], data[f"{item.code}-photo"]
            if verdict:
                content = photo.read() if photo else b""
                found[item.code] = Answer(verdict, data[f"{item.code}-what"], content, data["correct_by_on"])
        return found

    @property
    def lines(self) -> list[tuple[Item, Any, Any, Any]]:
        return [
            (item, self[f"{item.code}-verdict"], self[f"{item.code}-what"], self[f"{item.code}-photo"])
            for item in self.items
        ]


def _count(initial: int, label: Any) -> forms.IntegerField:
    return forms.IntegerField(min_value=0, max_value=999, initial=initial, required=False, label=label)
