"""What is entered after a visit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.outreach.words import HEARD_TITLES, REASON_TITLES


class AttemptForm(forms.Form):
    outcome = forms.ChoiceField(
        label=pgettext_lazy("visit", "Outcome"), choices=[("", "—"), *HEARD_TITLES.items()]
    )
    reason = forms.ChoiceField(
        label=pgettext_lazy("visit", "Reason"), choices=[("", "—"), *REASON_TITLES.items()], required=False
    )
    note = forms.CharField(label=pgettext_lazy("visit", "Note"), max_length=300, required=False)
    asked = forms.BooleanField(label=_("Asked for this visit"), required=False)

    def said(self) -> dict[str, Any]:
        """The keywords of `doorstep_actions.visit`."""
        return {name: self.cleaned_data[name] for name in ("outcome", "reason", "note", "asked")}
