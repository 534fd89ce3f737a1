"""Input of plans."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.web.choices import offer
from yingjie.web.registry import Words

Choices = Sequence[tuple[str, Words]]


class DayForm(forms.Form):
    """Which site, which day."""

    site_id = forms.ChoiceField(label=_("Site"))
    on = forms.DateField(
        label=pgettext_lazy("plan", "Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, sites: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "site_id", sites)


class PromiseForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("Wait at a station at most (minutes)"), min_value=1, max_value=240, initial=15
    )
    percent = forms.IntegerField(label=_("For so many of 100 people"), min_value=50, max_value=99, initial=90)


class VariantForm(forms.Form):
    """Besides the tables of staff and times, which are read from the plan."""

    title = forms.CharField(label=_("Name of this variant"), max_length=120)
    walk_in_percent = forms.IntegerField(
        label=_("People who come unasked (% of now)"), min_value=0, max_value=1000, initial=100
    )
    no_show_percent = forms.IntegerField(
        label=_("Of those with a place, do not come (%)"), min_value=0, max_value=100, required=False
    )
    vials = forms.IntegerField(label=_("Vials at hand"), min_value=0, max_value=1_000_000, required=False)


class ProposeForm(forms.Form):
    """For which area and which days."""

    area_code = forms.ChoiceField(label=pgettext_lazy("plan", "Area"))
    first_on = forms.DateField(
        label=pgettext_lazy("plan", "From"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last_on = forms.DateField(
        label=pgettext_lazy("plan", "Until"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    title = forms.CharField(label=pgettext_lazy("plan", "Title"), max_length=120, required=False)

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", areas)


class PutForm(forms.Form):
    session_id = forms.ChoiceField(label=_("Session"), required=False)

    def __init__(self, *args: Any, sessions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [("", _("Let the plan decide")), *sessions]
        offer(self, "session_id", chosen)


class DisturbanceForm(forms.Form):
    """What went wrong after a proposal was applied."""

    closed = forms.MultipleChoiceField(
        label=_("Sites that are closed"), widget=forms.CheckboxSelectMultiple, required=False
    )
    late_site = forms.ChoiceField(label=_("Vaccine comes late to"), required=False)
    late_days = forms.IntegerField(label=_("Days late"), min_value=1, max_value=60, required=False)

    def __init__(self, *args: Any, sites: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "closed", sites)
        offer(self, "late_site", [("", "–"), *sites])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if bool(said.get("late_site")) != bool(said.get("late_days")):
            self.add_error("late_days", _("Say both where the vaccine comes late and by how many days."))
        if not said.get("closed") and not said.get("late_site") and not self.errors:
            self.add_error(None, _("Say what went wrong: a closed site, or vaccine that comes late."))
        return said


class CampaignForm(forms.Form):
    """The target, what comes, and how hard each scenario is (0 leaves it out)."""

    area_code = forms.ChoiceField(label=pgettext_lazy("plan", "Area"))
    title = forms.CharField(label=pgettext_lazy("plan", "Title"), max_length=120, required=False)
    target_percent = forms.IntegerField(
        label=_("Target: percent of people from 3 years on"), min_value=1, max_value=100
    )
    dose = forms.TypedChoiceField(label=_("with dose"), coerce=int, choices=[(1, "1"), (2, "2")])
    doses_a_week = forms.IntegerField(
        label=_("Doses that come each week"),
        min_value=0,
        max_value=10_000_000,
        required=False,
        help_text=_("Empty: as many as came in the last four weeks."),
    )
    most_days = forms.IntegerField(label=_("Look ahead (days)"), min_value=7, max_value=365)
    late_days = forms.IntegerField(label=_("Vaccine late by (days)"), min_value=0, max_value=60)
    closed_days = forms.IntegerField(label=_("Largest site closed for (days)"), min_value=0, max_value=60)
    sick_percent = forms.IntegerField(label=_("Staff ill for two weeks (%)"), min_value=0, max_value=100)
    rush_factor = forms.IntegerField(
        label=_("Rush for five days (times the usual)"), min_value=0, max_value=20
    )
    rain_days = forms.IntegerField(label=_("Heavy rain (days)"), min_value=0, max_value=30)
    aefi_percent = forms.IntegerField(label=_("AEFI cluster: wait and see (%)"), min_value=0, max_value=100)

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", areas)


class ExerciseForm(forms.Form):
    """Which script, for which area, how fast its clock runs."""

    area_code = forms.ChoiceField(label=pgettext_lazy("plan", "Area"))
    script = forms.ChoiceField(label=_("Script"), widget=forms.RadioSelect)
    pace = forms.IntegerField(
        label=_("Minutes of the exercise in a real minute"), min_value=1, max_value=60, initial=5
    )

    def __init__(self, *args: Any, areas: Choices, scripts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", areas)
        offer(self, "script", scripts)


class TitleForm(forms.Form):
    title = forms.CharField(label=_("Name of this variant"), max_length=120)


class SitingForm(forms.Form):
    """A daily load, and what is promised. It is asked with GET: the address can be shared."""

    area_code = forms.ChoiceField(label=pgettext_lazy("plan", "Area"))
    people_a_day = forms.IntegerField(
        label=_("People a day (empty: from the ledger)"), min_value=0, max_value=1_000_000, required=False
    )
    days = forms.IntegerField(label=_("Days in which to finish"), min_value=1, max_value=365, initial=30)
    hours = forms.IntegerField(label=_("Hours a day"), min_value=1, max_value=24, initial=8)
    minutes = forms.IntegerField(
        label=_("Wait at a station at most (minutes)"), min_value=1, max_value=240, initial=15
    )
    percent = forms.IntegerField(label=_("For so many of 100 people"), min_value=50, max_value=99, initial=90)
    peak_percent = forms.IntegerField(
        label=_("The busiest hour (% of the average)"), min_value=100, max_value=500, initial=130
    )
    far_km = forms.IntegerField(label=_("Far is more than (km)"), min_value=1, max_value=200, initial=10)
    largest = forms.IntegerField(
        label=_("A temporary site takes at most (people a day)"), min_value=50, max_value=20_000, initial=1500
    )

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", areas)


class BoardForm(forms.Form):
    """For whose people, and which days."""

    area_code = forms.ChoiceField(label=pgettext_lazy("plan", "Area"))
    first_on = forms.DateField(
        label=pgettext_lazy("plan", "From"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    days = forms.IntegerField(label=pgettext_lazy("plan", "Days"), min_value=1, max_value=14, initial=7)
    title = forms.CharField(label=pgettext_lazy("plan", "Title"), max_length=120, required=False)

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", areas)


class HeldShareForm(forms.Form):
    """How much of what is free may be held back for later doses."""

    percent = forms.IntegerField(
        label=_("Of free places and doses at most (%)"),
        min_value=0,
        max_value=100,
        help_text=_(
            "0: nothing is held back. 100: first doses get what is left when every later dose has its own."
        ),
    )


class WeekdaysForm(forms.Form):
    weekdays = forms.MultipleChoiceField(
        label=_("Weekdays for which this holds"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(str(day), name) for day, name in WEEKDAYS.items()],
    )
