"""Pushed lists on the screen: the lines as a list, and the forms."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.outreach import checks
from yingjie.outreach.checks import ItemRow, Narrowed
from yingjie.outreach.words import FINDING_TITLES, MATCH_TITLES
from yingjie.people import choices
from yingjie.web.choices import offer
from yingjie.web.lists import BulkAction, Choices, Column, Empty, Filter, Filters, ListSpec, search


def _lists(actor: Actor) -> Choices:
    return checks.choices(actor)


def _state(row: ItemRow) -> str:
    return "check-done" if row.finding else "check-overdue" if row.is_overdue else "check-waiting"


CHECKS = ListSpec(
    name="checks",
    title=_("Lines to check"),
    columns=(
        Column("name", pgettext_lazy("person", "Name"), "link", value=lambda row: row.name or f"#{row.number}",
               url=lambda row: reverse("outreach_check", args=[row.id])),
        Column("list_title", _("Pushed list")),
        Column("number", _("Line of the file"), "number"),
        Column("place", _("Checked in")),
        Column("matched", _("Found"), value=lambda row: str(MATCH_TITLES[row.matched])),
        Column("officer", pgettext_lazy("check", "Officer")),
        Column("due_at", _("Deadline"), "moment"),
        Column("state", _("State"), "status", value=_state),
        Column("finding", pgettext_lazy("check", "Finding"), value=lambda row: str(FINDING_TITLES.get(row.finding, ""))),
        Column("found_by", _("Checked by")),
    ),
    filters=(
        search(pgettext_lazy("person", "Name")),
        Filter("list", _("Pushed list"), choices=_lists),
        Filter("state", _("State"), choices=[
            ("waiting", _("Not checked")), ("overdue", _("Overdue")), ("done", _("Checked")),
        ]),
        Filter("area", pgettext_lazy("visit", "Area"), choices=choices.filterable),
        Filter("match", _("Found"), choices=[("matched", _("Found or assigned")), ("unmatched", _("Not found in the ledger"))]),
        Filter("finding", pgettext_lazy("check", "Finding"), choices=list(FINDING_TITLES.items())),
    ),
    sorts=("due_at", "place", "number"),
    bulk=(BulkAction("assign", _("Assign"), url_name="outreach_assign", permission="outreach.check", icon="send"),),
    empty=Empty(_("Nothing to check"), _("Lines of lists that come from above stand here when they are assigned to you.")),
    unit=pgettext_lazy("check", "lines"),
)  # fmt: skip


class CheckSource:
    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def count(self, filters: Filters) -> int:
        return checks.count(self._actor, _narrowed(filters))

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[ItemRow]:
        return checks.items(self._actor, _narrowed(filters), sort, offset, limit)

    def all(self, filters: Filters, sort: str) -> Iterable[ItemRow]:
        return checks.items(self._actor, _narrowed(filters), sort)


def _narrowed(filters: Any) -> Narrowed:
    return Narrowed(
        list_id=filters.get("list", ""), text=filters.get("q", ""), area_code=filters.get("area", ""),
        state=filters.get("state", ""), match=filters.get("match", ""), finding=filters.get("finding", ""),
    )  # fmt: skip


class ListForm(forms.Form):
    file = forms.FileField(
        label=_("File"), help_text=_("Excel or CSV as it came. Its own headers are kept for the report back.")
    )
    title = forms.CharField(label=_("Name of the list"), max_length=120)
    sender = forms.CharField(label=_("Sent by"), max_length=80, required=False)
    due_at = forms.DateTimeField(
        label=_("To be reported by"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    area_code = forms.ChoiceField(label=pgettext_lazy("visit", "Area"))

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", areas)


class FindingForm(forms.Form):
    finding = forms.ChoiceField(
        label=pgettext_lazy("check", "Finding"), choices=[("", "…"), *FINDING_TITLES.items()]
    )
    note = forms.CharField(label=pgettext_lazy("visit", "Note"), max_length=300, required=False)


class AssignForm(forms.Form):
    area_code = forms.ChoiceField(label=_("Checked in"))
    officer = forms.CharField(label=pgettext_lazy("check", "Officer"), max_length=80, required=False)

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", [("", "…"), *areas])
