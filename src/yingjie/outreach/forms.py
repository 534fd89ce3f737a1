"""What is entered after a visit."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from yingjie.outreach.words import OUTCOME_TITLES, REASON_TITLES


class AttemptForm(forms.Form):
    outcome = forms.ChoiceField(
        label=pgettext_lazy("visit", "Outcome"), choices=[("", "—"), *OUTCOME_TITLES.items()]
    )
    reason = forms.ChoiceField(
        label=pgettext_lazy("visit", "Reason"), choices=[("", "—"), *REASON_TITLES.items()], required=False
    )
    note = forms.CharField(label=pgettext_lazy("visit", "Note"), max_length=300, required=False)

    def said(self) -> dict[str, Any]:
        """The keywords of `actions.record_attempt`."""
        return {name: self.cleaned_data[name] for name in ("outcome", "reason", "note")}
