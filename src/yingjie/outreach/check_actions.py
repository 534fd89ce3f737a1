"""Taking in a pushed list, assigning its lines, recording what was found, reporting back."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.workflow import StepRefused
from yingjie.areas import queries as areas
from yingjie.areas.queries import PlaceBook
from yingjie.foundation import clock, files
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.foundation.tabular.cells import kept
from yingjie.outreach import check_paper, checks
from yingjie.outreach.check_reading import ENDINGS, ReadLine, ReadList, birth_day, read_list
from yingjie.outreach.models import FINDINGS, CheckItem, CheckList
from yingjie.outreach.workflow import CHECK_LIST
from yingjie.people.finding import Found, Sought, find

VILLAGE_DIGITS = 12


class FindingUnknown(Refusal):
    code = "outreach.finding_unknown"
    reason = _("What was found is not one of the list.")
    next_step = _("Choose what comes nearest, and write the rest beside it.")
    status = 400


class ListReported(Refusal):
    code = "outreach.list_reported"
    reason = _("This list was reported back; its findings stand as they were sent.")
    next_step = _("Open it for checking again, and report it anew.")


class ListNotReported(Refusal):
    code = "outreach.list_not_reported"
    reason = _("This list is still being checked.")
    next_step = _("There is nothing to open again.")


class LinesMissing(Refusal):
    code = "outreach.lines_missing"
    reason = _("{missing} of {lines} lines have no finding yet.")
    next_step = _("Record them, or say that the rest is reported without a finding.")


@transaction.atomic
def import_list(
    *,
    by: Actor,
    area_code: str,
    path: str | Path,
    file_name: str,
    title: str,
    due_at: datetime,
    sender: str = "",
) -> CheckList:
    """Take in a list as it came and give every line to the village in which its person lives, or which it names; the others stay
    with the area itself, to be assigned by hand. Raises NotFound, NotAllowed, ListWithoutNames, FileUnreadable."""
    by.require("outreach.check", area_code)
    if areas.open_area(by, area_code, "outreach.check") is None:
        raise NotFound()
    came, content = read_list(path), Path(path).read_bytes()
    made = CheckList.objects.create(
        area_id=area_code, title=title.strip()[:120], sender=sender.strip()[:80], due_at=due_at, file_name=file_name[:200],
        file_sha256=files.put(content), sheet=came.sheet, heading=list(came.heading),
        columns=list(came.columns), fields=list(came.fields), by=by.signature, created_at=clock.now(),
    )  # fmt: skip
    items = _items(by, made, came, areas.place_book(by, area_code))
    CheckItem.objects.bulk_create(items, batch_size=1000)
    data = [item for item in items if item.kind == "data"]
    facts = {
        "title": made.title,
        "lines": len(data),
        "matched": sum(item.person_id is not None for item in data),
        "unassigned": sum(item.area_id == area_code for item in data),
    }
    record(by=by, verb="outreach.import_list", subject=made, area_code=area_code, facts=facts)
    return made


@transaction.atomic
def assign(*, by: Actor, item_ids: Sequence[UUID], area_code: str, officer: str = "") -> int:
    """Give lines to a village (or back to a township) and maybe to one officer there. Raises NotFound, NotAllowed, ListReported."""
    by.require("outreach.check", area_code)
    if areas.open_area(by, area_code, "outreach.check") is None:
        raise NotFound()
    rows = lock(CheckItem.objects.visible_to(by, "outreach.check"), pk__in=list(item_ids), kind="data")
    if len(rows) != len(set(item_ids)):
        raise NotFound()
    _must_be_open({row.check_list_id for row in rows})
    chosen = CheckItem.objects.unscoped("lines that were locked as the actor's").filter(
        pk__in=[row.pk for row in rows]
    )
    chosen.update(area_id=area_code, officer=officer.strip()[:80])
    facts = {"lines": len(rows), "to": area_code}
    record(by=by, verb="outreach.assign_lines", subject=("area", area_code), area_code=area_code, facts=facts)
    return len(rows)


@transaction.atomic
def record_finding(*, by: Actor, item_id: UUID, finding: str, note: str = "") -> CheckItem:
    """What was found of one line; a newer finding takes the older one's place. Raises NotFound, NotAllowed, FindingUnknown,
    ListReported."""
    seen = CheckItem.objects.visible_to(by).filter(pk=item_id, kind="data").first()
    if seen is None:
        raise NotFound()
    by.require("outreach.record", seen.area_id)
    if finding not in FINDINGS:
        raise FindingUnknown()
    row = lock(CheckItem.objects.visible_to(by), pk=item_id)[0]
    _must_be_open({row.check_list_id})
    row.finding, row.note = finding, note.strip()[:300]
    row.found_at, row.found_by = clock.now(), by.signature
    row.save(update_fields=["finding", "note", "found_at", "found_by"])
    facts = {"finding": finding, "line": row.number}
    record(by=by, verb="outreach.record_finding", subject=row, area_code=row.area_id, facts=facts)
    return row


@transaction.atomic
def report_list(*, by: Actor, list_id: UUID, although_missing: bool = False) -> CheckList:
    """The list is checked and goes back. Raises NotFound, NotAllowed, LinesMissing, ListReported."""
    made = _locked(by, list_id)
    row = checks.check_list(by, list_id)
    if row.done < row.lines and not although_missing:
        raise LinesMissing(missing=row.lines - row.done, lines=row.lines)
    try:
        made.state = CHECK_LIST.advance(made.state, "report")
    except StepRefused:
        raise ListReported() from None
    made.reported_at, made.reported_by = clock.now(), by.signature
    made.save(update_fields=["state", "reported_at", "reported_by"])
    facts = {"title": made.title, "lines": row.lines, "missing": row.lines - row.done}
    record(by=by, verb="outreach.report_list", subject=made, area_code=made.area_id, facts=facts)
    return made


@transaction.atomic
def reopen_list(*, by: Actor, list_id: UUID) -> CheckList:
    """The list is checked again. Raises NotFound, NotAllowed, ListNotReported."""
    made = _locked(by, list_id)
    try:
        made.state = CHECK_LIST.advance(made.state, "reopen")
    except StepRefused:
        raise ListNotReported() from None
    made.save(update_fields=["state"])
    record(
        by=by, verb="outreach.reopen_list", subject=made, area_code=made.area_id, facts={"title": made.title}
    )
    return made


@transaction.atomic
def report_file(*, by: Actor, list_id: UUID) -> tuple[bytes, str]:
    """(the sender's own file with the findings in it, the ending of its name): whole numbers, so it is journalled like an export.
    Raises NotFound, NotAllowed."""
    made = checks.check_list(by, list_id, "outreach.check")
    by.require("people.export", made.area_code)
    layout = checks.layout(by, list_id)
    original = files.get(layout["sha256"]) if files.has(layout["sha256"]) else None
    found = check_paper.report(layout, list(checks.every_line(by, list_id)), original)
    facts = {"title": made.title, "rows": made.lines}
    record(
        by=by,
        verb="outreach.take_report",
        subject=("check_list", list_id),
        area_code=made.area_code,
        facts=facts,
    )
    return found


def _items(by: Actor, made: CheckList, came: ReadList, book: PlaceBook) -> list[CheckItem]:
    data = [line for line in came.lines if line.kind == "data"]
    named = {line.number: _named(line, came, book) for line in data}
    sought = [_sought(line, came, named[line.number]) for line in data]
    found = dict(zip((line.number for line in data), find(by, sought), strict=True))
    items = []
    for line in came.lines:
        whom, village = found.get(line.number, Found()), named.get(line.number, "")
        where = whom.area_code[:VILLAGE_DIGITS] if whom.person_id else village
        inside = where.startswith(made.area_id) and where != ""
        items.append(
            CheckItem(
                check_list=made, area_id=where if inside else made.area_id, number=line.number, kind=line.kind,
                cells=json.dumps([kept(cell) for cell in line.cells], ensure_ascii=False),
                name=line.text(came.place("name"))[:64] if line.kind == "data" else "", person_id=whom.person_id,
                matched=whom.by if whom.person_id else "village" if inside and village else "",
            )
        )  # fmt: skip
    return items


def _named(line: ReadLine, came: ReadList, book: PlaceBook) -> str:
    """The code of the village that a line names, "" where it names none for certain."""
    village, address = line.text(came.place("village")), line.text(came.place("address"))
    for text in (line.text(came.place("town")) + village if village else "", village, address):
        answer = book.resolve(text, "village", mistypes=False) if text else None
        if answer and answer.area:
            return answer.area.code
    return _within(address, book)


def _within(address: str, book: PlaceBook) -> str:
    """The one village whose name stands in an address; of two names, one within the other, the longer."""
    inside = (
        [row for row in book.rows.values() if row.level == "village" and _short(row.name) in address]
        if address
        else []
    )
    longest = max((len(_short(row.name)) for row in inside), default=0)
    chosen = [row for row in inside if len(_short(row.name)) == longest]
    return chosen[0].code if len(chosen) == 1 and longest > 1 else ""


def _short(name: str) -> str:
    for ending in ENDINGS:
        name = name.removesuffix(ending)
    return name


def _sought(line: ReadLine, came: ReadList, village: str) -> Sought:
    return Sought(
        number=line.text(came.place("number")), phone=line.text(came.place("phone")),
        name="".join(line.text(came.place("name")).split()), birth_on=birth_day(line.text(came.place("birth"))),
        area_code=village, address=line.text(came.place("address")),
    )  # fmt: skip


def _locked(by: Actor, list_id: UUID) -> CheckList:
    by.require("outreach.check")
    found = lock(CheckList.objects.visible_to(by, "outreach.check"), pk=list_id)
    if not found:
        raise NotFound()
    return found[0]


def _must_be_open(list_ids: set[UUID]) -> None:
    rows = CheckList.objects.unscoped("the state of lists whose lines the caller may see").filter(
        pk__in=list_ids
    )
    if rows.exclude(state="open").exists():
        raise ListReported()
