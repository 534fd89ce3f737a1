"""Collective lists: hand one in, see at once what becomes of every line, submit it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from vaxkit.identity import ResidentNumber, check_resident_number
from vaxkit.identity.kinds import kind_of
from yingjie.areas import queries as areas
from yingjie.bookings import list_reading, refusals, seats, supply
from yingjie.bookings.list_judging import Fate, Line, judge
from yingjie.bookings.list_reading import Handed
from yingjie.bookings.models import BookingList, ListLine
from yingjie.bookings.queries import SessionRow, SlotRow, session, slots
from yingjie.bookings.rules import rules
from yingjie.bookings.seats import Wanted
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people.finding import Found, Sought, find

#: What an answer of seats.take makes of a line.
_FATES = {
    seats.TAKEN: "booked", seats.FULL: "over_capacity", seats.FULL_ONLINE: "over_capacity", seats.NO_DOSES: "no_doses",
    seats.KEPT: "kept", seats.CLOSED: "over_capacity", seats.ALREADY: "already_booked",
}  # fmt: skip


def hand_in_file(
    *, by: Actor, session_id: UUID, area_code: str, path: str | Path, title: str, unit_id: UUID | None = None
) -> BookingList:
    """A spreadsheet. Raises ListEmpty, ListTooLong, SessionClosed, NotFound, and what reading a file raises."""
    by.require("bookings.submit", area_code)
    handed = list_reading.from_file(path)
    return _hand_in(by, session_id, area_code, handed, title, unit_id, "file")


def hand_in_text(
    *, by: Actor, session_id: UUID, area_code: str, text: str, title: str, unit_id: UUID | None = None
) -> BookingList:
    """Pasted lines. Raises ListEmpty, ListTooLong, SessionClosed, NotFound."""
    by.require("bookings.submit", area_code)
    handed = list_reading.from_text(text)
    return _hand_in(by, session_id, area_code, handed, title, unit_id, "pasted")


@transaction.atomic
def hand_in_people(
    *,
    by: Actor,
    session_id: UUID,
    area_code: str,
    person_ids: Sequence[UUID],
    title: str,
    unit_id: UUID | None = None,
) -> BookingList:
    """People chosen from the actor's ledger (`list_queries.candidates`). Raises ListEmpty, ListTooLong, SessionClosed,
    NotFound."""
    by.require("bookings.submit", area_code)
    if not person_ids:
        raise refusals.ListEmpty()
    lines = [Line(nth, person_id) for nth, person_id in enumerate(person_ids, 1)]
    return _draft(by, session_id, area_code, lines, {}, (), title, unit_id, "ledger")


def submit(*, by: Actor, list_id: UUID) -> dict[str, int]:
    """Take the seats for every good line, in the order of the list and of the times of arrival; what could not be booked any
    more says why. Returns how many lines have which fate. Raises ListSubmitted, NotFound."""
    site_id = _mine(by, list_id).site_id
    supply.recount(site_id, force=False)
    with transaction.atomic():
        found = _mine(by, list_id)
        seats.hold([found.session_id])
        held = lock(BookingList.objects.unscoped("found as the actor's above"), pk=list_id)[0]
        if held.state != "draft":
            raise refusals.ListSubmitted()
        good = list(_lines(held).filter(verdict="good").order_by("nth"))
        _take(by, held, good)
        held.state, held.submitted_at = "submitted", clock.now()
        held.save(update_fields=["state", "submitted_at"])
        booked = sum(line.verdict == "booked" for line in good)
        facts = {"title": held.title, "lines": _lines(held).count(), "booked": booked}
        record(by=by, verb="bookings.submit_list", subject=held, area_code=held.area_id, facts=facts)
    counts: dict[str, int] = {}
    for word in _lines(held).values_list("verdict", flat=True):
        counts[word] = counts.get(word, 0) + 1
    return counts


def _take(by: Actor, held: BookingList, good: Sequence[ListLine]) -> None:
    """Places for these lines: earlier times first, as many as each has free; a second round for what others took meanwhile."""
    waiting = list(good)
    for _round in range(2):
        places = iter(_free(slots([held.session_id])))
        wanted = {
            line.pk: Wanted(
                uuid7(), line.person_id, line.number or 1, held.session_id, slot.id, "list", by.title or by.name, held.pk
            )
            for line, slot in zip(waiting, places, strict=False)
            if line.person_id is not None
        }  # fmt: skip
        answers = seats.take(list(wanted.values()), clock.now())
        for line in waiting:
            wish = wanted.get(line.pk)
            line.verdict = _FATES[answers[wish.id]] if wish else "over_capacity"
            line.booking_id = wish.id if wish and line.verdict == "booked" else None
        waiting = [line for line in waiting if line.verdict == "over_capacity"]
        if not waiting:
            break
    ListLine.objects.unscoped("lines of the actor's own list").bulk_update(
        good, ["verdict", "booking_id"], batch_size=1000
    )


def _free(rows: Iterable[SlotRow]) -> Iterable[SlotRow]:
    now = clock.now()
    for slot in rows:
        if slot.until_at > now:
            yield from [slot] * max(0, slot.seats + slot.extra - slot.taken)


@transaction.atomic
def _hand_in(
    by: Actor, session_id: UUID, area_code: str, handed: Handed, title: str, unit_id: UUID | None, source: str
) -> BookingList:
    found = find(by, [line.sought for line in handed.lines], permission="bookings.submit")
    lines = [
        Line(line.nth, whom.person_id, _readable(line.sought, whom))
        for line, whom in zip(handed.lines, found, strict=True)
    ]
    came = {line.nth: (line.cells, line.sought.name) for line in handed.lines}
    return _draft(by, session_id, area_code, lines, came, handed.columns, title, unit_id, source)


def _draft(
    by: Actor,
    session_id: UUID,
    area_code: str,
    lines: Sequence[Line],
    came: Mapping[int, tuple[Sequence[str], str]],
    columns: Sequence[str],
    title: str,
    unit_id: UUID | None,
    source: str,
) -> BookingList:
    if areas.open_area(by, area_code, "bookings.submit") is None:
        raise NotFound()
    if len(lines) > rules().list_lines_most:
        raise refusals.ListTooLong(most=rules().list_lines_most, lines=len(lines))
    asked = _open_session(session_id)
    made = BookingList.objects.unscoped("made under bookings.submit").create(
        area_id=area_code, unit_id=unit_id, site_id=asked.site_id, session_id=session_id, title=title.strip()[:120], source=source,
        columns=list(columns), made_at=clock.now(), made_by=by.signature,
    )  # fmt: skip
    fates = judge(by, asked, area_code, lines)
    rows = [_row(made, line, fates[line.nth], came.get(line.nth, ((), ""))) for line in lines]
    ListLine.objects.unscoped("lines of the list just made").bulk_create(rows, batch_size=1000)
    facts = {
        "title": made.title,
        "lines": len(lines),
        "good": sum(fate.word == "good" for fate in fates.values()),
    }
    record(by=by, verb="bookings.hand_in_list", subject=made, area_code=area_code, facts=facts)
    return made


def _row(made: BookingList, line: Line, fate: Fate, came: tuple[Sequence[str], str]) -> ListLine:
    cells, name = came
    return ListLine(
        booking_list=made, nth=line.nth, name=name[:64], cells=json.dumps(list(cells), ensure_ascii=False),
        person_id=line.person_id, number=fate.number, verdict=fate.word, day=fate.day,
    )  # fmt: skip


def _readable(sought: Sought, whom: Found) -> bool:
    """Whether the number that stands there can be one; without a number, whether there is anything to go by."""
    if whom.person_id is not None or not sought.number:
        return bool(sought.number or sought.name)
    checked = check_resident_number(sought.number, on=clock.today())
    return isinstance(checked, ResidentNumber) or any(
        kind.value != "resident_card" for kind in kind_of(sought.number, on=clock.today())
    )


def _open_session(session_id: UUID) -> SessionRow:
    found = session(session_id)
    if found.state != "open" or found.is_over:
        raise refusals.SessionClosed()
    return found


def _mine(by: Actor, list_id: UUID) -> BookingList:
    found = BookingList.objects.visible_to(by).filter(pk=list_id).first()
    if found is None:
        raise NotFound()
    return found


def _lines(of: BookingList) -> QuerySet[ListLine]:
    return ListLine.objects.unscoped("lines of the actor's own list").filter(booking_list=of)
