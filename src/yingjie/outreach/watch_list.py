"""Watches over deferred people on the screen: their words, the list and the forms."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.areas.forms import DayInput
from yingjie.foundation.access.actor import Actor
from yingjie.outreach import watches
from yingjie.outreach.watches import Narrowed, WatchRow
from yingjie.people import choices
from yingjie.web.lists import Choices, Column, Empty, Filter, Filters, ListSpec

RESULT_TITLES = {
    "stable": pgettext_lazy("watch", "Stable"),
    "unchanged": pgettext_lazy("watch", "Unchanged"),
    "worse": pgettext_lazy("watch", "Worse"),
    "not_met": _("Nobody met"),
}
RESULT_ICONS = {
    "stable": ("green", "check"),
    "unchanged": ("grey", "minus"),
    "worse": ("orange", "alert-triangle"),
    "not_met": ("outline", "home"),
}
STATES = {
    "watching": (pgettext_lazy("watch", "Looked after"), "purple", "eye"),
    "due": (pgettext_lazy("watch", "To be asked"), "orange", "calendar-due"),
    "stable": (pgettext_lazy("watch", "Stable, to the doctor"), "blue", "stethoscope"),
    "closed": (pgettext_lazy("watch", "Ended"), "green", "circle-check"),
}
END_TITLES = {
    "cleared": _("Cleared by a doctor"),
    "over": pgettext_lazy("watch", "The deferral is over"),
    "vaccinated": _("Vaccinated"),
    "contraindicated": pgettext_lazy("status", "Contraindicated"),
    "gone": pgettext_lazy("watch", "Left the ledger"),
}


def _monitors(actor: Actor) -> Choices:
    return [(name, name) for name in watches.monitors(actor)]


WATCHES = ListSpec(
    name="watches",
    title=_("Deferred people"),
    columns=(
        Column("name", pgettext_lazy("person", "Name"), "link", url=lambda row: reverse("outreach_watch", args=[row.id])),
        Column("age", _("Age"), "number"),
        Column("place", _("Lives in")),
        Column("state", _("State"), "status", value=lambda row: f"watch-{row.state}"),
        Column("monitor", pgettext_lazy("watch", "Asked by")),
        Column("next_on", pgettext_lazy("watch", "Next check"), "day"),
        Column("result", pgettext_lazy("watch", "Last check"), value=lambda row: str(RESULT_TITLES.get(row.result, ""))),
        Column("ended", pgettext_lazy("watch", "Ended because"), value=lambda row: str(END_TITLES.get(row.ended, ""))),
    ),
    filters=(
        Filter("state", _("State"), choices=[
            *((code, said[0]) for code, said in STATES.items()), ("back", pgettext_lazy("watch", "Come back")),
        ]),
        Filter("area", pgettext_lazy("visit", "Area"), choices=choices.filterable),
        Filter("monitor", pgettext_lazy("watch", "Asked by"), choices=_monitors),
    ),
    sorts=("next_on", "place", "monitor"),
    export_permission="people.export",
    empty=Empty(_("Nobody here"),
                _("Whoever is deferred is put on this list overnight, and leaves it when nothing stands against a dose.")),
    unit=pgettext_lazy("visit", "people"),
)  # fmt: skip


class WatchSource:
    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def count(self, filters: Filters) -> int:
        return watches.count(self._actor, _narrowed(filters))

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[WatchRow]:
        return watches.rows(self._actor, _narrowed(filters), sort, offset, limit)

    def all(self, filters: Filters, sort: str) -> Iterable[WatchRow]:
        return watches.rows(self._actor, _narrowed(filters), sort)


def _narrowed(filters: Any) -> Narrowed:
    return Narrowed(filters.get("state", ""), filters.get("area", ""), filters.get("monitor", ""))


class CheckForm(forms.Form):
    result = forms.ChoiceField(
        label=_("How they are"), choices=list(RESULT_TITLES.items()), widget=forms.RadioSelect
    )
    note = forms.CharField(label=pgettext_lazy("visit", "Note"), max_length=300, required=False)


class WatchForm(forms.Form):
    monitor = forms.CharField(label=pgettext_lazy("watch", "Asked by"), max_length=80)
    account = forms.CharField(
        label=_("User name"),
        max_length=64,
        required=False,
        help_text=_("With it they see their own list when they sign in."),
    )
    every_days = forms.IntegerField(label=_("Every so many days"), min_value=1, max_value=90)
    next_on = forms.DateField(label=pgettext_lazy("watch", "Next check"), widget=DayInput())
