"""The ledger's list on the screen: its columns, filters and source."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.people import choices, ledger_queries, words
from yingjie.people.ledger_queries import AGE_BANDS, LedgerRow, Narrowed
from yingjie.web.lists import AtLeast, Column, Empty, Filter, Filters, ListSpec, Window, search


def _groups(row: LedgerRow) -> str:
    return "、".join(str(words.CATEGORIES.get(code, code)) for code in row.categories)


LEDGER = ListSpec(
    name="ledger",
    title=_("Ledger"),
    columns=(
        Column("name", _("Name"), "link", url=lambda row: reverse("person", args=[row.id])),
        Column("sex", _("Sex"), value=lambda row: words.SEXES[row.sex]),
        Column("age", _("Age"), "number"),
        Column("birth_on", _("Born"), "date"),
        Column("place", _("Lives in")),
        Column("address", _("Address")),
        Column("whereabouts", _("Whereabouts"), value=lambda row: words.WHEREABOUTS[row.whereabouts]),
        Column("categories", _("Groups"), value=_groups),
        Column("number", _("Identity number"), "masked"),
        Column("phone", pgettext_lazy("person", "Phone"), "masked"),
    ),
    filters=(
        search(
            _("Name or part of it, pinyin, initials, phone, number or its last four signs"),
            find_url_name="people_find",
        ),
        Filter("area", _("Area"), choices=choices.filterable),
        Filter("sex", _("Sex"), choices=[("male", words.SEXES["male"]), ("female", words.SEXES["female"])]),
        Filter("age", _("Age"), choices=[(band, band.replace("-", "–")) for band in AGE_BANDS]),
        Filter("group", _("Group"), choices=[*words.CATEGORIES.items()]),
        Filter("where", _("Whereabouts"), choices=[*words.WHEREABOUTS.items()]),
        Filter("mobility", _("Gets about"), choices=[*words.MOBILITIES.items()]),
        Filter(
            "state",
            _("State"),
            choices=[
                ("undocumented", _("Without a document")),
                ("gone", _("Left the ledger")),
                *words.GONE.items(),
            ],
        ),
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
    """The ledger by windows: the count of a search stops at a thousand, and pages begin after a row instead of at a number."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def count(self, filters: Filters) -> int:
        number, exact = ledger_queries.count_quickly(self._actor, _narrowed(filters))
        return number if exact else AtLeast(number)

    def exact_count(self, filters: Filters) -> int:
        return ledger_queries.count(self._actor, _narrowed(filters))

    def window(self, filters: Filters, sort: str, limit: int, *, after: str, before: str) -> Window:
        page = ledger_queries.page(self._actor, _narrowed(filters), sort, limit, after=after, before=before)
        return Window(page.rows, page.has_before, page.has_after)

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[LedgerRow]:
        return self.window(filters, sort, limit, after="", before="").rows

    def all(self, filters: Filters, sort: str) -> Iterable[LedgerRow]:
        return ledger_queries.every(self._actor, _narrowed(filters), sort)


def _narrowed(filters: Any) -> Narrowed:
    return Narrowed(
        text=filters.get("q", ""),
        area_code=filters.get("area", ""),
        sex=filters.get("sex", ""),
        age_band=filters.get("age", ""),
        state=filters.get("state", ""),
        category=filters.get("group", ""),
        whereabouts=filters.get("where", ""),
        mobility=filters.get("mobility", ""),
    )
