"""Moves, ends, returns and corrections: everything that changes where and when a person counts (动态更新).

Each verb takes the day on which it happened, which may lie in the past. It writes the stays (what was believed until now stays
readable), one line of the timeline, and the journal. `undo_change` takes the newest line back.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.people import changes, checks, refusals, restating, spans
from yingjie.people.models import Household, Person, PersonChange
from yingjie.people.spans import Spans

VILLAGE_DIGITS = 12
SAY_THE_BIRTH = ("resident_card", "hk_macao_taiwan_residence", "foreign_residence")
COUNTING = ("arrived", "moved", "left", "died", "returned", "corrected")
"""Kinds of change that say where and when somebody counts: those that can be taken back."""


@transaction.atomic
def move(*, by: Actor, person_id: UUID, area_code: str, on: date | None = None, reason: str = "") -> Person:
    """Somebody lives elsewhere from a day on (left out: today). Both places must be the actor's.

    Raises NotFound, HasLeft, AlreadyThere, AreaNotForPeople, AreaClosed, RegisteredTooLate (a day to come), OutOfOrder.
    """
    person = checks.locked(by, person_id)
    checks.home(by, area_code)
    if person.area_id == area_code:
        raise refusals.AlreadyThere(name=person.name)
    former, day = person.area_id, checks.has_come(on or clock.today())
    facts = {"from": former, "to": area_code, "on": day.isoformat()}
    _restate(
        by, person, "moved", day, reason, lambda known: spans.moved(known, area_code, day), to_area=area_code
    )
    record(by=by, verb="people.move", subject=person, area_code=area_code, facts=facts)
    return person


@transaction.atomic
def leave(*, by: Actor, person_id: UUID, on: date, reason: str = "") -> Person:
    """Somebody moved away for good and does not count from the day `on`; their record stays.

    Raises NotFound, HasLeft, LeavesTooEarly, RegisteredTooLate (a day to come).
    """
    return _end(by, person_id, on, "left", "people.leave", reason)


@transaction.atomic
def record_death(*, by: Actor, person_id: UUID, on: date, reason: str = "") -> Person:
    """Somebody died on the day `on`, the first on which they do not count. Raises what `leave` raises."""
    return _end(by, person_id, on, "died", "people.record_death", reason)


@transaction.atomic
def strike(*, by: Actor, person_id: UUID, reason: str) -> Person:
    """Entered by mistake: never counted on any day. The record stays, with the reason. Raises NotFound, HasLeft, ReasonMissing."""
    person = checks.locked(by, person_id)
    if len(reason.strip()) < 2:
        raise refusals.ReasonMissing()
    _restate(by, person, "corrected", clock.today(), reason, spans.struck, facts={"struck": True})
    facts = {"reason": checks.words_only(reason)}
    record(by=by, verb="people.strike", subject=person, area_code=person.area_id, facts=facts)
    return person


@transaction.atomic
def bring_back(*, by: Actor, person_id: UUID, on: date, area_code: str = "", reason: str = "") -> Person:
    """Somebody who had left counts again from the day `on`, in `area_code` (left out: where they were).

    Raises NotFound, NotGone, AreaNotForPeople, AreaClosed, RegisteredTooLate, OutOfOrder.
    """
    person = checks.locked(by, person_id, gone_too=True)
    if person.left_on is None:
        raise refusals.NotGone(name=person.name)
    return _returned(by, person, area_code or person.area_id, on, reason)


def arrive(by: Actor, person: Person, area_code: str, on: date, reason: str) -> Person:
    """The step of `actions.take_in`: a locked person who left another area is the actor's from now on."""
    return _returned(by, person, area_code, on, reason, arrived=True)


@transaction.atomic
def correct_days(
    *, by: Actor, person_id: UUID, moved_in_on: date | None, left_on: date | None, reason: str
) -> Person:
    """The days of coming to the present place and of the end, as they really were.

    `moved_in_on` None: as long as anybody knows; `left_on` None: has not ended. Raises NotFound, ReasonMissing, RegisteredTooLate,
    OutOfOrder, NothingNew.
    """
    person = checks.locked(by, person_id, gone_too=True)
    if len(reason.strip()) < 2:
        raise refusals.ReasonMissing()
    for day in filter(None, (moved_in_on, left_on)):
        checks.has_come(day)

    def said_anew(known: Spans) -> Spans:
        ended = known[-1].until_on is not None
        if not ended and left_on is not None:
            return spans.ended(spans.came_on(known, moved_in_on), left_on, "left")
        if not ended:
            return spans.came_on(known, moved_in_on)
        opened = spans.came_on(spans.left_on(known, None), moved_in_on)
        return spans.ended(opened, left_on, known[-1].ended_by) if left_on else opened

    _restate(by, person, "corrected", clock.today(), reason, said_anew)
    told = {"reason": checks.words_only(reason)}
    record(by=by, verb="people.correct_days", subject=person, area_code=person.area_id, facts=told)
    return person


@transaction.atomic
def correct_birth(*, by: Actor, person_id: UUID, birth_on: date, reason: str) -> Person:
    """Another birth date for somebody whose documents do not say one. Raises NotFound, ReasonMissing, BirthSaidByNumber,
    RegisteredTooLate, OutOfOrder, NothingNew."""
    person = checks.locked(by, person_id)
    if len(reason.strip()) < 2:
        raise refusals.ReasonMissing()
    if person.documents.unscoped("of a locked person").filter(kind__in=SAY_THE_BIRTH).exists():
        raise refusals.BirthSaidByNumber()
    if checks.has_come(birth_on) > person.registered_on:
        raise refusals.RegisteredTooLate(on=birth_on.isoformat())
    said = {"birth": True}
    _restate(
        by,
        person,
        "corrected",
        clock.today(),
        reason,
        lambda known: spans.born_on(known, birth_on),
        facts=said,
    )
    changes.told({person.pk})
    record(by=by, verb="people.correct_birth", subject=person, area_code=person.area_id)
    return person


def state_birth(by: Actor, person: Person, birth_on: date) -> None:
    """The step of a correction of the number: a locked person's birth date follows it. No line of its own to be taken back."""
    if birth_on == person.birth_on:
        return
    try:
        new = spans.born_on(restating.spans_of(person), birth_on)
    except spans.OutOfOrder as wrong:
        raise refusals.OutOfOrder(name=person.name, day=wrong.earliest.isoformat()) from wrong
    restating.restate([(person, new)], at=clock.now())
    changes.told({person.pk})


@transaction.atomic
def undo_change(*, by: Actor, person_id: UUID, reason: str = "") -> Person:
    """Take the newest move, end, return or correction of days back. It stays in the timeline, struck through; what was believed
    meanwhile stays readable. Raises NotFound, NothingToUndo."""
    person = checks.locked(by, person_id, gone_too=True)
    rows = PersonChange.objects.unscoped("of a locked person").filter(
        person_id=person.pk, undone_at__isnull=True
    )
    newest = rows.filter(kind__in=COUNTING).exclude(before={}).order_by("-at", "-id").first()
    if newest is None:
        raise refusals.NothingToUndo(name=person.name)
    former = spans.from_json(newest.before["spans"])
    now_called = areas.current({span.area for span in former})
    restored = tuple(replace(span, area=now_called[span.area]) for span in former)
    if "birth" not in newest.facts:  # a number corrected since has said another birth date
        restored = spans.born_on(restored, person.birth_on)
    if not by.may("people.change", restored[-1].area):
        raise refusals.NotYoursToUndo()
    restating.restate([(person, restored)], at=clock.now())
    _reattach(person, newest.before.get("home", {}))
    newest.undone_at, newest.undone_by = clock.now(), by.name
    newest.save(update_fields=["undone_at", "undone_by"])
    changes.told({person.pk})
    facts = {"kind": newest.kind, "on": newest.on.isoformat(), "reason": checks.words_only(reason)}
    record(by=by, verb="people.undo_change", subject=person, area_code=person.area_id, facts=facts)
    return person


def note(
    by: Actor,
    person: Person,
    kind: str,
    *,
    on: date | None = None,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> PersonChange:
    """A line of the timeline that does not say where somebody counts (a household, a phone, a group). Never a number or a phone."""
    return PersonChange.objects.create(
        person_id=person.pk, kind=kind, area_id=person.area_id, on=on or clock.today(), at=clock.now(), by=by.name,
        reason=checks.words_only(reason), facts=facts or {},
    )  # fmt: skip


def _end(by: Actor, person_id: UUID, on: date, ended_by: str, verb: str, reason: str) -> Person:
    person = checks.locked(by, person_id)
    checks.has_come(on)
    try:
        _restate(by, person, ended_by, on, reason, lambda known: spans.ended(known, on, ended_by))
    except refusals.OutOfOrder as refused:
        raise refusals.LeavesTooEarly(name=person.name, day=refused.facts["day"]) from refused
    facts = {"on": on.isoformat(), "reason": checks.words_only(reason)}
    record(by=by, verb=verb, subject=person, area_code=person.area_id, facts=facts)
    return person


def _returned(
    by: Actor, person: Person, area_code: str, on: date, reason: str, *, arrived: bool = False
) -> Person:
    checks.home(by, area_code)
    checks.has_come(on)
    kind = "arrived" if arrived else "returned"
    _restate(
        by, person, kind, on, reason, lambda known: spans.returned(known, area_code, on), to_area=area_code
    )
    facts = {"on": on.isoformat(), "reason": checks.words_only(reason)}
    verb = "people.take_in" if arrived else "people.bring_back"
    record(by=by, verb=verb, subject=person, area_code=area_code, facts=facts)
    return person


def _restate(
    by: Actor,
    person: Person,
    kind: str,
    on: date,
    reason: str,
    said: Callable[[Spans], Spans],
    *,
    to_area: str | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Write the new truth and the line of the timeline. Raises OutOfOrder, NothingNew."""
    known, area_code = restating.spans_of(person), person.area_id
    try:
        new = said(known)
    except spans.OutOfOrder as wrong:
        raise refusals.OutOfOrder(name=person.name, day=wrong.earliest.isoformat()) from wrong
    if new == known:
        raise refusals.NothingNew(name=person.name)
    before = {"spans": spans.to_json(known), "home": _detach(person, new[-1].area)}
    restating.restate([(person, new)], at=clock.now())
    _line(by, person, kind, on, reason, area_code, before, to_area, facts)


def _detach(person: Person, area_code: str) -> dict[str, str]:
    """Somebody who moves to another village leaves their household and address behind. Sets them on the (unsaved) person; returns
    what was there, for an undo."""
    if person.area_id[:VILLAGE_DIGITS] == area_code[:VILLAGE_DIGITS]:
        return {}
    before = {
        "household_id": str(person.household_id or ""),
        "household_role": person.household_role,
        "address": person.address,
    }
    former = person.household_id
    person.household_id, person.household_role, person.address = None, "", ""
    person.save(update_fields=["household_id", "household_role", "address"])
    if former is not None:
        homes = Household.objects.unscoped("of a locked member").filter(pk=former, head_id=person.pk)
        homes.update(head_id=None)
    return before


def _reattach(person: Person, before: dict[str, str]) -> None:
    """What `detach` took away, put back."""
    if before:
        person.household_id = UUID(before["household_id"]) if before["household_id"] else None
        person.household_role, person.address = before["household_role"], before["address"]
        person.save(update_fields=["household_id", "household_role", "address"])
        if before["household_role"] == "head" and person.household_id is not None:
            homes = Household.objects.unscoped("of a locked member").filter(pk=person.household_id)
            homes.filter(head_id__isnull=True).update(head_id=person.pk)


def _line(
    by: Actor,
    person: Person,
    kind: str,
    on: date,
    reason: str,
    area_code: str,
    before: dict[str, Any],
    to_area: str | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    PersonChange.objects.create(
        person_id=person.pk, kind=kind, area_id=area_code, to_area_id=to_area, on=on, at=clock.now(), by=by.name,
        reason=checks.words_only(reason), facts=facts or {}, before=before,
    )  # fmt: skip
