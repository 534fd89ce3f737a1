"""What is entered when a bulletin is issued, a village counts by hand, a card is raised."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vaxkit.coverage.balance import REGISTERED
from vaxkit.supervision.dayplans import STATED
from yingjie.foundation import clock
from yingjie.oversight.balance_screen import term_title
from yingjie.oversight.card_words import KINDS


class IssueForm(forms.Form):
    cut_off = forms.TimeField(
        label=pgettext_lazy("bulletin", "Cut-off"), required=False, widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("A time of that day. Left empty: everything recorded until now."),
    )  # fmt: skip
    problems = forms.CharField(
        label=_("Problems"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Printed in the bulletin as written. No names of residents."),
    )  # fmt: skip
    plan = forms.CharField(
        label=_("Plan for tomorrow"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    signed_by = forms.CharField(
        label=_("Signed by"),
        required=False,
        max_length=40,
        help_text=_("Printed under the task force's name."),
    )
    copied_to = forms.CharField(
        label=_("Copied to"),
        required=False,
        max_length=200,
        help_text=_("Offices that get a copy, with commas between."),
    )

    def cut_off_at(self, on: date) -> datetime | None:
        """The moment that the time means on the day reported."""
        entered = self.cleaned_data["cut_off"]
        return datetime.combine(on, entered, clock.CAMPAIGN_ZONE) if entered else None


class RaiseForm(forms.Form):
    area_code = forms.ChoiceField(label=pgettext_lazy("bulletin", "Area"))
    kind = forms.ChoiceField(
        label=pgettext_lazy("card", "Kind"), choices=[(code, word.said) for code, word in KINDS.items()]
    )
    because = forms.CharField(
        label=pgettext_lazy("card", "Because"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("No names of residents."),
    )
    reply_due_on = forms.DateField(
        label=_("Answer by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, areas: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["area_code"]
        chosen.choices = list(areas)


class CauseForm(forms.Form):
    key = forms.ChoiceField(label=pgettext_lazy("plan", "Row"))
    cause = forms.ChoiceField(label=_("Cause"), choices=[])
    doses = forms.IntegerField(label=_("Doses not given because of it"), min_value=1, max_value=99_999)
    text = forms.CharField(label=_("In words"), max_length=200, help_text=_("No names of residents."))

    def __init__(self, *args: Any, rows: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh-hans"
        for name, choices in (
            ("key", list(rows)),
            ("cause", [(cause.value, cause.text.in_(language)) for cause in STATED]),
        ):
            chosen: Any = self.fields[name]
            chosen.choices = choices


class FiguresForm(forms.Form):
    """One field for every term; empty ones were not counted."""

    def __init__(self, *args: Any, codes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[REGISTERED] = _figure(_("Registered"))
        for code in codes:
            self.fields[code] = _figure(term_title(code))


def _figure(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=9_999_999)
