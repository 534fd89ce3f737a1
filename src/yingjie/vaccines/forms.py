"""Input about policies."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PolicyForm(forms.Form):
    """A policy's text as a file, or typed."""

    file = forms.FileField(label=_("File"), required=False, help_text=_("The YAML file of one policy."))
    content = forms.CharField(
        label=_("Or its text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("file"):
            try:
                given["content"] = given["file"].read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise ValidationError({"file": _("This is no text in UTF-8.")}) from None
        if not given.get("content", "").strip():
            raise ValidationError({"file": _("Choose a file, or paste the text.")})
        return given


class FromForm(forms.Form):
    from_on = forms.DateField(
        label=pgettext_lazy("policy", "In force from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
