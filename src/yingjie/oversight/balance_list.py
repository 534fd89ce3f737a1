"""The people behind a term of the balance, on the day and as known when: for whoever may see those people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.outreach.closings import Asked, Statement, relation
from yingjie.people.queries import PERSON_OF_RECORD, age_on, counted_on
from yingjie.web.lists import Column, Empty, Filters, ListSpec, search

_CHUNK = 2_000
_ORDERS = {
    "name": "p.pinyin, p.id", "-name": "p.pinyin DESC, p.id DESC", "place": "t.area_id, p.pinyin, p.id",
    "-place": "t.area_id DESC, p.pinyin DESC, p.id DESC", "age": "t.birth_on DESC, p.id", "-age": "t.birth_on, p.id",
}  # fmt: skip


@dataclass(frozen=True)
class TermRow:
    """One person in the term. `age` on the day."""

    id: UUID
    name: str
    age: int
    place: str
    address: str
    doses: int
    last_on: date | None


BEHIND = ListSpec(
    name="balance-people",
    title=_("Behind the figure"),
    columns=(
        Column("name", pgettext_lazy("person", "Name"), "link", url=lambda row: reverse("person", args=[row.id])),
        Column("age", _("Age"), "number"),
        Column("place", _("Lives in")),
        Column("address", _("Address")),
        Column("doses", _("Doses that count"), "number"),
        Column("last_on", _("Last dose"), "day"),
    ),
    filters=(search(_("Name or pinyin")),),
    sorts=("place", "name", "age"),
    export_permission="people.export",
    empty=Empty(_("Nobody stands in this term")),
    unit=pgettext_lazy("bulletin", "people"),
)  # fmt: skip


@dataclass(frozen=True)
class Behind:
    """The source of the list: who stood in a term in an area on a day."""

    actor: Actor
    area_code: str
    on: date
    goal: int
    code: str
    known_at: datetime | None = None

    def count(self, filters: Filters) -> int:
        found = self._found(filters)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) {found.sql}", found.parameters)
            (people,) = cursor.fetchone()
        return int(people)

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[TermRow]:
        found = self._found(filters)
        sql = f"{_SELECT} {found.sql} ORDER BY {_ORDERS[sort]} OFFSET %(offset)s LIMIT %(limit)s"
        with connection.cursor() as cursor:
            cursor.execute(sql, {**found.parameters, "offset": offset, "limit": limit})
            return self._shown(cursor.fetchall())

    def all(self, filters: Filters, sort: str) -> Iterable[TermRow]:
        found = self._found(filters)
        with connection.chunked_cursor() as cursor:
            cursor.execute(f"{_SELECT} {found.sql} ORDER BY {_ORDERS[sort]}", found.parameters)
            while chunk := cursor.fetchmany(_CHUNK):
                yield from self._shown(chunk)

    def _found(self, filters: Filters) -> Statement:
        people = relation(
            counted_on(self.on, self.known_at).rows(self.actor, self.area_code, "people.view"),
            Asked(self.on, self.goal, self.known_at),
        )
        term, _sign, doses = self.code.partition("done_")
        where = ["t.term = %(term)s"]
        parameters: dict[str, Any] = {**people.parameters, "term": term or "done"}
        if doses:
            where.append("t.doses = %(had)s")
            parameters["had"] = int(doses)
        if text := filters.get("q", ""):
            where.append("(p.name LIKE %(text)s OR p.pinyin LIKE %(reading)s)")
            parameters |= {
                "text": f"%{_plain(text)}%",
                "reading": f"{_plain(text.casefold().replace(' ', ''))}%",
            }
        person = PERSON_OF_RECORD.format(record="t.person_id") if self.known_at else "t.person_id"
        sql = f"FROM ({people.sql}) t JOIN people_person p ON p.id = {person} WHERE {' AND '.join(where)}"
        return Statement(sql, parameters)

    def _shown(self, found: Sequence[tuple[Any, ...]]) -> list[TermRow]:
        places = areas.places({row[3] for row in found})
        return [
            TermRow(key, name, age_on(born, self.on), places.get(area, area), address, doses, last_on)
            for key, name, born, area, address, doses, last_on in found
        ]


_SELECT = "SELECT p.id, p.name, t.birth_on, t.area_id, p.address, t.doses, t.last_on"


def _plain(text: str) -> str:
    """A search text without the signs that LIKE gives a meaning."""
    return "".join(sign for sign in text if sign not in "%_\\")
