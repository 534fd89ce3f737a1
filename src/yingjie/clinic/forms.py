"""Input at the stations."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.clinic.questionnaire import Answer, Question
from yingjie.clinic.wording import HEALTH_TITLES, REACTION_TITLES, REASON_TITLES, RELATION_TITLES

#: A card's number is longer than any temperature: whoever scans the next card into the field of the temperature means the card.
CARD_DIGITS = 15


class TurnAwayForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=list(REASON_TITLES.items()),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What was advised"),
        max_length=200,
        required=False,
        help_text=_("For example: back when the fever has been gone for three days."),
    )


class EarlyForm(forms.Form):
    early_reason = forms.CharField(
        label=_("Why they leave before the time"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )


class ReactionForm(forms.Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("reaction", "What happened"),
        choices=list(REACTION_TITLES.items()),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("What was seen and done"), max_length=500, required=False)


class CorrectForm(forms.Form):
    reason = forms.CharField(
        label=_("What is wrong with the record"),
        max_length=200,
        help_text=_("For example: recorded for the wrong person."),
    )


class ReceiveForm(forms.Form):
    number = forms.CharField(label=_("Identity number of whoever got the dose"), max_length=24)
    reason = forms.CharField(label=_("How it happened"), max_length=200)


class OverrideForm(forms.Form):
    reason = forms.CharField(label=_("Your reason"), max_length=200)


def health_choices() -> list[tuple[str, object]]:
    return list(HEALTH_TITLES.items())


def relation_choices() -> list[tuple[str, object]]:
    return list(RELATION_TITLES.items())


def temperature(raw: str) -> Decimal | None:
    """As it was typed: 36.5, 36,5, or 365 as thermometers without a point show it, also with the signs and figures of a Chinese
    keyboard. None where nothing was."""
    text = re.sub(
        r"[,、。]", ".", unicodedata.normalize("NFKC", raw.replace("℃", "").replace("°C", ""))
    ).strip()
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    if not found.is_finite() or abs(found) > 1000:
        return Decimal(0)
    return (found / 10 if found >= 300 and found == int(found) else found).quantize(Decimal("0.1"))


def answers(asked: tuple[Question, ...], sent: Mapping[str, str]) -> dict[str, Answer]:
    """The answers of a questionnaire's form; what was not answered is left out."""
    found = {}
    for question in asked:
        said = sent.get(f"q_{question.code}", "")
        if said:
            found[question.code] = Answer(said, day(sent.get(f"day_{question.code}", "")))
    return found


def day(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw.strip())
    except ValueError:
        return None
