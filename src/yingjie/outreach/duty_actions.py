"""包保: who answers for whom. Naming an officer by hand, hand-over, and settling what the day brought; `charging` writes."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import charging, duties
from yingjie.outreach.duties import TOWN_DIGITS, OfficerRow
from yingjie.outreach.duty_refusals import (
    BeyondTheMost,
    NobodyToTakeOver,
    NotATownship,
    OfficerElsewhere,
    OfficerEnded,
    OfficerWordUnknown,
)
from yingjie.outreach.models import LEFT_BECAUSE, Charge, DoctorsWord, HomeRequest, Officer
from yingjie.outreach.sharing_out import Change, share_out
from yingjie.people import queries as people

_SCOPED = "of an area that the actor was authorised for"
#: Who closed what followed from a dose.
_BY_ITSELF = "–"


@transaction.atomic
def give(*, by: Actor, person_id: UUID, officer_id: UUID) -> int:
    """Name an officer by hand, for everybody of the household who has not had the dose: later proposals leave them there. Returns
    for how many. Raises NotFound, NotAllowed, OfficerEnded, OfficerElsewhere, ChangedMeanwhile."""
    person = people.person(by, person_id)
    by.require("outreach.assign", person.area_code)
    row = charging.mine(by, officer_id)
    town = person.area_code[:TOWN_DIGITS]
    if not (row.area_code.startswith(town) or town.startswith(row.area_code)):
        raise OfficerElsewhere(name=row.name)
    charging.lock_town(town)
    together = {person_id}
    if person.household_id is not None:
        together |= {each.id for each in people.household(by, person_id)}
    chosen = duties.open_among(together)
    if person_id not in chosen:
        raise NotFound()
    held = charging.held_of(chosen)
    changes = [
        Change(key, held[key].officer if key in held else None, officer_id, "pinned")
        for key in sorted(chosen)
        if key not in held or held[key].officer != officer_id or held[key].why != "pinned"
    ]
    charging.write(by, changes, "reallotted")
    record(
        by=by, verb="outreach.give_officer", subject=("person", person_id), area_code=person.area_code,
        facts={"person_id": str(person_id), "officer": row.name, "people": len(changes)},
    )  # fmt: skip
    return len(changes)


@transaction.atomic
def hand_over(*, by: Actor, officer_id: UUID, because: str, successor_id: UUID | None = None) -> int:
    """An officer answers no more; their people go to the successor, or are shared out among the others of the township where
    nobody is named. Returns how many people got another officer.

    Raises NotFound, NotAllowed, OfficerEnded, OfficerWordUnknown, OfficerElsewhere, BeyondTheMost, NobodyToTakeOver,
    ChangedMeanwhile.
    """
    row = charging.mine(by, officer_id)
    if because not in LEFT_BECAUSE[1:] or successor_id == officer_id:
        raise OfficerWordUnknown()
    town = row.area_code[:TOWN_DIGITS]
    charging.lock_town(town)
    leaving = lock(Officer.objects.unscoped(_SCOPED), pk=officer_id)[0]
    if leaving.until_on is not None:
        raise OfficerEnded(name=row.name)
    after = charging.mine(by, successor_id) if successor_id else None
    if after and after.area_code[:TOWN_DIGITS] != town and not town.startswith(after.area_code):
        raise OfficerElsewhere(name=after.name)
    leaving.until_on, leaving.ended_because, leaving.successor_id = clock.today(), because, successor_id
    leaving.save(update_fields=["until_on", "ended_because", "successor"])
    moved = _take_over(by, {officer_id}, after)
    facts = {"name": row.name, "because": because, "people": moved, "successor": after.name if after else ""}
    charging.noted(by, "outreach.hand_over", leaving, row.area_code, **facts)
    return moved


@transaction.atomic
def settle(*, by: Actor, area_code: str) -> tuple[int, int]:
    """What the day brought to a township: whoever has had the dose or left is nobody's any more, whoever is open and nobody's gets
    an officer, people of an officer who is gone go to others. Who has an officer keeps them. Returns (given, closed); once more:
    (0, 0).

    Raises NotAllowed, NotATownship, ChangedMeanwhile.
    """
    by.require("outreach.assign", area_code)
    if len(area_code) != TOWN_DIGITS:
        raise NotATownship()
    charging.lock_town(area_code)
    present = duties.open_people(area_code)
    held = charging.held_by(area_code)
    officers = charging.live(area_code)
    known = {row.id for row in officers}
    here = {person.id for person in present}
    closed = charging.close([key for key in held if key not in here])
    found = share_out(
        present, {key: each for key, each in held.items() if each.officer in known}, officers, anew=False
    )
    given = [
        Change(change.person_id, held[change.person_id].officer, change.officer, change.why)
        if change.person_id in held
        else change
        for change in found.changes
    ]
    charging.write(by, given, "handed_over")
    _overtaken(area_code, here)
    if given or closed:
        facts = {"people": len(given), "closed": closed, "without": len(found.without)}
        record(by=by, verb="outreach.settle", subject=("area", area_code), area_code=area_code, facts=facts)
    return len(given), closed


def _overtaken(area_code: str, still: Collection[UUID]) -> None:
    """Nobody waits any more for a doctor's word or a vaccination at home who has had the dose, or is gone."""
    of_town = Q(person__area__code__startswith=area_code)
    words = (
        DoctorsWord.objects.unscoped(_SCOPED).filter(of_town, state="waiting").exclude(person_id__in=still)
    )
    words.update(state="overtaken", decided_at=clock.now(), doctor=_BY_ITSELF)
    homes = HomeRequest.objects.unscoped(_SCOPED).filter(of_town).exclude(person_id__in=still)
    for state, after in (("arranged", "done"), ("asked", "withdrawn")):
        homes.filter(state=state).update(state=after, closed_on=clock.today(), closed_by=_BY_ITSELF)


def _take_over(by: Actor, gone: Collection[UUID], successor: OfficerRow | None) -> int:
    """The people of officers who have just ended: those still open to others, the rest closed."""
    rows = Charge.objects.unscoped(_SCOPED).filter(officer_id__in=gone, until_on__isnull=True)
    theirs = dict(rows.values_list("person_id", "officer_id"))
    still = duties.open_among(list(theirs))
    charging.close([key for key in theirs if key not in still])
    if not still:
        return 0
    if successor is not None:
        if successor.kind != "leader" and successor.load + len(still) > successor.most:
            raise BeyondTheMost(name=successor.name, people=successor.load + len(still), most=successor.most)
        changes = [Change(key, theirs[key], successor.id, "handed_over") for key in sorted(still)]
    else:
        changes = _shared(theirs, still)
    charging.write(by, changes, "handed_over")
    return len(changes)


def _shared(theirs: dict[UUID, UUID], still: Collection[UUID]) -> list[Change]:
    towns = sorted({person.area[:TOWN_DIGITS] for person in _present(still)})
    changes: list[Change] = []
    for town in towns:
        officers = charging.live(town)
        known = {row.id for row in officers}
        held = {key: each for key, each in charging.held_by(town).items() if each.officer in known}
        found = share_out(duties.open_people(town), held, officers, anew=False)
        lacking = [key for key in found.without if key in still]
        if lacking:
            raise NobodyToTakeOver(people=len(lacking))
        changes += [
            Change(change.person_id, theirs[change.person_id], change.officer, change.why)
            for change in found.changes
            if change.person_id in still
        ]
    return changes


def _present(ids: Collection[UUID]) -> list[duties.OpenPerson]:
    return [duties.OpenPerson(key, row.area_code, "", "") for key, row in people.briefs(ids).items()]


@transaction.atomic
def take_file(*, by: Actor, area_code: str, rows: int) -> None:
    """Write down that somebody took officers with their people as a file."""
    by.require("people.export", area_code)
    record(
        by=by,
        verb="outreach.take_duties",
        subject=("area", area_code),
        area_code=area_code,
        facts={"rows": rows},
    )
