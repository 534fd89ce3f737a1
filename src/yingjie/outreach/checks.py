"""Reads of pushed lists: the lists, their lines, what is overdue. Whoever works in a village sees the lines assigned to it, from
whatever list they come; numbers and phones come out masked."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from vaxkit.identity import mask_number, mask_phone
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.foundation.tabular.cells import Cell, as_text, restored
from yingjie.outreach.models import CheckItem, CheckList

FILLABLE = ("xlsx", "xlsm", "csv", "txt", "tsv")
_OF_ITEMS = "of lines that the caller may see"


@dataclass(frozen=True)
class ListRow:
    """A list with how far it has come: `lines` to check, `done` of them with a finding, `unmatched` not found in the ledger."""

    id: UUID
    title: str
    sender: str
    area_code: str
    area_name: str
    due_at: datetime
    state: str
    file_name: str
    by: str
    created_at: datetime
    reported_at: datetime | None
    lines: int
    done: int
    unmatched: int

    @property
    def is_overdue(self) -> bool:
        return self.state == "open" and self.done < self.lines and self.due_at < clock.now()

    @property
    def is_made_anew(self) -> bool:
        """Whether nothing can be written into a file of this kind, so that it comes back as a new XLSX."""
        return self.file_name.rpartition(".")[2].casefold() not in FILLABLE


@dataclass(frozen=True)
class ItemRow:
    """A line as lists show it."""

    id: UUID
    list_id: UUID
    list_title: str
    number: int
    name: str
    area_code: str
    place: str
    matched: str
    person_id: UUID | None
    officer: str
    due_at: datetime
    finding: str
    found_at: datetime | None
    found_by: str

    @property
    def is_overdue(self) -> bool:
        return not self.finding and self.due_at < clock.now()


@dataclass(frozen=True)
class ItemView:
    """One line with all that it says: (label, text), numbers and phones masked."""

    row: ItemRow
    cells: tuple[tuple[str, str], ...]
    note: str
    is_open: bool


@dataclass(frozen=True)
class Narrowed:
    """What narrows lines. `state`: waiting, overdue, done; `match`: matched, unmatched."""

    list_id: str = ""
    text: str = ""
    area_code: str = ""
    state: str = ""
    match: str = ""
    finding: str = ""


def lists(actor: Actor) -> list[ListRow]:
    """The actor's lists, open ones first, by deadline."""
    rows = CheckList.objects.visible_to(actor).order_by("state", "due_at")
    return _lists(rows)


def check_list(actor: Actor, list_id: UUID, permission: str = "outreach.view") -> ListRow:
    """One list. Raises NotFound."""
    found = _lists(CheckList.objects.visible_to(actor, permission).filter(pk=list_id))
    if not found:
        raise NotFound()
    return found[0]


def by_area(actor: Actor, list_id: UUID) -> list[tuple[str, str, int, int]]:
    """(code, place, lines, with a finding) of a list, by who checks them."""
    rows = CheckItem.objects.visible_to(actor).filter(check_list_id=list_id, kind="data").order_by()
    counted = rows.values("area_id").annotate(n=Count("pk"), done=Count("pk", filter=~Q(finding="")))
    found = {row["area_id"]: (row["n"], row["done"]) for row in counted}
    said = areas.places(found)
    return [(code, said[code], *found[code]) for code in sorted(found)]


def count(actor: Actor, narrowed: Narrowed) -> int:
    return _rows(actor, narrowed).count()


def items(
    actor: Actor, narrowed: Narrowed, sort: str, offset: int = 0, limit: int | None = None
) -> list[ItemRow]:
    """Lines by deadline, place or order in the file ("-" in front turns it round)."""
    orders = {
        "due_at": ("check_list__due_at", "number", "id"), "place": ("area_id", "number", "id"), "number": ("number", "id"),
    }  # fmt: skip
    found = _rows(actor, narrowed).order_by(*orders.get(sort.removeprefix("-"), orders["due_at"]))
    found = found.reverse() if sort.startswith("-") else found
    return _shown(found[offset : None if limit is None else offset + limit])


def item(actor: Actor, item_id: UUID) -> ItemView:
    """One line. Raises NotFound."""
    found = _visible(actor).filter(pk=item_id).first()
    if found is None:
        raise NotFound()
    return ItemView(_shown([found])[0], tuple(_said(found)), found.note, found.check_list.state == "open")


def waiting(actor: Actor) -> tuple[int, int]:
    """(lines without a finding, those overdue) where the actor records findings."""
    rows = CheckItem.objects.visible_to(actor, "outreach.record").filter(
        kind="data", finding="", check_list__state="open"
    )
    counted = rows.aggregate(n=Count("pk"), late=Count("pk", filter=Q(check_list__due_at__lt=clock.now())))
    return counted["n"], counted["late"]


def every_line(actor: Actor, list_id: UUID) -> Iterator[tuple[CheckItem, list[Cell]]]:
    """All lines of a list in the order of the file, with their cells: for the report alone."""
    rows = (
        CheckItem.objects.visible_to(actor, "outreach.check").filter(check_list_id=list_id).order_by("number")
    )
    for row in rows.iterator(chunk_size=1000):
        yield row, cells_of(row)


def cells_of(row: CheckItem) -> list[Cell]:
    return [restored(text) for text in json.loads(row.cells)]


def choices(actor: Actor) -> list[tuple[str, str]]:
    """The lists from which the actor sees lines, as choices of a filter."""
    ids = _visible(actor).order_by().values("check_list_id").distinct()
    rows = CheckList.objects.unscoped(_OF_ITEMS).filter(pk__in=ids).order_by("-created_at")
    return [(str(key), title) for key, title in rows.values_list("pk", "title")[:100]]


def _visible(actor: Actor) -> QuerySet[CheckItem]:
    rows: QuerySet[CheckItem] = CheckItem.objects.visible_to(actor)
    return rows.filter(kind="data").select_related("check_list")


def _rows(actor: Actor, narrowed: Narrowed) -> QuerySet[CheckItem]:
    found = _visible(actor)
    if narrowed.list_id:
        found = found.filter(check_list_id=_uuid(narrowed.list_id))
    if narrowed.area_code:
        found = found.filter(area__code__startswith=narrowed.area_code)
    if narrowed.text:
        found = found.filter(name__contains="".join(narrowed.text.split()))
    if narrowed.finding:
        found = found.filter(finding=narrowed.finding)
    if narrowed.match:
        found = found.filter(matched="") if narrowed.match == "unmatched" else found.exclude(matched="")
    if narrowed.state == "done":
        return found.exclude(finding="")
    if narrowed.state:
        found = found.filter(finding="", check_list__state="open")
    return found.filter(check_list__due_at__lt=clock.now()) if narrowed.state == "overdue" else found


def _uuid(text: str) -> UUID | None:
    """None, of which there are no lines, where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _lists(rows: QuerySet[CheckList]) -> list[ListRow]:
    data = Q(items__kind="data")
    counted = rows.annotate(
        n=Count("items", filter=data), done=Count("items", filter=data & ~Q(items__finding="")),
        lost=Count("items", filter=data & Q(items__matched="")),
    ).order_by("state", "due_at")  # fmt: skip
    found = list(counted)
    names = areas.names({row.area_id for row in found})
    return [
        ListRow(
            row.pk, row.title, row.sender, row.area_id, names[row.area_id], row.due_at, row.state, row.file_name, row.by,
            row.created_at, row.reported_at, row.n, row.done, row.lost,
        )
        for row in found
    ]  # fmt: skip


def _shown(rows: QuerySet[CheckItem] | Sequence[CheckItem]) -> list[ItemRow]:
    found = list(rows)
    places = areas.places({row.area_id for row in found})
    return [
        ItemRow(
            row.pk, row.check_list_id, row.check_list.title, row.number, row.name, row.area_id, places[row.area_id], row.matched,
            row.person_id, row.officer, row.check_list.due_at, row.finding, row.found_at, row.found_by,
        )
        for row in found
    ]  # fmt: skip


def _said(row: CheckItem) -> Iterator[tuple[str, str]]:
    made: CheckList = row.check_list
    for label, field, cell in zip(made.columns, made.fields, cells_of(row), strict=False):
        text = as_text(cell)
        yield (
            label,
            mask_number(text) if field == "number" else mask_phone(text) if field == "phone" else text,
        )


def kept_files() -> Iterator[str]:
    """Every file that a list came as, for the sweep."""
    rows = CheckList.objects.unscoped("the sweep must know every file").order_by()
    return rows.values_list("file_sha256", flat=True).iterator(chunk_size=1000)


def layout(actor: Actor, list_id: UUID) -> dict[str, Any]:
    """What a report needs of the list itself. Raises NotFound."""
    found = CheckList.objects.visible_to(actor, "outreach.check").filter(pk=list_id).first()
    if found is None:
        raise NotFound()
    return {
        "sheet": found.sheet, "heading": list(found.heading), "columns": list(found.columns), "fields": list(found.fields),
        "file_name": found.file_name, "sha256": found.file_sha256,
    }  # fmt: skip
