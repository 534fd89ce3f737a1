"""Input of exercises: a script of one's own, a decision, a note, the clock."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.plans.exercise_actions import MOST_PACE, MOST_WORDS
from yingjie.web.choices import offer
from yingjie.web.registry import Words

Choices = Sequence[tuple[str, Words]]


class ScriptForm(forms.Form):
    """A script of one's own, as a file or written here; a file comes first."""

    area_code = forms.ChoiceField(label=pgettext_lazy("plan", "Area"))
    file = forms.FileField(label=_("File (YAML or JSON)"), required=False)
    text = forms.CharField(
        label=_("or write it here"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "class": "plan-script", "spellcheck": "false", "wrap": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", areas)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not said.get("file") and not said.get("text", "").strip() and not self.errors:
            self.add_error(None, _("Choose a file, or write the script below."))
        return said


class DecisionForm(forms.Form):
    """A choice, and what exactly is done."""

    inject = forms.CharField(max_length=40)
    option = forms.CharField(label=_("Choice"), max_length=40)
    words = forms.CharField(label=_("What exactly is done"), max_length=MOST_WORDS, required=False)


class NoteForm(forms.Form):
    words = forms.CharField(
        label=_("What you saw"), max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 2})
    )


class ClockForm(forms.Form):
    """Where the clock is set to (empty: it stays), and how fast it runs."""

    at = forms.CharField(label=_("Set the clock to"), max_length=10, required=False)
    pace = forms.IntegerField(
        label=_("Minutes of the exercise in a real minute"), min_value=1, max_value=MOST_PACE
    )

    def clean_at(self) -> int | None:
        """Minutes since midnight. Full-width digits and colons are read as well."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["at"]).strip()
        if not text:
            return None
        hour, colon, minute = text.partition(":")
        if not (
            colon
            and hour.isdecimal()
            and minute.isdecimal()
            and len(minute) == 2
            and int(hour) < 24
            and int(minute) < 60
        ):
            raise forms.ValidationError(_("Write a time of day: 09:30."))
        return int(hour) * 60 + int(minute)
