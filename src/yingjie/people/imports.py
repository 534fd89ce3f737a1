"""Rosters (law 8): a file becomes a proposal with a fate for every line; the good lines load when somebody says so; all of it
can be taken back while nothing was built on it.

    roster_sheets    file → sheets, columns
    roster_reading   sheets → lines        roster_judging   lines beside the ledger → fates
    roster_writing   fates → ledger        roster_undo      ledger → as it was
    roster_numbers   numbers, births and sexes that the ledger lacks or has otherwise
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from vaxkit.vocabulary import Text
from vaxkit.workflow.table import StepRefused
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.foundation.tabular.cells import label_key
from yingjie.foundation.tabular.unreadable import UnreadableFile
from yingjie.people import (
    refusals,
    reviews,
    roster_again,
    roster_claims,
    roster_judging,
    roster_reading,
    roster_sheets,
    roster_undo,
    roster_writing,
    words,
)
from yingjie.people.models import ROSTER_KINDS, LedgerSource, RosterImport, RosterLayout, RosterPage
from yingjie.people.roster import columns as column_rules
from yingjie.people.roster.columns import ColumnMap
from yingjie.people.roster.places import Places
from yingjie.people.roster_queries import parts_of
from yingjie.people.roster_sheets import Asked, Part
from yingjie.people.workflow import ROSTER_IMPORT

Progress = Callable[..., None]
"""Called as progress(done, total, words)."""
_HOUSEHOLDS = UUID("0190a6f2-2f0e-7c3a-9d57-6a1f6d0b7e11")
_PROPOSED = "pages of a roster that was proposed just now"


@transaction.atomic
def propose_import(
    *,
    by: Actor,
    area_code: str,
    path: str | Path,
    file_name: str,
    mapping: Mapping[str, str] | None = None,
    sheet: str = "",
    source_kind: str = "",
    said_on: date | None = None,
    progress: Progress | None = None,
) -> RosterImport:
    """Read a roster of an area and give every line its fate; nothing enters the ledger yet.

    `mapping` overrides the columns that were understood: heading (or "#3") → field of `roster.columns.HEADINGS`, "ignore" for none.
    `source_kind` says what the list is (`ROSTER_KINDS`; left out: what lists with these headings were the last time), `said_on` the
    day whose facts it holds (left out: the day on which it is written).

    `sheet` names the sheet to read, "*" every sheet of people; left out, the one whose headings say most.
    Raises NotFound (a foreign area), UnknownSource, ListOfTomorrow, FileUnreadable, ColumnsNotUnderstood, TwoTables,
    PeopleSideBySide and the like, UnknownColumn, UnknownField.
    """
    area = _own_area(by, area_code)
    if source_kind not in ("", *ROSTER_KINDS):
        raise refusals.UnknownSource(kind=source_kind, known=", ".join(ROSTER_KINDS))
    if said_on and said_on > clock.today():
        raise refusals.ListOfTomorrow(on=said_on.isoformat())
    wanted = roster_again.asked(sheet, mapping)
    roster = RosterImport(
        area_id=area.code, file_name=file_name[:200], file_sha256=_sha256(path), by=by.signature,
        created_at=clock.now(), mapping={}, counts={}, source_kind=source_kind or "import", said_on=said_on,
    )  # fmt: skip
    like, judged_on = roster_again.found(roster, wanted, any_kind=not source_kind)
    if like is not None:
        roster.source_kind, roster.mapping = like.source_kind, {**like.mapping, "judged_on": judged_on}
        roster.save(force_insert=True)
        roster_again.copied(roster, like)
    else:
        _read(by, roster, path, sheet, mapping, source_kind, progress)
        roster.mapping |= {"asked": wanted, "judged_on": judged_on}
    roster.save(update_fields=["counts", "mapping"])
    _journal(by, "people.propose_import", roster, file=roster.file_name, counts=roster.counts)
    return roster


def _read(
    by: Actor, roster: RosterImport, path: str | Path, sheet: str, mapping: Mapping[str, str] | None, source_kind: str,
    progress: Progress | None,
) -> None:  # fmt: skip
    """Read the file and judge its lines. Saves the roster."""
    places = places_of(by, roster.area_id)
    try:
        asked = Asked(layouts(by, roster.area_id), places, clock.today(), mapping, roster.file_name)
        chosen, others = roster_sheets.sheets_of(path, sheet, asked)
        read = roster_reading.from_file(chosen, places, clock.today(), _step(progress))
        if not read.lines.height:
            raise UnreadableFile("file.no_rows")
    except UnreadableFile as broken:
        raise unreadable(broken) from broken
    roster.source_kind = source_kind or _kind_before(by, roster.area_id, read)
    roster.mapping = _kept(read, others)
    roster.save(force_insert=True)
    roster_judging.keep(by, roster, read, progress)
    roster.counts["left_out"] = read.left_out


@transaction.atomic
def remap_import(
    *, by: Actor, import_id: UUID, mapping: Mapping[str, str], progress: Progress | None = None
) -> RosterImport:
    """Read the kept lines anew with other columns. Raises NotFound, ImportNotOpen, UnknownColumn, UnknownField."""
    roster = _locked(by, import_id)
    _must_be(roster, "commit")
    parts = [_overridden(part, mapping) for part in parts_of(roster.mapping)]
    if not any(part.columns.has("name") or part.columns.has("number") for part in parts):
        raise refusals.ColumnsNotUnderstood(
            labels=", ".join(filter(None, parts[0].columns.labels[:30])) or "–"
        )
    rows = RosterPage.objects.unscoped("of a locked roster").filter(roster_id=roster.pk)
    pages = (page.content for page in rows.order_by("order").iterator(chunk_size=4))
    read = roster_reading.from_pages(
        pages, parts, places_of(by, roster.area_id), clock.today(), _step(progress)
    )
    rows.delete()
    left_out = roster.counts.get("left_out", 0)
    roster_judging.keep(by, roster, read, progress)
    roster.counts["left_out"] = left_out
    kept = _kept(read, roster.mapping["other_sheets"])
    roster.mapping = {**roster.mapping, **kept, "hidden": roster.mapping.get("hidden", 0), "asked": None}
    roster.save(update_fields=["counts", "mapping"])
    _journal(by, "people.remap_import", roster, counts=roster.counts)
    return roster


@transaction.atomic
def commit_import(*, by: Actor, import_id: UUID, progress: Progress | None = None) -> dict[str, int]:
    """Write the new and changed lines into the ledger; every line that changes somebody is judged once more against the ledger of
    this moment.

    Returns the counts of the fates as they came out. Raises NotFound, ImportNotOpen.
    """
    roster = _locked(by, import_id)
    state = _must_be(roster, "commit")
    source = LedgerSource.objects.create(
        kind=roster.source_kind, label=roster.file_name, area_id=roster.area_id, on=roster_claims.said_on(roster),
        roster_id=roster.pk,
        by=roster.by, at=clock.now(),
    )  # fmt: skip
    brought = roster_writing.write(roster, source, progress)
    roster.counts = roster_writing.fates_of(roster) | {"left_out": roster.counts.get("left_out", 0)}
    roster.state, roster.committed_at = state, clock.now()
    roster.mapping["left_as"] = roster_again.fingerprint(roster.area_id)
    roster.save(update_fields=["counts", "state", "committed_at", "mapping"])
    _remember_layouts(roster)
    reviews.ask_about_lines(roster)
    _journal(
        by, "people.commit_import", roster, counts=roster.counts, **({"brought": brought} if brought else {})
    )
    return dict(roster.counts)


@transaction.atomic
def discard_import(*, by: Actor, import_id: UUID) -> RosterImport:
    """Drop a proposal; its lines, which hold numbers, are forgotten, its counts stay. Raises NotFound, ImportNotOpen."""
    roster = _locked(by, import_id)
    roster.state = _must_be(roster, "discard")
    RosterPage.objects.unscoped("of a locked roster").filter(roster_id=roster.pk).delete()
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
    taken_back = roster_undo.take_back(roster, progress)
    roster.state = state
    roster.save(update_fields=["state"])
    _journal(by, "people.undo_import", roster, people=taken_back)
    return roster


def _step(progress: Progress | None) -> Callable[[int], None] | None:
    return (lambda done: progress(done)) if progress else None


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


def _overridden(part: Part, mapping: Mapping[str, str]) -> Part:
    fields = column_rules.override(part.columns.labels, part.columns.fields, mapping)
    return replace(part, columns=ColumnMap(part.columns.labels, fields))


def signature(labels: Sequence[str]) -> str:
    """What tells a source by its headings."""
    return hashlib.sha256("\n".join(label_key(label) for label in labels).encode()).hexdigest()


def layouts(by: Actor, area_code: str) -> Callable[[Sequence[str]], Sequence[str] | None]:
    """How columns with these headings were understood the last time: in this area, else in one around it, else below."""

    def remembered(labels: Sequence[str]) -> Sequence[str] | None:
        found = _layout(by, area_code, labels)
        return found.fields if found else None

    return remembered


def _layout(by: Actor, area_code: str, labels: Sequence[str]) -> RosterLayout | None:
    rows = RosterLayout.objects.visible_to(by).filter(signature=signature(labels)).order_by("-used_at")
    near = [row for row in rows if area_code.startswith(row.area_id) or row.area_id.startswith(area_code)]
    near.sort(key=lambda row: abs(len(row.area_id) - len(area_code)))
    return near[0] if near and list(near[0].labels) == list(labels) else None


def _kind_before(by: Actor, area_code: str, read: roster_reading.Roster) -> str:
    """What lists with these headings were the last time."""
    first = read.parts[0]
    found = _layout(by, area_code, first.own_labels or first.columns.labels)
    return found.source_kind if found else "import"


def _remember_layouts(roster: RosterImport) -> None:
    for part in parts_of(roster.mapping):
        labels, fields = list(part.columns.labels), list(part.columns.fields)
        RosterLayout.objects.unscoped("of the area of a locked roster").update_or_create(
            area_id=roster.area_id, signature=signature(labels),
            defaults={"labels": labels, "fields": fields, "source_kind": roster.source_kind, "by": roster.by,
                      "used_at": clock.now()},
        )  # fmt: skip


def _kept(read: roster_reading.Roster, others: list[str]) -> dict[str, Any]:
    first = read.parts[0]
    return {
        "labels": list(first.columns.labels), "fields": list(first.columns.fields), "sheet": first.sheet,
        "other_sheets": others, "parts": [part.as_dict() for part in read.parts], "hidden": read.hidden,
    }  # fmt: skip


def places_of(by: Actor, area_code: str) -> Places:
    """Where the lines of an import of an area may lie."""
    inside = areas.place_book(by, area_code)
    return Places(
        area_code=area_code,
        area_name=areas.names([area_code]).get(area_code, area_code),
        inside=inside,
        around=inside if len(area_code) <= 6 else areas.county_book(area_code),
        above=_words_above(area_code),
    )


def _words_above(area_code: str) -> frozenset[str]:
    """County, city and province as people write them, alone and one after another: 平谷区, 北京市平谷区, 平谷."""
    names = [row.name for row in areas.path(area_code[:6])]
    whole = {
        "".join(names[first:last]) for first in range(len(names)) for last in range(first + 1, len(names) + 1)
    }
    return frozenset(whole | {name[:-1] for name in whole if len(name) > 2})


def _sha256(path: str | Path) -> str:
    """ "" for a file that cannot be opened: why not is told by whoever reads it."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def unreadable(found: UnreadableFile) -> refusals.FileUnreadable:
    """The refusal for a file that could not be read."""
    why, next_step = Text(found.zh, found.en), Text(found.next_zh, found.next_en)
    return refusals.FileUnreadable(
        why=refusals.Said(why), next=refusals.Said(next_step), file_code=found.code
    )


def _journal(by: Actor, verb: str, roster: RosterImport, **facts: Any) -> None:
    record(by=by, verb=verb, subject=roster, area_code=roster.area_id, facts=facts)
