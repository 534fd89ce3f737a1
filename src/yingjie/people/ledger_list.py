"""The ledger's list on the screen: its columns, filters and source."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.people import choices, ledger_queries, words
from yingjie.people.ledger_queries import AGE_BANDS, LedgerRow, Narrowed
from yingjie.web.lists import Column, Empty, Filter, Filters, ListSpec, search

LEDGER = ListSpec(
    name="ledger",
    title=_("Ledger"),
    columns=(
        Column("name", _("Name"), "link", url=lambda row: reverse("person", args=[row.id])),
        Column("sex", _("Sex"), value=lambda row: words.SEXES[row.sex]),
        Column("age", _("Age"), "number"),
        Column("birth_on", _("Born"), "day"),
        Column("place", _("Lives in")),
        Column("address", _("Address")),
        Column("number", _("Identity number"), "masked"),
        Column("phone", pgettext_lazy("person", "Phone"), "masked"),
    ),
    filters=(
        search(_("Name, pinyin, or last four signs of the number")),
        Filter("area", _("Area"), choices=choices.filterable),
        Filter("sex", _("Sex"), choices=[("male", words.SEXES["male"]), ("female", words.SEXES["female"])]),
        Filter("age", _("Age"), choices=[(band, band.replace("-", "–")) for band in AGE_BANDS]),
        Filter("state", _("State"), choices=[("gone", _("Left the ledger"))]),
    ),
    sorts=("name", "age", "place"),
    export_permission="people.export",
    empty=Empty(
        _("Nobody is in the ledger yet"),
        _("Import a roster, or enter people one by one."),
        "import_new",
        _("Import a roster"),
    ),
    unit=_("people"),
)


class LedgerSource:
    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def count(self, filters: Filters) -> int:
        return ledger_queries.count(self._actor, _narrowed(filters))

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[LedgerRow]:
        return ledger_queries.rows(self._actor, _narrowed(filters), sort, offset, limit)

    def all(self, filters: Filters, sort: str) -> Iterable[LedgerRow]:
        return ledger_queries.every(self._actor, _narrowed(filters), sort)


def _narrowed(filters: Any) -> Narrowed:
    return Narrowed(
        text=filters.get("q", ""),
        area_code=filters.get("area", ""),
        sex=filters.get("sex", ""),
        age_band=filters.get("age", ""),
        gone=filters.get("state") == "gone",
    )
