"""Rosters (law 8): a file becomes a proposal with a fate for every line; the good lines load when somebody says so; all of it
can be taken back while nothing was built on it."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from vaxkit.vocabulary import Text
from vaxkit.workflow.table import StepRefused
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.foundation.tabular import reading
from yingjie.foundation.tabular.unreadable import UnreadableFile
from yingjie.people import refusals, roster_writing, words
from yingjie.people.loading import batches, copy, number_index
from yingjie.people.models import FATES, RosterImport, RosterRow
from yingjie.people.roster import columns as column_rules
from yingjie.people.roster import fates
from yingjie.people.roster.columns import ColumnMap
from yingjie.people.roster.households import Households
from yingjie.people.roster.keeping import cells_from_text, cells_to_text, entry_to_text
from yingjie.people.roster.lines import Line, LineReader, Places
from yingjie.people.roster.reasons import reason
from yingjie.people.workflow import ROSTER_IMPORT

Progress = Callable[..., None]
"""Called as progress(done, total, words)."""
BATCH = 1000


@dataclass(frozen=True)
class _Row:
    number: int
    cells: tuple[Any, ...]


@transaction.atomic
def propose_import(
    *,
    by: Actor,
    area_code: str,
    path: str | Path,
    file_name: str,
    mapping: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> RosterImport:
    """Read a roster of an area and give every line its fate; nothing enters the ledger yet.

    `mapping` overrides the columns that were understood: heading (or "#3") → field of `roster.columns.HEADINGS`, "ignore" for none.
    Raises NotFound (a foreign area), FileUnreadable, ColumnsNotUnderstood, UnknownColumn, UnknownField.
    """
    area = _own_area(by, area_code)
    try:
        sheet, others = _sheet(path)
        columns = _columns(sheet, mapping)
        roster = RosterImport(
            area_id=area.code, file_name=file_name[:200], file_sha256=_sha256(path),
            by=(by.title or by.name)[:80], created_at=clock.now(),
            mapping=_kept(columns, sheet.name, others), counts={},
        )  # fmt: skip
        roster.save(force_insert=True)
        left_out: list[int] = []
        roster.counts = _give_fates(by, roster, columns, _data_rows(sheet, left_out), progress)
        roster.counts["left_out"] = len(left_out)
    except UnreadableFile as unreadable:
        raise _unreadable(unreadable) from unreadable
    roster.save(update_fields=["counts"])
    _journal(by, "people.propose_import", roster, file=roster.file_name, counts=roster.counts)
    return roster


@transaction.atomic
def remap_import(
    *, by: Actor, import_id: UUID, mapping: Mapping[str, str], progress: Progress | None = None
) -> RosterImport:
    """Read the kept lines anew with other columns. Raises NotFound, ImportNotOpen, UnknownColumn, UnknownField."""
    roster = _locked(by, import_id)
    _must_be(roster, "commit")
    labels = roster.mapping["labels"]
    fields = column_rules.override(labels, roster.mapping["fields"], mapping)
    rows = RosterRow.objects.unscoped("of a locked roster").filter(roster_id=roster.pk).order_by("number")
    kept = [_Row(row.number, cells_from_text(row.cells)) for row in rows.iterator(chunk_size=2000)]
    rows.delete()
    columns = ColumnMap(tuple(labels), fields)
    counts = _give_fates(by, roster, columns, kept, progress)
    roster.counts = counts | {"left_out": roster.counts.get("left_out", 0)}
    roster.mapping = roster.mapping | {"fields": list(fields)}
    roster.save(update_fields=["counts", "mapping"])
    _journal(by, "people.remap_import", roster, counts=roster.counts)
    return roster


@transaction.atomic
def commit_import(*, by: Actor, import_id: UUID, progress: Progress | None = None) -> dict[str, int]:
    """Write the new and changed lines into the ledger; every line is judged once more against the ledger of this moment.

    Returns the counts of the fates as they came out. Raises NotFound, ImportNotOpen.
    """
    roster = _locked(by, import_id)
    state = _must_be(roster, "commit")
    places = _places(by, roster.area_id)
    roster_writing.write(by, roster, places.said, progress)
    roster.counts = _counted(roster)
    roster.state, roster.committed_at = state, clock.now()
    roster.save(update_fields=["counts", "state", "committed_at"])
    _journal(by, "people.commit_import", roster, counts=roster.counts)
    return dict(roster.counts)


@transaction.atomic
def discard_import(*, by: Actor, import_id: UUID) -> RosterImport:
    """Drop a proposal; its lines, which hold numbers, are forgotten, its counts stay. Raises NotFound, ImportNotOpen."""
    roster = _locked(by, import_id)
    roster.state = _must_be(roster, "discard")
    RosterRow.objects.unscoped("of a locked roster").filter(roster_id=roster.pk).delete()
    roster.save(update_fields=["state"])
    _journal(by, "people.discard_import", roster)
    return roster


@transaction.atomic
def undo_import(*, by: Actor, import_id: UUID, progress: Progress | None = None) -> RosterImport:
    """Take a committed roster out of the ledger again, while nobody has done anything with its people.

    Raises NotFound, ImportNotOpen, BuiltUpon.
    """
    roster = _locked(by, import_id)
    state = _must_be(roster, "undo")
    taken_back = roster_writing.take_back(roster, progress)
    roster.state = state
    roster.save(update_fields=["state"])
    _journal(by, "people.undo_import", roster, people=taken_back)
    return roster


def _own_area(by: Actor, area_code: str) -> areas.AreaRow:
    by.require("people.import")
    area = areas.open_area(by, area_code, "people.import")
    if area is None:
        raise NotFound()
    return area


def _locked(by: Actor, import_id: UUID) -> RosterImport:
    by.require("people.import")
    found = lock(RosterImport.objects.visible_to(by), pk=import_id)
    if not found:
        raise NotFound()
    return found[0]


def _must_be(roster: RosterImport, step: str) -> str:
    """The state after the step. Raises ImportNotOpen where the step does not lead from the present state."""
    try:
        return ROSTER_IMPORT.advance(roster.state, step)
    except StepRefused as refused:
        raise refusals.ImportNotOpen(state=words.STATES[roster.state][0]) from refused


def _sheet(path: str | Path) -> tuple[reading.Sheet, list[str]]:
    """The sheet whose headings say most, and the names of the others that could be read."""
    book = reading.read(path, known_labels=column_rules.KNOWN_LABELS)
    shown = [sheet for sheet in book.sheets if not sheet.hidden] or list(book.sheets)

    def said(sheet: reading.Sheet) -> int:
        return sum(map(bool, column_rules.propose([c.label for c in sheet.columns], [], clock.today())))

    best = max(shown, key=said)
    return best, [sheet.name for sheet in shown if sheet is not best]


def _columns(sheet: reading.Sheet, wanted: Mapping[str, str] | None) -> ColumnMap:
    labels = tuple(column.label[:80] for column in sheet.columns)
    sample = [row.cells for row in sheet.sample]
    fields = column_rules.override(labels, column_rules.propose(labels, sample, clock.today()), wanted)
    columns = ColumnMap(labels, fields)
    if not columns.has("name") and not columns.has("number"):
        raise refusals.ColumnsNotUnderstood(labels=", ".join(filter(None, labels[:30])) or "–")
    return columns


def _kept(columns: ColumnMap, sheet: str, others: list[str]) -> dict[str, Any]:
    return {"labels": columns.labels, "fields": columns.fields, "sheet": sheet, "other_sheets": others}


def _data_rows(sheet: reading.Sheet, left_out: list[int]) -> Iterator[_Row]:
    """The lines that speak of somebody; numbers of totals, signatures and repeated headings go to `left_out`."""
    for row in sheet.rows:
        if row.kind == "data":
            yield _Row(row.number, row.cells[: len(sheet.columns)])
        else:
            left_out.append(row.number)


def _give_fates(
    by: Actor, roster: RosterImport, columns: ColumnMap, rows: Iterable[_Row], progress: Progress | None
) -> dict[str, int]:
    """Read, judge and keep every line. Returns how many got which fate."""
    places = _places(by, roster.area_id)
    reader, households = LineReader(columns, places, clock.today()), Households()
    counts = dict.fromkeys(FATES, 0)
    first_line: dict[str, int] = {}
    done = 0
    for batch in batches(rows, BATCH):
        read = [(row, _once(reader.read(row.cells), row.number, first_line)) for row in batch]
        indexes = {line.number: number_index(line.number) for _row, line in read if line.number}
        known = roster_writing.known_people(by, set(indexes.values()), roster.area_id)
        owners = [known.get(indexes[line.number]) if line.number else None for _row, line in read]
        lines = _at_home([line for _row, line in read], owners, roster.area_id, households)
        made = []
        for (row, _line), line, owner in zip(read, lines, owners, strict=True):
            fate = fates.of(line, owner, roster.area_id, places.said)
            counts[fate.word] += 1
            made.append(_kept_row(roster, row, line, fate, owner))
        copy(RosterRow, made)
        done += len(batch)
        if progress:
            progress(done)
    return counts


def _at_home(
    lines: list[Line], owners: list[fates.Known | None], area_code: str, households: Households
) -> list[Line]:
    """The lines with the ledger's household in place of the roster's wherever the same people live in both."""
    lived_in: list[tuple[UUID, UUID | None]] = []
    for line, owner in zip(lines, owners, strict=True):
        if line.entry is not None and line.entry.household_id is not None:
            is_certain = owner is not None and fates.is_of(line, owner, area_code)
            lived_in.append((line.entry.household_id, owner.household_id if owner and is_certain else None))
    households.settle(lived_in)
    return [_with_household(line, households) for line in lines]


def _with_household(line: Line, households: Households) -> Line:
    if line.entry is None or line.entry.household_id is None:
        return line
    entry = replace(line.entry, household_id=households.meant(line.entry.household_id))
    return replace(line, entry=entry)


def _kept_row(
    roster: RosterImport, row: _Row, line: Line, fate: fates.Fate, owner: fates.Known | None
) -> RosterRow:
    loads = fate.word in ("new", "changed") and line.entry is not None
    person_id = owner.person_id if owner else uuid7() if fate.word == "new" else None
    return RosterRow(
        roster_id=roster.pk, number=row.number, cells=cells_to_text(row.cells), fate=fate.word,
        reasons=list(fate.reasons), person_id=person_id,
        proposal=entry_to_text(line.entry) if loads and line.entry else None,
    )  # fmt: skip


def _once(line: Line, number: int, first_line: dict[str, int]) -> Line:
    """A number that stood in an earlier line is refused, with that line's number."""
    if line.number is None:
        return line
    first = first_line.setdefault(line.number, number)
    if first == number:
        return line
    return Line(line.number, line.entry, (reason("number.twice", line=first), *line.reasons))


def _places(by: Actor, area_code: str) -> Places:
    inside = areas.place_book(by, area_code)
    return Places(
        area_code=area_code,
        area_name=areas.names([area_code]).get(area_code, area_code),
        inside=inside,
        around=inside if len(area_code) <= 6 else areas.county_book(area_code),
    )


def _counted(roster: RosterImport) -> dict[str, int]:
    rows = RosterRow.objects.unscoped("of a locked roster").filter(roster_id=roster.pk)
    counts = {fate: rows.filter(fate=fate).count() for fate in FATES}
    return counts | {"left_out": roster.counts.get("left_out", 0)}


def _sha256(path: str | Path) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unreadable(found: UnreadableFile) -> refusals.FileUnreadable:
    why, next_step = Text(found.zh, found.en), Text(found.next_zh, found.next_en)
    return refusals.FileUnreadable(
        why=refusals.Said(why), next=refusals.Said(next_step), file_code=found.code
    )


def _journal(by: Actor, verb: str, roster: RosterImport, **facts: Any) -> None:
    record(by=by, verb=verb, subject=roster, area_code=roster.area_id, facts=facts)
