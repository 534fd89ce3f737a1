"""The unvaccinated ledger on the screen: its columns, filters and source."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yingjie.areas import unit_queries
from yingjie.foundation.access.actor import Actor
from yingjie.outreach import campaign, lead_groups, queries, unvaccinated
from yingjie.outreach.closings import OPEN_TERMS
from yingjie.outreach.unvaccinated import HEALTH, Narrowed, UnvaccinatedRow
from yingjie.outreach.words import BAND_TITLES, REASON_TITLES, TERM_TITLES
from yingjie.people import choices
from yingjie.web.lists import BulkAction, Choices, Column, Empty, Filter, Filters, ListSpec, search


def reason_said(reason: str) -> str:
    """A reason in words; of a health reason that the reader is not told, only that it is one."""
    return str(_("Health reason")) if reason == HEALTH else str(REASON_TITLES.get(reason, ""))


def line_said(code: str) -> str:
    found = unit_queries.lines().get(code)
    return found.title.in_(get_language() or "zh") if found else ""


def _doses(_actor: Actor) -> Choices:
    return [(str(number), _("Dose {number}").format(number=number)) for number in campaign.goals()]


def _reasons(actor: Actor) -> Choices:
    return [(reason, reason_said(reason)) for reason in unvaccinated.reasons_for(actor)]


def _lines(_actor: Actor) -> Choices:
    return [*((code, line_said(code)) for code in unit_queries.lines()), ("none", _("No line"))]


def _officers(actor: Actor) -> Choices:
    return [(name, name) for name in unvaccinated.officers(actor, queries.home(actor))]


_AGES = sorted(unvaccinated.AGES, key=lambda band: unvaccinated.AGES[band])

UNVACCINATED = ListSpec(
    name="unvaccinated",
    title=_("Not vaccinated yet"),
    columns=(
        Column("name", pgettext_lazy("person", "Name"), "link", url=lambda row: reverse("person", args=[row.id])),
        Column("age", _("Age"), "number"),
        Column("place", _("Lives in")),
        Column("address", _("Address")),
        Column("dose", pgettext_lazy("vaccination", "Dose"), "number"),
        Column("status", _("Where they stand"), "status"),
        Column("reason", pgettext_lazy("visit", "Reason"), value=lambda row: reason_said(row.reason)),
        Column("visited", _("Last visit"), "day", value=lambda row: row.visited_on),
        Column("officer", _("Visited by")),
        Column("unit", _("Unit"), value=lambda row: " · ".join(filter(None, (row.unit, line_said(row.line))))),
    ),
    filters=(
        search(_("Name, pinyin, or last four signs of the number")),
        Filter("dose", _("Dose to give"), choices=_doses),
        Filter("area", pgettext_lazy("visit", "Area"), choices=choices.filterable),
        Filter("term", _("Where they stand"), choices=[(term, TERM_TITLES[term]) for term in OPEN_TERMS]),
        Filter("reason", pgettext_lazy("visit", "Reason"), choices=_reasons),
        Filter("officer", _("Visited by"), choices=_officers),
        Filter("line", pgettext_lazy("department", "Line"), choices=_lines),
        Filter("age", pgettext_lazy("visit", "Age"), choices=[(band, band.replace("-", "–")) for band in _AGES]),
        Filter("group", _("Goes first"), choices=lambda _actor: lead_groups.titles()),
        Filter("band", _("Condition"), choices=list(BAND_TITLES.items())),
    ),
    sorts=("place", "name", "age", "-visited"),
    bulk=(BulkAction("plan", _("Make plans"), "outreach_bulk_plans", "outreach.record", icon="clipboard-list"),),
    export_permission="people.export",
    empty=Empty(_("Nobody is missing a dose"), _("Everybody who is offered a dose has had it, or the ledger is empty.")),
    unit=pgettext_lazy("visit", "people"),
)  # fmt: skip


class UnvaccinatedSource:
    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def count(self, filters: Filters) -> int:
        return unvaccinated.count(self._actor, narrowed(filters))

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[UnvaccinatedRow]:
        return unvaccinated.rows(self._actor, narrowed(filters), sort, offset, limit)

    def all(self, filters: Filters, sort: str) -> Iterable[UnvaccinatedRow]:
        return unvaccinated.every(self._actor, narrowed(filters), sort)


def narrowed(filters: Any) -> Narrowed:
    return Narrowed(
        text=filters.get("q", ""), area_code=filters.get("area", ""), dose=int(filters.get("dose", 0)),
        term=filters.get("term", ""), reason=filters.get("reason", ""), officer=filters.get("officer", ""),
        line=filters.get("line", ""), age_band=filters.get("age", ""), band=filters.get("band", ""),
        group=filters.get("group", ""),
    )  # fmt: skip
