"""What is entered about a meeting: its moment and place, its record, why it is called off; and who follows a card."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_NO_NAMES = _("No names of residents.")


class ArrangeForm(forms.Form):
    at = forms.DateTimeField(
        label=pgettext_lazy("meeting", "When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place = forms.CharField(label=pgettext_lazy("meeting", "Where"), max_length=80)
    invited = forms.CharField(
        label=_("Who shall come"), max_length=300, help_text=_("Posts and names, with commas between.")
    )


class RecordForm(forms.Form):
    attended = forms.CharField(label=_("Who came"), max_length=300)
    said = forms.CharField(
        label=_("What was said and agreed"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_NO_NAMES,
    )
    reply_due_on = forms.DateField(
        label=_("Written reply by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Left empty, the day stays as it is."),
    )


class CallOffForm(forms.Form):
    because = forms.CharField(label=pgettext_lazy("card", "Because"), max_length=300)


class OwnerForm(forms.Form):
    owner = forms.CharField(label=_("Who follows it"), max_length=80)
