"""Plans on the screen: the list and the forms."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.areas.forms import DayInput
from yingjie.foundation.access.actor import Actor
from yingjie.outreach import plans
from yingjie.outreach.plans import Narrowed, PlanRow
from yingjie.outreach.unvaccinated_list import reason_said
from yingjie.outreach.words import MEASURE_TITLES, PLAN_OUTCOMES, PLAN_STATES, REASON_TITLES
from yingjie.people import choices
from yingjie.web.lists import Choices, Column, Empty, Filter, Filters, ListSpec, search


def measures_said(row: PlanRow) -> str:
    return "、".join(str(MEASURE_TITLES[code]) for code in row.measures)


def _owners(actor: Actor) -> Choices:
    return [(name, name) for name in plans.owners(actor)]


PLANS = ListSpec(
    name="plans",
    title=_("Plans for single residents"),
    columns=(
        Column("name", pgettext_lazy("person", "Name"), "link", url=lambda row: reverse("outreach_plan", args=[row.id])),
        Column("age", _("Age"), "number"),
        Column("place", _("Lives in")),
        Column("state", _("State"), "status", value=lambda row: "plan-overdue" if row.is_overdue else f"plan-{row.state}"),
        Column("reason", pgettext_lazy("visit", "Reason"), value=lambda row: reason_said(row.reason)),
        Column("measures", _("Measures"), value=measures_said),
        Column("owner", pgettext_lazy("plan", "Owner")),
        Column("next_step", _("Next step")),
        Column("next_on", pgettext_lazy("plan", "By"), "day"),
        Column("outcome", pgettext_lazy("plan", "Outcome"), value=lambda row: str(PLAN_OUTCOMES.get(row.outcome, ""))),
    ),
    filters=(
        search(_("Name, pinyin, or last four signs of the number")),
        Filter("state", _("State"), choices=[
            ("live", _("Not closed")), ("overdue", _("Overdue")), *((code, said[0]) for code, said in PLAN_STATES.items()),
        ]),
        Filter("area", pgettext_lazy("visit", "Area"), choices=choices.filterable),
        Filter("owner", pgettext_lazy("plan", "Owner"), choices=_owners),
        Filter("measure", _("Measures"), choices=list(MEASURE_TITLES.items())),
    ),
    sorts=("next_on", "-opened_on", "place", "owner"),
    export_permission="people.export",
    empty=Empty(_("No plan yet"), _("Make one from the page of a resident who hesitates or cannot come."),
                "outreach_unvaccinated", _("Not vaccinated yet")),
    unit=pgettext_lazy("plan", "plans"),
)  # fmt: skip


class PlanSource:
    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def count(self, filters: Filters) -> int:
        return plans.count(self._actor, _narrowed(filters))

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[PlanRow]:
        return plans.rows(self._actor, _narrowed(filters), sort, offset, limit)

    def all(self, filters: Filters, sort: str) -> Iterable[PlanRow]:
        return plans.rows(self._actor, _narrowed(filters), sort)


def _narrowed(filters: Any) -> Narrowed:
    return Narrowed(
        text=filters.get("q", ""), area_code=filters.get("area", ""), state=filters.get("state", ""),
        owner=filters.get("owner", ""), measure=filters.get("measure", ""),
    )  # fmt: skip


class PlanForm(forms.Form):
    reason = forms.ChoiceField(
        label=pgettext_lazy("visit", "Reason"), choices=[("", "–"), *REASON_TITLES.items()], required=False
    )
    obstacles = forms.CharField(
        label=_("What stands in the way"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    measures = forms.MultipleChoiceField(
        label=_("Measures"),
        choices=list(MEASURE_TITLES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    owner = forms.CharField(label=pgettext_lazy("plan", "Owner"), max_length=80, required=False)
    next_step = forms.CharField(label=_("Next step"), max_length=120, required=False)
    next_on = forms.DateField(label=pgettext_lazy("plan", "By"), required=False, widget=DayInput())


class StepForm(PlanForm):
    note = forms.CharField(
        label=_("What was done"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("note", "next_step", "next_on", "measures", "obstacles", "reason", "owner")


class BulkPlanForm(forms.Form):
    """What all plans of one go have in common."""

    owner = forms.CharField(label=pgettext_lazy("plan", "Owner"), max_length=80, required=False)
    next_step = forms.CharField(label=_("Next step"), max_length=120)
    next_on = forms.DateField(label=pgettext_lazy("plan", "By"), widget=DayInput())
    reason = PlanForm.base_fields["reason"]
    measures = PlanForm.base_fields["measures"]


class ClosePlanForm(forms.Form):
    outcome = forms.ChoiceField(
        label=pgettext_lazy("plan", "Outcome"), choices=[("", "…"), *PLAN_OUTCOMES.items()]
    )
    note = forms.CharField(label=pgettext_lazy("visit", "Note"), max_length=400, required=False)
