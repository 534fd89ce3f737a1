"""Units on the screen: the list with its filters, and the forms of a unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yingjie.areas import queries as areas
from yingjie.areas import unit_queries
from yingjie.areas.unit_queries import Narrowed, UnitRow
from yingjie.foundation.access.actor import Actor
from yingjie.outreach import unit_coverage
from yingjie.outreach.unit_coverage import NO_LINE, Standing
from yingjie.outreach.unvaccinated_list import line_said
from yingjie.people import choices
from yingjie.web.choices import offer
from yingjie.web.lists import Choices, Column, Empty, Filter, Filters, ListSpec, search


@dataclass(frozen=True)
class ShownUnit:
    """A unit with its coverage; rates as (done, of whom)."""

    unit: UnitRow
    place: str
    standing: Standing

    @property
    def id(self) -> Any:
        return self.unit.id


def kind_said(code: str) -> str:
    found = unit_queries.kinds().get(code)
    return found.title.in_(get_language() or "zh") if found else code


def _kinds(_actor: Actor | None = None) -> Choices:
    return [(code, kind_said(code)) for code in unit_queries.kinds()]


def _lines(_actor: Actor | None = None) -> Choices:
    return [*((code, line_said(code)) for code in unit_queries.lines()), (NO_LINE, _("No line"))]


UNITS = ListSpec(
    name="units",
    title=_("Units"),
    columns=(
        Column("name", _("Unit"), "link", value=lambda row: row.unit.name, url=lambda row: reverse("unit", args=[row.id])),
        Column("kind", pgettext_lazy("unit", "Kind"), value=lambda row: kind_said(row.unit.kind)),
        Column("line", pgettext_lazy("department", "Line"), value=lambda row: line_said(row.unit.line) or _("No line")),
        Column("place", pgettext_lazy("visit", "Area")),
        Column("people", pgettext_lazy("unit", "Staff"), "number", value=lambda row: row.standing.people),
        Column("first", _("First dose"), "percent", value=lambda row: (row.standing.first, row.standing.offered)),
        Column("full", _("Full course"), "percent", value=lambda row: (row.standing.full, row.standing.offered)),
        Column("to_do", pgettext_lazy("dose", "To do"), "number", value=lambda row: row.standing.to_do),
    ),
    filters=(
        search(pgettext_lazy("unit", "Name or pinyin")),
        Filter("area", pgettext_lazy("visit", "Area"), choices=choices.filterable),
        Filter("line", pgettext_lazy("department", "Line"), choices=_lines),
        Filter("kind", pgettext_lazy("unit", "Kind"), choices=_kinds),
        Filter("state", _("State"), choices=[("closed", pgettext_lazy("unit", "Closed"))]),
    ),
    sorts=("name", "kind", "place"),
    export_permission="people.export",
    empty=Empty(_("No unit yet"), _("Enter the employers, sites, schools and homes of your area, then the people of each.")),
    unit=_("units"),
)  # fmt: skip


class UnitSource:
    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def count(self, filters: Filters) -> int:
        return unit_queries.count(self._actor, _narrowed(filters))

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[ShownUnit]:
        return shown(unit_queries.units(self._actor, _narrowed(filters), sort, offset, limit))

    def all(self, filters: Filters, sort: str) -> Iterable[ShownUnit]:
        return shown(unit_queries.units(self._actor, _narrowed(filters), sort))


def shown(units: Sequence[UnitRow]) -> list[ShownUnit]:
    covered = unit_coverage.of_units([row.id for row in units])
    places = areas.places({row.area_code for row in units})
    return [ShownUnit(row, places.get(row.area_code, ""), covered.get(row.id, Standing())) for row in units]


def _narrowed(filters: Any) -> Narrowed:
    return Narrowed(
        text=filters.get("q", ""), area_code=filters.get("area", ""), kind=filters.get("kind", ""),
        line=filters.get("line", ""), closed=filters.get("state") == "closed",
    )  # fmt: skip


class UnitForm(forms.Form):
    """A unit as entered or corrected. Without `areas` its place stays."""

    name = forms.CharField(label=_("Name of the unit"), max_length=80)
    kind = forms.ChoiceField(label=pgettext_lazy("unit", "Kind"))
    line = forms.ChoiceField(
        label=pgettext_lazy("department", "Line"),
        required=False,
        help_text=_("Left empty: the one that answers for this kind."),
    )
    address = forms.CharField(label=_("Address"), max_length=120, required=False)
    contact = forms.CharField(label=_("Contact"), max_length=40, required=False)
    contact_phone = forms.CharField(label=_("Phone of the contact"), max_length=24, required=False)

    def __init__(self, *args: Any, areas: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [("", "…"), *_kinds()])
        offer(self, "line", [("", "–"), *_lines()])
        if areas:
            self.fields["area_code"] = forms.ChoiceField(
                label=pgettext_lazy("visit", "Area"), choices=[("", "…"), *areas]
            )
            self.order_fields(["area_code", *self.fields])

    def entered(self) -> dict[str, Any]:
        """The keywords of `unit_actions`: no line chosen is the kind's own, "no line" is none."""
        line = self.cleaned_data["line"]
        return self.cleaned_data | {"line": None if not line else "" if line == NO_LINE else line}


class StaffFileForm(forms.Form):
    file = forms.FileField(
        label=_("Staff roster"),
        help_text=_("Excel or CSV with a column of identity numbers; names and positions beside it."),
    )


class EmployForm(forms.Form):
    number = forms.CharField(label=_("Identity number"), max_length=20)
    position = forms.CharField(label=_("Position or class"), max_length=40, required=False)
