"""What is asked of a person about reminders."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.foundation import clock
from yingjie.reminders.words import VIA_TITLES
from yingjie.web.choices import offer


class StartForm(forms.Form):
    occasion = forms.ChoiceField(label=pgettext_lazy("reminder", "Occasion"))
    area_code = forms.ChoiceField(label=pgettext_lazy("reminder", "Area"))
    on = forms.DateField(
        label=pgettext_lazy("reminder", "Day"),
        help_text=_(
            "The day it speaks of: of the appointment, of the cancelled session; today for the others."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(
        self,
        *args: Any,
        areas: Sequence[tuple[str, str]],
        occasions: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", areas)
        offer(self, "occasion", occasions)
        self.fields["on"].initial = clock.today()


class WishForm(forms.Form):
    says = forms.ChoiceField(
        label=_("Messages"), choices=[("no", _("Wants no messages")), ("yes", _("Agrees to messages"))]
    )
    via = forms.ChoiceField(label=_("Said"), choices=list(VIA_TITLES.items()))
