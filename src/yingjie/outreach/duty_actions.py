"""包保: writes. Who answers, who answers for whom, hand-over, and settling what the day brought.

Every write of charges locks the township's officers first, in one order, and then looks who has whom: nobody ever has two live
officers (the database says so too). People come and go by the thousand in two statements.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from vaxkit.workflow import StepRefused
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import duties
from yingjie.outreach.duties import TOWN_DIGITS, OfficerRow
from yingjie.outreach.duty_refusals import (
    AllotmentDecided,
    AnswersAlready,
    BeyondTheMost,
    ChangedMeanwhile,
    NobodyToTakeOver,
    NoOfficers,
    NotATownship,
    OfficerElsewhere,
    OfficerEnded,
    OfficerNumbersWrong,
    OfficerOfTooMuch,
    OfficerWordUnknown,
)
from yingjie.outreach.mobilising import mobilising
from yingjie.outreach.models import (
    LEFT_BECAUSE,
    OFFICER_KINDS,
    Allotment,
    Charge,
    DoctorsWord,
    HomeRequest,
    Officer,
)
from yingjie.outreach.sharing_out import Change, Held, share_out
from yingjie.outreach.workflow import ALLOTMENT
from yingjie.people import queries as people
from yingjie.staff import actions as staff_actions
from yingjie.staff import queries as staff

_SCOPED = "of an area that the actor was authorised for"
_CHUNK = 2_000
#: Who closed what followed from a dose.
_BY_ITSELF = "–"


@transaction.atomic
def appoint(
    *,
    by: Actor,
    area_code: str,
    member_id: UUID | None = None,
    name: str = "",
    account: str = "",
    phone: str = "",
    kind: str = "officer",
    post: str = "",
    unit_id: UUID | None = None,
    least: int | None = None,
    most: int | None = None,
    from_on: date | None = None,
) -> Officer:
    """Somebody of the staff answers for an area from now on; without `member_id` they are entered as `name` first.

    Raises NotAllowed, NotFound, OfficerWordUnknown, OfficerNumbersWrong, OfficerOfTooMuch, AnswersAlready, and what staff.enrol
    raises.
    """
    by.require("outreach.assign", area_code)
    if kind not in OFFICER_KINDS:
        raise OfficerWordUnknown()
    if kind != "leader" and len(area_code) < TOWN_DIGITS:
        raise OfficerOfTooMuch()
    if areas.open_area(by, area_code, "outreach.assign") is None:
        raise NotFound()
    low, high = _numbers(kind, least, most)
    if member_id is None:
        member_id = staff_actions.enrol(
            by=by,
            area_code=area_code,
            name=name,
            account=account,
            phone=phone,
            unit_id=unit_id,
            joined_on=from_on,
        ).pk
    who = staff.briefs([member_id]).get(member_id)
    if who is None or not who.is_here(clock.today()):
        raise NotFound()
    try:
        with transaction.atomic():
            made = Officer.objects.create(
                area_id=area_code, member_id=member_id, kind=kind, post=post.strip()[:40], unit_id=unit_id or who.unit_id,
                least=low, most=high, from_on=from_on or clock.today(),
            )  # fmt: skip
    except IntegrityError as clash:
        raise AnswersAlready(name=who.name) from clash
    _journal(by, "outreach.appoint", made, area_code, name=who.name, kind=kind)
    return made


@transaction.atomic
def change_officer(*, by: Actor, officer_id: UUID, least: int, most: int, post: str = "") -> Officer:
    """For how many somebody answers. Who is beyond it stays until the next proposal. Raises NotFound, NotAllowed, OfficerEnded,
    OfficerNumbersWrong."""
    row = _mine(by, officer_id)
    found = lock(Officer.objects.unscoped(_SCOPED), pk=officer_id)[0]
    found.least, found.most = _numbers(row.kind, least, most)
    found.post = post.strip()[:40]
    found.save(update_fields=["least", "most", "post"])
    _journal(
        by, "outreach.change_officer", found, row.area_code, name=row.name, least=found.least, most=found.most
    )
    return found


@transaction.atomic
def propose(*, by: Actor, area_code: str) -> Allotment:
    """Share a township's open people out anew and write the result down for somebody to look at; nothing is changed by it. An
    earlier proposal that waits is dropped. Raises NotAllowed, NotATownship, NoOfficers."""
    by.require("outreach.assign", area_code)
    if len(area_code) != TOWN_DIGITS:
        raise NotATownship()
    officers = _live(area_code)
    if not officers:
        raise NoOfficers()
    present = duties.open_people(area_code)
    held = _held(area_code)
    found = share_out(present, held, officers, anew=True)
    now = clock.now()
    Allotment.objects.unscoped(_SCOPED).filter(area_id=area_code, state="proposed").update(
        state=ALLOTMENT.advance("proposed", "drop"), decided_at=now, decided_by=(by.title or by.name)[:80]
    )
    before = {row.id: 0 for row in officers}
    for person in present:
        if person.id in held and held[person.id].officer in before:
            before[held[person.id].officer] += 1
    made = Allotment.objects.create(
        area_id=area_code, people=len(present), kept=found.kept,
        rows=[[str(c.person_id), str(c.before or ""), str(c.officer), c.why] for c in found.changes],
        loads={str(key): [before[key], found.loads[key]] for key in before},
        short=found.short, short_officers=found.short_officers, without=len(found.without),
        below_least=[str(key) for key in found.below_least], made_at=now, made_by=(by.title or by.name)[:80],
    )  # fmt: skip
    _journal(
        by, "outreach.propose_allotment", made, area_code, people=len(present), changes=len(found.changes)
    )
    return made


@transaction.atomic
def apply(*, by: Actor, allotment_id: UUID) -> Allotment:
    """Do what a proposal says. Whoever has had the dose since, has got another officer since, or whose officer is gone, is left
    out and counted. Raises NotFound, NotAllowed, AllotmentDecided, ChangedMeanwhile."""
    seen = duties.allotment(by, allotment_id)
    by.require("outreach.assign", seen.area_id)
    _lock_town(seen.area_id)
    found = lock(Allotment.objects.unscoped(_SCOPED), pk=allotment_id)[0]
    _step(found, "apply", by)
    live = {row.id for row in _live(found.area_id)}
    present = {person.id for person in duties.open_people(found.area_id)}
    held = _held(found.area_id)
    wanted = [
        Change(UUID(person), UUID(before) if before else None, UUID(officer), why)
        for person, before, officer, why in found.rows
    ]
    fit = [
        change
        for change in wanted
        if change.officer in live
        and change.person_id in present
        and change.before == (held[change.person_id].officer if change.person_id in held else None)
    ]
    _write(by, fit, "reallotted")
    found.applied, found.left_out = len(fit), len(wanted) - len(fit)
    found.save(update_fields=["state", "decided_at", "decided_by", "applied", "left_out"])
    _journal(by, "outreach.apply_allotment", found, found.area_id, people=len(fit), left_out=found.left_out)
    return found


@transaction.atomic
def drop(*, by: Actor, allotment_id: UUID) -> Allotment:
    """Raises NotFound, NotAllowed, AllotmentDecided."""
    seen = duties.allotment(by, allotment_id)
    by.require("outreach.assign", seen.area_id)
    found = lock(Allotment.objects.unscoped(_SCOPED), pk=allotment_id)[0]
    _step(found, "drop", by)
    found.save(update_fields=["state", "decided_at", "decided_by"])
    _journal(by, "outreach.drop_allotment", found, found.area_id)
    return found


@transaction.atomic
def give(*, by: Actor, person_id: UUID, officer_id: UUID) -> int:
    """Name an officer by hand, for everybody of the household who has not had the dose: later proposals leave them there. Returns
    for how many. Raises NotFound, NotAllowed, OfficerEnded, OfficerElsewhere, ChangedMeanwhile."""
    person = people.person(by, person_id)
    by.require("outreach.assign", person.area_code)
    row = _mine(by, officer_id)
    town = person.area_code[:TOWN_DIGITS]
    if not (row.area_code.startswith(town) or town.startswith(row.area_code)):
        raise OfficerElsewhere(name=row.name)
    _lock_town(town)
    together = {person_id}
    if person.household_id is not None:
        together |= {each.id for each in people.household(by, person_id)}
    chosen = duties.open_among(together)
    if person_id not in chosen:
        raise NotFound()
    held = _held_of(chosen)
    changes = [
        Change(key, held[key].officer if key in held else None, officer_id, "pinned")
        for key in sorted(chosen)
        if key not in held or held[key].officer != officer_id or held[key].why != "pinned"
    ]
    _write(by, changes, "reallotted")
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
    row = _mine(by, officer_id)
    if because not in LEFT_BECAUSE[1:] or successor_id == officer_id:
        raise OfficerWordUnknown()
    town = row.area_code[:TOWN_DIGITS]
    _lock_town(town)
    leaving = lock(Officer.objects.unscoped(_SCOPED), pk=officer_id)[0]
    if leaving.until_on is not None:
        raise OfficerEnded(name=row.name)
    after = _mine(by, successor_id) if successor_id else None
    if after and after.area_code[:TOWN_DIGITS] != town and not town.startswith(after.area_code):
        raise OfficerElsewhere(name=after.name)
    leaving.until_on, leaving.ended_because, leaving.successor_id = clock.today(), because, successor_id
    leaving.save(update_fields=["until_on", "ended_because", "successor"])
    moved = _take_over(by, {officer_id}, after)
    facts = {"name": row.name, "because": because, "people": moved, "successor": after.name if after else ""}
    _journal(by, "outreach.hand_over", leaving, row.area_code, **facts)
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
    _lock_town(area_code)
    present = duties.open_people(area_code)
    held = _held(area_code)
    officers = _live(area_code)
    known = {row.id for row in officers}
    here = {person.id for person in present}
    closed = _close([key for key in held if key not in here])
    found = share_out(
        present, {key: each for key, each in held.items() if each.officer in known}, officers, anew=False
    )
    given = [
        Change(change.person_id, held[change.person_id].officer, change.officer, change.why)
        if change.person_id in held
        else change
        for change in found.changes
    ]
    _write(by, given, "handed_over")
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
    _close([key for key in theirs if key not in still])
    if not still:
        return 0
    if successor is not None:
        if successor.kind != "leader" and successor.load + len(still) > successor.most:
            raise BeyondTheMost(name=successor.name, people=successor.load + len(still), most=successor.most)
        changes = [Change(key, theirs[key], successor.id, "handed_over") for key in sorted(still)]
    else:
        changes = _shared(theirs, still)
    _write(by, changes, "handed_over")
    return len(changes)


def _shared(theirs: dict[UUID, UUID], still: Collection[UUID]) -> list[Change]:
    towns = sorted({person.area[:TOWN_DIGITS] for person in _present(still)})
    changes: list[Change] = []
    for town in towns:
        officers = _live(town)
        known = {row.id for row in officers}
        held = {key: each for key, each in _held(town).items() if each.officer in known}
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


def _write(by: Actor, changes: Sequence[Change], ended: str) -> None:
    """End what was and begin what is: two statements for any number of people."""
    if not changes:
        return
    today = clock.today()
    had = [change.person_id for change in changes if change.before is not None]
    rows = Charge.objects.unscoped(_SCOPED)
    rows.filter(person_id__in=had, until_on__isnull=True).update(until_on=today, ended=ended)
    made = [
        Charge(
            id=uuid7(), person_id=change.person_id, officer_id=change.officer, from_on=today, why=change.why,
            by=(by.title or by.name)[:80],
        )
        for change in changes
    ]  # fmt: skip
    try:
        with transaction.atomic():
            Charge.objects.bulk_create(made, batch_size=_CHUNK)
    except IntegrityError as clash:
        raise ChangedMeanwhile() from clash


def _close(ids: Iterable[UUID]) -> int:
    """Whoever has had the dose, or is no longer in the ledger, is nobody's."""
    rows = Charge.objects.unscoped(_SCOPED).filter(person_id__in=list(ids), until_on__isnull=True)
    return rows.update(until_on=clock.today(), ended="closed")


def _lock_town(area_code: str) -> None:
    lock(Officer.objects.unscoped(_SCOPED), area__code__startswith=area_code[:TOWN_DIGITS])


def _live(town: str) -> list[OfficerRow]:
    """Whoever can answer for people of a township: its own, and the county's leaders."""
    above = [town[:digits] for digits in (2, 4, 6)]
    rows = duties.live_officers().filter(Q(area__code__startswith=town) | Q(area_id__in=above))
    return [row for row in duties.as_rows(rows.order_by("pk")) if row.is_live]


def _held(area_code: str) -> dict[UUID, Held]:
    rows = Charge.objects.unscoped(_SCOPED).filter(
        person__area__code__startswith=area_code, until_on__isnull=True
    )
    return {
        key: Held(officer, why) for key, officer, why in rows.values_list("person_id", "officer_id", "why")
    }


def _held_of(ids: Collection[UUID]) -> dict[UUID, Held]:
    rows = Charge.objects.unscoped(_SCOPED).filter(person_id__in=ids, until_on__isnull=True)
    return {
        key: Held(officer, why) for key, officer, why in rows.values_list("person_id", "officer_id", "why")
    }


def _mine(by: Actor, officer_id: UUID) -> OfficerRow:
    """An officer whom the actor may change, and who answers still. Raises NotFound, NotAllowed, OfficerEnded."""
    row = duties.officer(by, officer_id)
    by.require("outreach.assign", row.area_code)
    if row.until_on is not None:
        raise OfficerEnded(name=row.name)
    return row


def _numbers(kind: str, least: int | None, most: int | None) -> tuple[int, int]:
    rules = mobilising()
    low = (0 if kind == "leader" else rules.least) if least is None else least
    high = rules.most if most is None else most
    if not 0 <= low <= high or not 1 <= high <= 500:
        raise OfficerNumbersWrong(least=low, most=high)
    return low, high


def _step(found: Allotment, step: str, by: Actor) -> None:
    try:
        found.state = ALLOTMENT.advance(found.state, step)
    except StepRefused:
        raise AllotmentDecided() from None
    found.decided_at, found.decided_by = clock.now(), (by.title or by.name)[:80]


def _journal(by: Actor, verb: str, subject: Officer | Allotment, area_code: str, **facts: object) -> None:
    record(by=by, verb=verb, subject=subject, area_code=area_code, facts=facts)


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
