"""What is entered about officers, at a door, by a doctor, and about contacts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.areas.forms import DayInput
from yingjie.outreach.mobilising_words import (
    ASKED_TITLES,
    BECAUSE_TITLES,
    HOME_TITLES,
    KIND_TITLES,
    WORD_TITLES,
)
from yingjie.outreach.words import HEARD_TITLES, REASON_TITLES
from yingjie.web.choices import offer
from yingjie.web.lists import Choices


class AppointForm(forms.Form):
    member_id = forms.TypedChoiceField(
        label=_("Of the staff"), required=False, empty_value=None, help_text=_("Or enter somebody new below.")
    )
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=40, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=24, required=False)
    account = forms.CharField(
        label=_("User name"),
        max_length=64,
        required=False,
        help_text=_("With it they see their own list when they sign in."),
    )
    area_code = forms.ChoiceField(label=pgettext_lazy("officer", "Answers for"))
    unit_id = forms.TypedChoiceField(label=_("Of the office"), required=False, empty_value=None)
    kind = forms.ChoiceField(label=_("As"), choices=list(KIND_TITLES.items()), initial="officer")
    post = forms.CharField(label=_("Post"), max_length=40, required=False)
    least = forms.IntegerField(label=_("At least"), min_value=0, max_value=500)
    most = forms.IntegerField(label=_("At most"), min_value=1, max_value=500)
    to_win = forms.IntegerField(
        label=_("To be won over at least"),
        min_value=0,
        max_value=500,
        help_text=_("So many of their people shall have had the dose; nobody is pressed for it."),
    )

    def __init__(
        self, *args: Any, areas: Choices, members: Choices, units: Choices = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", areas)
        offer(self, "member_id", [("", "–"), *members])
        offer(self, "unit_id", [("", "–"), *units])


class OfficerForm(forms.Form):
    post = AppointForm.base_fields["post"]
    least = AppointForm.base_fields["least"]
    most = AppointForm.base_fields["most"]
    to_win = AppointForm.base_fields["to_win"]


class TakeOnForm(forms.Form):
    people = forms.IntegerField(label=_("How many people"), min_value=1, max_value=500)


class HandOverForm(forms.Form):
    because = forms.ChoiceField(label=_("Because"), choices=[("", "…"), *BECAUSE_TITLES.items()])
    successor_id = forms.TypedChoiceField(
        label=_("Successor"),
        required=False,
        empty_value=None,
        help_text=_(
            "Left open, the people are shared out among the others of the township, near where they live."
        ),
    )

    def __init__(self, *args: Any, officers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "successor_id", [("", "–"), *officers])


class GiveForm(forms.Form):
    officer_id = forms.ChoiceField(label=pgettext_lazy("officer", "Officer"))

    def __init__(self, *args: Any, officers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "officer_id", [("", "…"), *officers])


class DoorForm(forms.Form):
    outcome = forms.ChoiceField(
        label=pgettext_lazy("visit", "Outcome"), choices=list(HEARD_TITLES.items()), widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(
        label=pgettext_lazy("visit", "Reason"), choices=[("", "—"), *REASON_TITLES.items()], required=False
    )
    next_on = forms.DateField(label=_("Come again on"), required=False, widget=DayInput())
    evening = forms.BooleanField(label=_("Better in the evening"), required=False)
    stop = forms.BooleanField(label=_("Wants nobody to come again"), required=False)
    asked = forms.BooleanField(label=_("Asked for this visit"), required=False)
    note = forms.CharField(label=pgettext_lazy("visit", "Note"), max_length=300, required=False)


class HomeForm(forms.Form):
    because = forms.ChoiceField(label=_("Because"), choices=[("", "…"), *HOME_TITLES.items()])
    note = DoorForm.base_fields["note"]


class WordForm(forms.Form):
    word = forms.ChoiceField(label=_("Doctor's word"), choices=[("", "…"), *WORD_TITLES.items()])
    review_on = forms.DateField(label=_("Look again on"), required=False, widget=DayInput())
    note = DoorForm.base_fields["note"]


class CallForm(forms.Form):
    title = forms.CharField(label=_("What is asked"), max_length=80)
    whom = forms.ChoiceField(label=_("Who is asked"), choices=list(ASKED_TITLES.items()))
    area_code = forms.ChoiceField(label=pgettext_lazy("visit", "Area"))
    due_at = forms.DateTimeField(
        label=_("To be reported by"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", areas)


class ContactForm(forms.Form):
    leader = forms.CharField(label=pgettext_lazy("officer", "Leader"), max_length=40)
    leader_phone = forms.CharField(label=_("Leader's telephone"), max_length=24, required=False)
    contact = forms.CharField(label=_("Contact"), max_length=40)
    contact_phone = forms.CharField(label=_("Contact's telephone"), max_length=24)
